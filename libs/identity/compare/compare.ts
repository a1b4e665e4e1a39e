import { comparisonKind, isNameComparison, NAME_COMPARISONS, scaleOfComparison } from '../model/comparisons.js';
import { kindOf } from '../profile/kinds.js';
import { alikeByName } from './mailbox.js';
import { EMAIL_DIFFERENT, equalLevel, levelOf, MISSING, type Scale, TEXT_MOVED, wordLevel } from './levels.js';
import { compareNames, type NameLevels, noNames } from './names.js';
import type { Subject, Value, Word } from './value.js';

interface SlotComparison {
  readonly slot: number;
  readonly scale: Scale;
  readonly plural: boolean;
  /** Other slots of the same kind, where a value may have strayed to. */
  readonly siblings: readonly number[];
  readonly level: (a: Value, b: Value) => number;
}

/** Finds, for two subjects, the level of every comparison. Symmetric: the order of the two changes nothing. */
export class Comparer {
  readonly comparisons: readonly string[];
  private readonly slots: readonly SlotComparison[];
  private readonly best = noNames();
  private readonly one = noNames();
  private readonly heard = new LevelCache<Word>();
  private readonly words = (a: Word, b: Word) => this.heard.level(a, b, wordLevel);

  /** @param slots of the layout that the subjects were made with. */
  constructor(slots: readonly string[]) {
    const compared = slots.map((s, i) => [s, i] as const).filter(([s]) => !isNameComparison(s));
    this.comparisons = [...NAME_COMPARISONS, ...compared.map(([s]) => s)];
    this.slots = compared.map(([s, i]) => ({
      slot: i,
      scale: scaleOfComparison(s),
      plural: comparisonKind(s).plural,
      siblings:
        scaleOfComparison(s) === 'text'
          ? compared.filter(([t, j]) => j !== i && kindOf(t) === kindOf(s)).map(([, j]) => j)
          : [],
      level: levelling(scaleOfComparison(s)),
    }));
  }

  /** Writes levels (MISSING where either side states nothing) and the rarity, in bits, of what agrees. */
  compare(a: Subject, b: Subject, levels: Int8Array, bits: Float64Array): void {
    this.names(a, b, levels, bits);
    for (let c = NAMES; c < this.comparisons.length; c++) this.slot(c, a, b, levels, bits);
  }

  /**
   * Writes the same for comparison `c`, which is none of names, where a look is enough: one side states nothing, or
   * both state one value, and the same.
   *
   * @returns whether it was.
   */
  atAGlance(c: number, a: Subject, b: Subject, levels: Int8Array, bits: Float64Array): boolean {
    const s = this.slots[c - NAMES]!;
    const x = a.slots[s.slot];
    const y = b.slots[s.slot];
    if (x === undefined || y === undefined) {
      levels[c] = MISSING;
      bits[c] = 0;
      return true;
    }
    if (x !== y || x.length > 1) return false;
    const [v] = x as readonly [Value];
    levels[c] = v.hot ? MISSING : equalLevel(s.scale, v);
    bits[c] = v.hot ? 0 : v.bits;
    return true;
  }

  /** Whether nothing of comparison `c` can be equal: what `atAGlance` did not tell, and of which each side states one value. */
  isUnlike(c: number, a: Subject, b: Subject): boolean {
    const { slot } = this.slots[c - NAMES]!;
    return a.slots[slot]!.length === 1 && b.slots[slot]!.length === 1;
  }

  /** `compare` for the comparisons of names. */
  names(a: Subject, b: Subject, levels: Int8Array, bits: Float64Array): void {
    const best = this.best;
    if (a.names.length === 0 || b.names.length === 0) {
      Object.assign(best, NOTHING);
    } else if (a.names.length === 1 && b.names.length === 1) {
      compareNames(a.names[0]!, b.names[0]!, best, this.words);
    } else {
      let least = Infinity;
      for (const x of a.names)
        for (const y of b.names) {
          compareNames(x, y, this.one, this.words);
          const s = standing(this.one);
          if (s < least || (s === least && before(this.one, best))) {
            least = s;
            Object.assign(best, this.one);
          }
        }
    }
    levels[0] = best.given;
    levels[1] = best.surname;
    levels[2] = best.order;
    levels[3] = best.rest;
    bits[0] = best.givenBits;
    bits[1] = best.surnameBits;
    bits[2] = 0;
    bits[3] = best.restBits;
  }

  /** `compare` for comparison `c`, which is none of names. */
  slot(c: number, a: Subject, b: Subject, levels: Int8Array, bits: Float64Array): void {
    if (this.atAGlance(c, a, b, levels, bits)) return;
    const s = this.slots[c - NAMES]!;
    const x = a.slots[s.slot]!;
    const y = b.slots[s.slot]!;
    let best = MISSING;
    let of = 0;
    for (let i = 0; i < x.length; i++)
      for (let j = 0; j < y.length; j++) {
        if (x[i]!.hot || y[j]!.hot) continue;
        let l = x[i] === y[j] ? equalLevel(s.scale, x[i]!) : s.level(x[i]!, y[j]!);
        if (s.scale === 'email' && l > 0 && l < EMAIL_DIFFERENT && alikeByName(x[i]!.text, y[j]!.text, a, b))
          l = EMAIL_DIFFERENT;
        if (l === MISSING || (best !== MISSING && l > best)) continue;
        const r = Math.min(x[i]!.bits, y[j]!.bits);
        if (l === best && r <= of) continue;
        best = l;
        of = r;
      }
    if (best > TEXT_MOVED && s.siblings.length > 0) {
      const strayed = this.strayed(s, x, y, a, b);
      if (strayed !== undefined) {
        best = TEXT_MOVED;
        of = strayed.bits;
      }
    }
    levels[c] = best;
    bits[c] = of;
  }

  private strayed(
    s: SlotComparison,
    x: readonly Value[],
    y: readonly Value[],
    a: Subject,
    b: Subject,
  ): Value | undefined {
    for (const sibling of s.siblings) {
      for (const v of b.slots[sibling] ?? []) for (const w of x) if (v.text === w.text && v.text.length > 3) return w;
      for (const v of a.slots[sibling] ?? []) for (const w of y) if (v.text === w.text && v.text.length > 3) return w;
    }
    return undefined;
  }
}

/** Places of the comparisons of names, before all others. */
const NAMES = NAME_COMPARISONS.length;

const NOTHING = noNames();

/** Numbers seldom meet twice, and are compared in no time. */
function levelling(scale: Scale): (a: Value, b: Value) => number {
  const find = (a: Value, b: Value) => levelOf(scale, a, b);
  if (scale === 'identifier' || scale === 'phone') return find;
  const cache = new LevelCache<Value>();
  return (a, b) => cache.level(a, b, find);
}

function standing(n: NameLevels): number {
  const worth = (l: number) => (l === MISSING ? 3.5 : l);
  return worth(n.given) + worth(n.surname) + (n.order === 1 ? 0.5 : 0) - (n.givenBits + n.surnameBits) / 1_000;
}

/** Settles ties by what was found, and so not by the order of names. */
function before(a: NameLevels, b: NameLevels): boolean {
  return (
    (a.given - b.given ||
      a.surname - b.surname ||
      a.order - b.order ||
      a.rest - b.rest ||
      b.givenBits - a.givenBits ||
      b.restBits - a.restBits) < 0
  );
}

/** Remembers levels of pairs of values; direct-mapped, so that it never grows. */
class LevelCache<V extends { readonly id: number }> {
  private static readonly SIZE = 1 << 15;
  private readonly first = new Int32Array(LevelCache.SIZE);
  private readonly second = new Int32Array(LevelCache.SIZE);
  private readonly levels = new Int8Array(LevelCache.SIZE);

  level(a: V, b: V, find: (a: V, b: V) => number): number {
    const lo = a.id < b.id ? a : b;
    const hi = lo === a ? b : a;
    const at = (Math.imul(lo.id, 0x9e3779b1) ^ Math.imul(hi.id, 0x85ebca6b)) >>> 17;
    if (this.first[at] === lo.id && this.second[at] === hi.id) return this.levels[at]!;
    const l = find(lo, hi);
    this.first[at] = lo.id;
    this.second[at] = hi.id;
    this.levels[at] = l;
    return l;
  }
}
