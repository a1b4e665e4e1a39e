import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom } from '../model/random.js';
import { type Found, shareOf } from './measured.js';
import { allocate } from './strata.js';

describe('the share of right pairs over strata', () => {
  it('is that of Wilson for one stratum, whatever it is made of', () => {
    const { share, low, high } = shareOf([{ pairs: 900, same: 48, different: 2 }])!;
    expect(share).toBeCloseTo(0.96, 10);
    // R: prop.test(48, 50, correct = FALSE)
    expect(low).toBeCloseTo(0.8654, 3);
    expect(high).toBeCloseTo(0.989, 3);
    const halves = shareOf([
      { pairs: 450, same: 24, different: 1 },
      { pairs: 450, same: 24, different: 1 },
    ])!;
    expect(halves.low).toBeCloseTo(low, 2);
  });

  it('weighs strata by their size, and counts one that nobody told of with its neighbour', () => {
    const strata: Found[] = [
      { pairs: 100, same: 5, different: 5 },
      { pairs: 0, same: 0, different: 0 },
      { pairs: 100, same: 0, different: 0 },
      { pairs: 800, same: 40, different: 0 },
    ];
    expect(shareOf(strata)!.share).toBeCloseTo(0.2 * 0.5 + 0.8, 10);
    expect(shareOf(strata.slice(2))!.share).toBe(1);
    expect(shareOf(strata.slice(2))!.low).toBeGreaterThan(0.85);
    expect(shareOf(strata.slice(1, 3))).toBeUndefined();
  });

  it('holds the truth in its interval about 95 times of 100', () => {
    const random = seededRandom(3);
    const truth = [0.55, 0.8, 0.95, 0.995];
    const pairs = [200, 250, 800, 9000];
    const n = allocate([0, ...pairs], 150).slice(1);
    const all = pairs.reduce((x, y) => x + y);
    const right = truth.reduce((sum, p, i) => sum + (p * pairs[i]!) / all, 0);
    let held = 0;
    for (let round = 0; round < 2000; round++) {
      const found = truth.map((p, i): Found => {
        const same = Array.from({ length: n[i]! }, () => random()).filter((x) => x < p).length;
        return { pairs: pairs[i]!, same, different: n[i]! - same };
      });
      const { low, high } = shareOf(found)!;
      if (low <= right && right <= high) held++;
    }
    expect(held / 2000).toBeGreaterThan(0.93);
    expect(held / 2000).toBeLessThan(0.995);
  });

  it('has its bounds around it, between none and all', () => {
    const stratum = fc.record({ pairs: fc.nat(9999), same: fc.nat(60), different: fc.nat(60) });
    fc.assert(
      fc.property(fc.array(stratum, { maxLength: 7 }), (strata) => {
        const s = shareOf(strata);
        if (s === undefined) return;
        expect(s.low).toBeGreaterThanOrEqual(0);
        expect(s.low).toBeLessThanOrEqual(s.share + 1e-9);
        expect(s.high).toBeGreaterThanOrEqual(s.share - 1e-9);
        expect(s.high).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });
});

describe('how many pairs are drawn of each stratum', () => {
  it('are all that are wanted, or all that there are, and never more than a stratum has', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(400), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 500 }),
        (sizes, n) => {
          const given = allocate(sizes, n);
          const all = sizes.reduce((x, y) => x + y, 0);
          expect(given.reduce((x, y) => x + y, 0)).toBe(Math.min(n, all));
          for (const [i, g] of given.entries()) expect(g).toBeLessThanOrEqual(sizes[i]!);
        },
      ),
    );
  });

  it('are half spread evenly and half by size', () => {
    expect(allocate([0, 200, 200, 200, 500, 800, 12_100], 100)).toEqual([0, 9, 9, 9, 10, 11, 52]);
  });
});
