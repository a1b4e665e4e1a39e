import { MISSING, WORD_DIFFERENT, WORD_MOVED, wordLevel } from './levels.js';
import type { NameValue, Word } from './value.js';

/** What the comparison of two names found; one object is used over and over. */
export interface NameLevels {
  given: number;
  surname: number;
  order: number;
  rest: number;
  /** Bits of rarity of what agrees; 0 where nothing does. */
  givenBits: number;
  surnameBits: number;
  restBits: number;
}

export function noNames(): NameLevels {
  return { given: MISSING, surname: MISSING, order: MISSING, rest: MISSING, givenBits: 0, surnameBits: 0, restBits: 0 };
}

type WordLevel = (a: Word, b: Word) => number;

/**
 * Compares two names as they are written and with given name and surname exchanged, and keeps the better reading. A
 * name of one word is compared with the part it resembles. What stands among the other words counts as moved.
 */
export function compareNames(a: NameValue, b: NameValue, out: NameLevels, level: WordLevel = wordLevel): void {
  if (a.given !== undefined && a.given === b.given && a.surname !== undefined && a.surname === b.surname) {
    out.given = 0;
    out.surname = 0;
    out.order = 0;
    const words = a.given.bits + a.surname.bits;
    const whole = words === 0 ? 0 : 1 - Math.max(a.excess, b.excess) / words;
    out.givenBits = a.given.bits * whole;
    out.surnameBits = a.surname.bits * whole;
  } else {
    align(a, b, out, level);
  }
  compareRest(a, b, out);
}

/** Lower is better; used only to choose between the two readings. */
const COST = [0, 1, 2, 2.5, 3.5, 4.5, 6];
const cost = (l: number) => (l === MISSING ? 3 : COST[l]!);

function align(a: NameValue, b: NameValue, out: NameLevels, level: WordLevel): void {
  const gg = pair(a.given, b.given, level);
  const ss = pair(a.surname, b.surname, level);
  const straight = cost(gg) + cost(ss);
  let gs = MISSING;
  let sg = MISSING;
  // Exchanged names are looked for only where the straight reading is poor.
  if (straight > 5) {
    gs = pair(a.given, b.surname, level);
    sg = pair(a.surname, b.given, level);
  }
  const swapped = cost(gs) + cost(sg);
  if (straight > 5 && swapped < straight && Math.min(gs < 0 ? 9 : gs, sg < 0 ? 9 : sg) <= 1) {
    const x = bitsOf(a.given, b.surname, gs);
    const y = bitsOf(a.surname, b.given, sg);
    // A name of one word knows its place, so that whatever it is held against is told of the same. Of two whole names
    // neither is the one whose places are right: sorted.
    const asInA = isWhole(a) === isWhole(b) ? cost(gs) < cost(sg) || (cost(gs) === cost(sg) && x >= y) : isWhole(b);
    out.given = asInA ? gs : sg;
    out.surname = asInA ? sg : gs;
    out.order = 1;
    out.givenBits = asInA ? x : y;
    out.surnameBits = asInA ? y : x;
  } else {
    out.order = gg === MISSING && ss === MISSING ? MISSING : 0;
    out.given = moved(gg, a.given, b, b.given, a);
    out.surname = moved(ss, a.surname, b, b.surname, a);
    out.givenBits = bitsOf(a.given, b.given, gg, out.given);
    out.surnameBits = bitsOf(a.surname, b.surname, ss, out.surname);
  }
}

function isWhole(n: NameValue): boolean {
  return n.given !== undefined && n.surname !== undefined;
}

function pair(a: Word | undefined, b: Word | undefined, level: WordLevel): number {
  return a === undefined || b === undefined ? MISSING : a === b ? 0 : level(a, b);
}

/** A word that is not where it should be, but stands among the other words of the other name. */
function moved(l: number, a: Word | undefined, b: NameValue, bWord: Word | undefined, aName: NameValue): number {
  if (l >= 0 && l < WORD_DIFFERENT) return l;
  if (a !== undefined && b.rest.includes(a)) return WORD_MOVED;
  if (bWord !== undefined && aName.rest.includes(bWord)) return WORD_MOVED;
  return l;
}

function bitsOf(a: Word | undefined, b: Word | undefined, l: number, after: number = l): number {
  if (after === MISSING || after > WORD_MOVED) return 0;
  if (a === undefined) return b?.bits ?? 0;
  return b === undefined ? a.bits : Math.min(a.bits, b.bits);
}

function compareRest(a: NameValue, b: NameValue, out: NameLevels): void {
  out.rest = MISSING;
  out.restBits = 0;
  if (a.rest.length === 0 || b.rest.length === 0) return;
  let shared = 0;
  let bits = 0;
  for (const w of a.rest)
    if (b.rest.includes(w)) {
      shared++;
      bits += w.bits;
    }
  out.rest = shared === 0 ? 2 : shared === Math.min(a.rest.length, b.rest.length) ? 0 : 1;
  out.restBits = bits;
}
