import type { Frequencies, MatchModel } from '../model/model.js';
import type { NameValue, Value, Word } from './value.js';

/** Of the frequencies of a model: words of names, and names as wholes. */
export const WORDS = 'names';
export const WHOLE_NAMES = 'wholeNames';

/** Bits that agreeing on a value tells: −log2 of the share of parties that have it; 0 where nobody counted. */
export function rarity(f: Frequencies | undefined, value: string): number {
  if (f === undefined) return 0;
  // A name may be spelled like a property of every object.
  return -Math.log2(Object.hasOwn(f.shares, value) ? f.shares[value]! : f.rest);
}

/** Given name and surname as one text; undefined where either is not known. */
export function wholeName(n: NameValue): string | undefined {
  if (n.given === undefined || n.surname === undefined) return undefined;
  return `${n.given.han ?? n.given.latin} ${n.surname.han ?? n.surname.latin}`;
}

/** Sets the rarity of the words of a name, and by how much they overstate that of the whole. */
export function nameWeigher(m: MatchModel): (n: NameValue) => void {
  const words = m.frequencies[WORDS];
  const counted = m.frequencies[WHOLE_NAMES]?.shares;
  return (n) => {
    for (const w of wordsOf(n)) w.bits = rarity(words, w.han ?? w.latin);
    const whole = wholeName(n);
    n.excess =
      whole === undefined || counted === undefined || !Object.hasOwn(counted, whole)
        ? 0
        : Math.max(0, n.given!.bits + n.surname!.bits + Math.log2(counted[whole]!));
  };
}

/** Sets the rarity of a value of one slot, and whether it is no evidence. */
export function valueWeigher(slot: string, m: MatchModel): (v: Value) => void {
  const hot = hotOf(m).get(slot);
  const of = m.frequencies[slot];
  return (v) => {
    v.bits = rarity(of, v.text);
    v.hot = hot !== undefined && hot.has(v.text);
  };
}

const hotSets = new WeakMap<MatchModel, ReadonlyMap<string, ReadonlySet<string>>>();

/** Values that are no evidence, by slot. */
export function hotOf(m: MatchModel): ReadonlyMap<string, ReadonlySet<string>> {
  let sets = hotSets.get(m);
  if (sets === undefined)
    hotSets.set(m, (sets = new Map(Object.entries(m.hot).map(([slot, values]) => [slot, new Set(values)]))));
  return sets;
}

function wordsOf(n: NameValue): Word[] {
  return [...(n.given ? [n.given] : []), ...(n.surname ? [n.surname] : []), ...n.rest];
}
