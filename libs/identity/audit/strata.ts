import { bitsOf, type MatchModel } from '../model/model.js';

/** Pairs of which a model says that they are one party with some probability between two bounds. */
export interface Stratum {
  /** Least probability; 0 for what weighs less than is asked about. */
  readonly from: number;
  /** Where the next one begins; 1 for the last. */
  readonly to: number;
  /** How many pairs of the firm are in it. */
  readonly pairs: number;
  /** How many of them were drawn. */
  readonly drawn: number;
}

/** From here on a pair is certain. */
export const CERTAIN = 0.999;
const CUTS = [0.5, 0.75, 0.9, 0.99, CERTAIN];

/**
 * The bounds of the strata, least first. The first lies below the least of them: contact points that stand alone, whose
 * evidence is cut off there (see `Scorer`). Thresholds are bounds, so that links are whole strata.
 */
export function cutsOf({ thresholds: { link, review } }: MatchModel): number[] {
  return [...new Set([review, link, ...CUTS.filter((p) => p > review)])].sort((a, b) => a - b);
}

export function cutsInBits(m: MatchModel): number[] {
  return cutsOf(m).map((p) => bitsOf(p, m.calibration));
}

/**
 * How many of `wanted` pairs are drawn from strata of these sizes: half of them spread evenly, which tells the curve, and
 * half by size, which tells the precision of all links; none from a stratum that has no more. The first, below what is
 * asked about, has its even share and no more.
 */
export function allocate(sizes: readonly number[], wanted: number): number[] {
  const even = 0.5 / sizes.filter((n) => n > 0).length;
  const all = sizes.slice(1).reduce((sum, n) => sum + n, 0);
  const share = sizes.map((n, i) => even + (i === 0 ? 0 : (0.5 * n) / Math.max(1, all)));
  const given = sizes.map(() => 0);
  for (let i = 0; i < wanted; i++) {
    let next = -1;
    for (const [at, size] of sizes.entries()) {
      if (given[at]! >= size) continue;
      if (next < 0 || (given[at]! + 1) / share[at]! < (given[next]! + 1) / share[next]!) next = at;
    }
    if (next < 0) break;
    given[next]!++;
  }
  return given;
}
