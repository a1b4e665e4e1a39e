import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bestPrecision, DEFAULT_MODEL, expectationAt, linkOfPrecision, WeightCounter } from '../index.js';
import { probabilityOf } from '../model/model.js';

const { calibration } = DEFAULT_MODEL;
const weights = fc.array(fc.double({ min: -6, max: 30, noNaN: true }), { minLength: 1, maxLength: 400 });
const counted = (bits: readonly number[], least = -100) => {
  const counter = new WeightCounter(least);
  for (const b of bits) counter.add(b);
  return counter.counts();
};

describe('what a threshold is expected to bring', () => {
  it('is the mean probability of the pairs above it, to an eighth of a bit', () => {
    fc.assert(
      fc.property(weights, fc.double({ min: 0.05, max: 0.99, noNaN: true }), (bits, link) => {
        const e = expectationAt(link, counted(bits), calibration);
        const mean = (shift: number) => {
          const above = bits.filter((b) => probabilityOf(b, calibration) >= link + 0.03);
          return above.reduce((s, b) => s + probabilityOf(b + shift, calibration), 0);
        };
        expect(e.pairs + e.asked).toBe(bits.length);
        expect(e.pairs - e.wrong).toBeGreaterThanOrEqual(mean(-0.25) - 1e-9);
        expect(e.wrong).toBeCloseTo(e.pairs * (1 - e.precision), 6);
      }),
    );
  });

  it('leaves out what nobody would be asked about', () => {
    const e = expectationAt(0.5, counted([-5, -4, 10], -4.5), calibration);
    expect([e.pairs, e.asked]).toEqual([1, 1]);
  });
});

describe('the threshold of a precision', () => {
  it('is the least that is expected to reach it, or none', () => {
    fc.assert(
      fc.property(weights, fc.double({ min: 0.3, max: 0.999, noNaN: true }), (bits, precision) => {
        const w = counted(bits);
        const link = linkOfPrecision(precision, w, calibration);
        const all = Array.from(w.counts, (_, i) => probabilityOf((w.from + i) * 0.25, calibration));
        const reaching = all.filter((p) => {
          const e = expectationAt(p, w, calibration);
          return e.pairs > 0 && e.precision >= precision;
        });
        expect(link).toBe(reaching[0]);
        if (link === undefined) expect(bestPrecision(w, calibration)).toBeLessThan(precision);
        else expect(expectationAt(link, w, calibration).precision).toBeGreaterThanOrEqual(precision);
      }),
    );
  });
});
