import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { edits, jaroWinkler } from './similarity.js';

/** Few letters, so that much agrees; 中 leaves the way for plain ASCII. */
const text = fc.array(fc.constantFrom('a', 'b', 'c', '-', '中'), { maxLength: 40 }).map((letters) => letters.join(''));
const pair = fc.tuple(text, text).chain(([a, b]) =>
  fc.constantFrom(
    [a, b] as const,
    // As people mistype: one letter more, one less, two exchanged.
    [a, `${a.slice(0, 3)}b${a.slice(3)}`] as const,
    [a, a.slice(0, 2) + a.slice(3)] as const,
    [a, a.slice(0, 2) + (a[3] ?? '') + (a[2] ?? '') + a.slice(4)] as const,
  ),
);

/** Optimal string alignment, as the books have it. */
function editsByTheBook(a: string, b: string): number {
  const d = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array.from({ length: b.length }, () => 0)]);
  for (let j = 0; j <= b.length; j++) d[0]![j] = j;
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      let v = Math.min(d[i - 1]![j]! + 1, d[i]![j - 1]! + 1, d[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) v = Math.min(v, d[i - 2]![j - 2]! + 1);
      d[i]![j] = v;
    }
  return d[a.length]![b.length]!;
}

/** Jaro (1989) and Winkler (1990), by their definition. */
function jaroWinklerByTheBook(a: string, b: string): number {
  if (a === b) return 1;
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  const taken = new Set<number>();
  const matched = [...a].flatMap((letter, i) => {
    for (let j = Math.max(0, i - reach); j <= Math.min(b.length - 1, i + reach); j++)
      if (!taken.has(j) && b[j] === letter) {
        taken.add(j);
        return [letter];
      }
    return [];
  });
  if (matched.length === 0) return 0;
  const others = [...b].filter((_, j) => taken.has(j));
  const moved = Math.floor(matched.filter((letter, i) => letter !== others[i]).length / 2);
  const jaro = (matched.length / a.length + matched.length / b.length + 1 - moved / matched.length) / 3;
  let prefix = 0;
  while (prefix < 4 && prefix < a.length && a[prefix] === b[prefix]) prefix++;
  return jaro + prefix * 0.1 * (1 - jaro);
}

describe('the similarity of two texts', () => {
  it('counts edits as the books do, up to the most that is asked for', () => {
    fc.assert(
      fc.property(pair, fc.constantFrom(1, 2, 3), ([a, b], most) => {
        expect(edits(a, b, most)).toBe(Math.min(editsByTheBook(a, b), most + 1));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is Jaro’s and Winkler’s, for short texts and long ones', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        expect(jaroWinkler(a, b)).toBeCloseTo(jaroWinklerByTheBook(a, b), 12);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is known of names that every paper has', () => {
    expect(jaroWinkler('martha', 'marhta')).toBeCloseTo(0.9611, 4);
    expect(jaroWinkler('dixon', 'dicksonx')).toBeCloseTo(0.8133, 4);
    expect(edits('ca', 'abc', 3)).toBe(3);
  });
});
