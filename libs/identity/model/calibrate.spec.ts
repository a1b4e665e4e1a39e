import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BELIEVED_PAIRS, calibrate, type Judged } from './calibrate.js';
import { DEFAULT_MODEL } from './default-model.js';
import { bitsOf, type Calibration, probabilityOf } from './model.js';
import { seededRandom } from './random.js';

const SHIPPED = DEFAULT_MODEL.calibration;
const CUTS = [0.25, 0.5, 0.75, 0.9, 0.99, 0.999].map((p) => bitsOf(p, SHIPPED));

/** Pairs of a firm, many more of them nearly certain than not, in strata of the shipped calibration. */
function strataOf(random: () => number): number[][] {
  const strata: number[][] = CUTS.slice(1).map(() => []);
  for (let i = 0; i < 40_000; i++) {
    const bits = CUTS[0]! + (CUTS.at(-1)! - CUTS[0]!) * random() ** 0.4;
    strata[CUTS.findLastIndex((c) => bits >= c)]?.push(bits);
  }
  return strata;
}

/** So many pairs of each stratum, judged as the truth has it. */
function judge(strata: number[][], each: number, truth: (bits: number) => number, random: () => number): Judged[] {
  return strata.flatMap((all) =>
    Array.from({ length: each }, () => {
      const bits = all[Math.floor(random() * all.length)]!;
      return { bits, same: random() < truth(bits), weight: all.length / each };
    }),
  );
}

const unweighted = (judged: readonly Judged[]) => judged.map((j) => ({ ...j, weight: 1 }));
const mean = (list: readonly number[]) => list.reduce((sum, x) => sum + x, 0) / list.length;

describe('calibrating from judged pairs', () => {
  it('comes near the curve that the judgements were drawn from, and is right about it in the mean', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.double({ min: 0.5, max: 1.2, noNaN: true }),
        fc.double({ min: -0.5, max: 2, noNaN: true }),
        (seed, scale, offset) => {
          const truth = (bits: number) => probabilityOf(bits, { scale, offset });
          const random = seededRandom(seed);
          const strata = strataOf(random);
          const fits = Array.from({ length: 8 }, () => calibrate(judge(strata, 800, truth, random), SHIPPED));
          for (const probability of [0.25, 0.5, 0.9]) {
            const bits = bitsOf(probability, { scale, offset });
            if (bits < CUTS[0]! || bits > CUTS.at(-1)!) continue;
            const found = fits.map((c) => probabilityOf(bits, c));
            for (const p of found) expect(Math.abs(p - probability)).toBeLessThan(0.08);
            expect(Math.abs(mean(found) - probability)).toBeLessThan(0.025);
          }
        },
      ),
      { numRuns: 8, seed: 20_261_201 },
    );
  });

  it('expects as many right pairs as the firm has, also where the truth is no such curve; unweighted it would not', () => {
    // A quarter of what only looks certain is a copied record.
    const truth = (bits: number) => probabilityOf(bits, SHIPPED) * (bits > 3 ? 0.75 : 1);
    const random = seededRandom(5);
    const strata = strataOf(random);
    const all = strata.flat();
    const right = mean(all.map(truth));
    const expected = (c: Calibration) => mean(all.map((bits) => probabilityOf(bits, c)));
    const samples = Array.from({ length: 10 }, () => judge(strata, 1500, truth, random));
    const weighted = mean(samples.map((s) => expected(calibrate(s, SHIPPED))));
    const plain = mean(samples.map((s) => expected(calibrate(unweighted(s), SHIPPED))));
    expect(Math.abs(weighted - right)).toBeLessThan(0.005);
    expect(Math.abs(plain - right)).toBeGreaterThan(0.01);
  });

  it('is drawn to what was believed: ten answers change little, and none nothing', () => {
    const random = seededRandom(7);
    const strata = strataOf(random);
    const pessimist = (n: number) =>
      calibrate(
        judge(strata, n, () => 0.3, random),
        SHIPPED,
      );
    const link = bitsOf(0.5, SHIPPED);
    expect(probabilityOf(link, pessimist(2))).toBeGreaterThan(0.4);
    expect(probabilityOf(4, pessimist(500))).toBeLessThan(0.5);
    const believed = strata.flat().slice(0, 300);
    const asBelieved = believed.flatMap((bits): Judged[] => {
      const weight = probabilityOf(bits, SHIPPED);
      return [
        { bits, same: true, weight },
        { bits, same: false, weight: 1 - weight },
      ];
    });
    const same = calibrate(asBelieved, SHIPPED);
    expect(same.scale).toBeCloseTo(SHIPPED.scale, 6);
    expect(same.offset).toBeCloseTo(SHIPPED.offset, 6);
    expect(BELIEVED_PAIRS).toBe(50);
  });

  it('is the same for the same answers in any order, and in any measure of weight', () => {
    const random = seededRandom(9);
    const judged = judge(strataOf(random), 20, (bits) => probabilityOf(bits, { scale: 0.6, offset: 0 }), random);
    const once = calibrate(judged, SHIPPED);
    expect(calibrate(judged.toReversed(), SHIPPED).scale).toBeCloseTo(once.scale, 12);
    const doubled = calibrate(
      judged.map((j) => ({ ...j, weight: j.weight * 7 })),
      SHIPPED,
    );
    expect(doubled.scale).toBeCloseTo(once.scale, 9);
    expect(doubled.offset).toBeCloseTo(once.offset, 9);
    expect(calibrate(judged, SHIPPED)).toEqual(once);
  });
});
