import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expectationMaximisation } from './em.js';
import { Patterns } from './patterns.js';
import { seededRandom } from './random.js';

const U = [
  [0.05, 0.95],
  [0.02, 0.03, 0.95],
  [0.5, 0.5],
];
const COMMON = [0.9, 0, 0];
const BELIEVED = [
  [0.8, 0.2],
  [0.7, 0.2, 0.1],
  [0.9, 0.1],
];

/** Pairs of which one in twenty is one party. */
function drawn(seed: number, m: readonly (readonly number[])[]): Patterns {
  const random = seededRandom(seed);
  const draw = (shares: readonly number[]) => {
    let r = random();
    for (const [l, p] of shares.entries()) {
      r -= p;
      if (r < 0) return l;
    }
    return shares.length - 1;
  };
  const patterns = new Patterns();
  for (let k = 0; k < 4_000; k++) {
    const from = random() < 0.05 ? m : U;
    patterns.add(Int8Array.from(from, (shares) => (random() < 0.1 ? -1 : draw(shares))));
  }
  return patterns;
}

describe('expectation–maximisation', () => {
  it('never loses likelihood', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const { likelihood } = expectationMaximisation(drawn(seed, BELIEVED), U, COMMON, BELIEVED, {
          rounds: 30,
          pairs: 4_000,
          lambda: 0.01,
          related: 0.001,
          belief: 20,
        });
        for (let i = 1; i < likelihood.length; i++)
          expect(likelihood[i]! - likelihood[i - 1]!).toBeGreaterThan(-1e-6 * Math.abs(likelihood[i]!));
      }),
      { numRuns: 20 },
    );
  });

  it('finds the shares that the pairs were drawn with', () => {
    const m = [
      [0.95, 0.05],
      [0.6, 0.35, 0.05],
      [0.98, 0.02],
    ];
    const found = expectationMaximisation(drawn(7, m), U, COMMON, BELIEVED, {
      rounds: 200,
      pairs: 4_000,
      lambda: 0.01,
      related: 1e-6,
      belief: 5,
    });
    expect(found.lambda).toBeGreaterThan(0.03);
    expect(found.lambda).toBeLessThan(0.08);
    expect(found.m[1]![1]!).toBeGreaterThan(0.2);
  });
});
