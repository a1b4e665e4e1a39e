/** Similarity of short texts, without allocation. Longer texts are cut: what tells two names apart comes early. */
const LONGEST = 255;
const seenA = new Uint8Array(LONGEST + 1);
const seenB = new Uint8Array(LONGEST + 1);

/** Jaro–Winkler (Winkler 1990, prefix scale 0.1, at most four characters): 1 for equal, 0 for nothing in common. */
export function jaroWinkler(a: string, b: string): number {
  if (a === b) return 1;
  const la = Math.min(a.length, LONGEST);
  const lb = Math.min(b.length, LONGEST);
  if (la === 0 || lb === 0) return 0;
  const reach = Math.max(0, (Math.max(la, lb) >> 1) - 1);
  let jaro = la <= WORD && lb <= WORD ? shortJaro(a, b, la, lb, reach) : -1;
  if (jaro < 0) jaro = longJaro(a, b, la, lb, reach);
  let prefix = 0;
  const most = Math.min(4, la, lb);
  while (prefix < most && a.charCodeAt(prefix) === b.charCodeAt(prefix)) prefix++;
  return jaro + prefix * 0.1 * (1 - jaro);
}

/** Characters whose places fit into one number. */
const WORD = 31;
/** Of each ASCII character: where it stands, a bit a place. All zero between calls. */
const places = new Int32Array(128);

/** Jaro's similarity with a bit for each character (Bachmann, RapidFuzz); −1 where a text is not plain ASCII. */
function shortJaro(a: string, b: string, la: number, lb: number, reach: number): number {
  let plain = 0;
  for (let j = 0; j < lb; j++) {
    const c = b.charCodeAt(j);
    plain |= c;
    places[c & 127]! |= 1 << j;
  }
  let seenOfA = 0;
  let seenOfB = 0;
  let window = reach >= WORD ? -1 : (1 << (reach + 1)) - 1;
  for (let i = 0; i < la; i++) {
    const c = a.charCodeAt(i);
    plain |= c;
    const open = places[c & 127]! & window & ~seenOfB;
    if (open !== 0) {
      seenOfB |= open & -open;
      seenOfA |= 1 << i;
    }
    window = i < reach ? (window << 1) | 1 : window << 1;
  }
  for (let j = 0; j < lb; j++) places[b.charCodeAt(j) & 127] = 0;
  if (plain > 127) return -1;
  if (seenOfA === 0) return 0;
  let same = 0;
  let moved = 0;
  for (let x = seenOfA, y = seenOfB; x !== 0; x &= x - 1, y &= y - 1) {
    same++;
    if (a.charCodeAt(31 - Math.clz32(x & -x)) !== b.charCodeAt(31 - Math.clz32(y & -y))) moved++;
  }
  return (same / la + same / lb + (same - (moved >> 1)) / same) / 3;
}

function longJaro(a: string, b: string, la: number, lb: number, reach: number): number {
  seenA.fill(0, 0, la);
  seenB.fill(0, 0, lb);
  let same = 0;
  for (let i = 0; i < la; i++) {
    const c = a.charCodeAt(i);
    const end = Math.min(lb - 1, i + reach);
    for (let j = i > reach ? i - reach : 0; j <= end; j++)
      if (seenB[j] === 0 && b.charCodeAt(j) === c) {
        seenA[i] = 1;
        seenB[j] = 1;
        same++;
        break;
      }
  }
  if (same === 0) return 0;
  let moved = 0;
  for (let i = 0, j = 0; i < la; i++) {
    if (seenA[i] === 0) continue;
    while (seenB[j] === 0) j++;
    if (a.charCodeAt(i) !== b.charCodeAt(j)) moved++;
    j++;
  }
  return (same / la + same / lb + (same - (moved >> 1)) / same) / 3;
}

let before = new Uint16Array(LONGEST + 2);
let above = new Uint16Array(LONGEST + 2);
let row = new Uint16Array(LONGEST + 2);

/**
 * Edits (insert, drop, change, swap two neighbours; optimal string alignment) from one text to the other, or `max + 1`
 * when there are more.
 */
export function edits(a: string, b: string, max: number): number {
  if (a === b) return 0;
  let la = Math.min(a.length, LONGEST);
  let lb = Math.min(b.length, LONGEST);
  if (Math.abs(la - lb) > max) return max + 1;
  // What both begin and end with needs no edit.
  let skip = 0;
  while (skip < la && skip < lb && a.charCodeAt(skip) === b.charCodeAt(skip)) skip++;
  while (la > skip && lb > skip && a.charCodeAt(la - 1) === b.charCodeAt(lb - 1)) {
    la--;
    lb--;
  }
  la -= skip;
  lb -= skip;
  if (la === 0 || lb === 0) return la + lb;
  if (max === 1) return (la === 1 && lb === 1) || (la === 2 && lb === 2 && swapped(a, b, skip)) ? 1 : 2;
  // Only cells within `max` of the diagonal can be reached by so few edits.
  const out = max + 1;
  for (let j = 0; j <= Math.min(lb, out); j++) above[j] = j;
  for (let i = 1; i <= la; i++) {
    const ca = a.charCodeAt(skip + i - 1);
    const pa = i > 1 ? a.charCodeAt(skip + i - 2) : -1;
    const from = i > max ? i - max : 1;
    const to = i + max < lb ? i + max : lb;
    row[from - 1] = from === 1 ? Math.min(i, out) : out;
    if (to < lb) row[to + 1] = out;
    let least = row[from - 1]!;
    for (let j = from; j <= to; j++) {
      const cb = b.charCodeAt(skip + j - 1);
      let v = above[j - 1]! + (ca === cb ? 0 : 1);
      if (above[j]! + 1 < v) v = above[j]! + 1;
      if (row[j - 1]! + 1 < v) v = row[j - 1]! + 1;
      if (i > 1 && j > 1 && cb === pa && b.charCodeAt(skip + j - 2) === ca && before[j - 2]! + 1 < v)
        v = before[j - 2]! + 1;
      row[j] = v;
      if (v < least) least = v;
    }
    if (least > max) return max + 1;
    const spare = before;
    before = above;
    above = row;
    row = spare;
  }
  return Math.min(above[lb]!, max + 1);
}

function swapped(a: string, b: string, at: number): boolean {
  return a.charCodeAt(at) === b.charCodeAt(at + 1) && a.charCodeAt(at + 1) === b.charCodeAt(at);
}

/** Share of pairs of neighbouring characters that two texts have in common (Dice); for texts too long for the others. */
export function bigramOverlap(a: string, b: string): number {
  if (a.length < 2 || b.length < 2) return a === b ? 1 : 0;
  const counts = new Map<string, number>();
  for (let i = 1; i < a.length; i++) {
    const g = a.slice(i - 1, i + 1);
    counts.set(g, (counts.get(g) ?? 0) + 1);
  }
  let same = 0;
  for (let i = 1; i < b.length; i++) {
    const g = b.slice(i - 1, i + 1);
    const left = counts.get(g) ?? 0;
    if (left > 0) {
      same++;
      counts.set(g, left - 1);
    }
  }
  return (2 * same) / (a.length + b.length - 2);
}
