import { type Calibration, probabilityOf } from './model.js';

/** One pair that a person judged. */
export interface Judged {
  /** Its weight of evidence, prior included. */
  readonly bits: number;
  readonly same: boolean;
  /** Pairs of the firm that it stands for: size of its stratum by how many of it were judged. */
  readonly weight: number;
}

/** What was believed before counts as much as so many judged pairs. */
export const BELIEVED_PAIRS = 50;
/** Fewer judged pairs than this say nothing of a curve. */
export const LEAST_JUDGED = 30;
/** Nor do they when fewer than this of them are the rarer verdict. */
export const LEAST_OF_RARER = 5;

const MOST_STEPS = 100;
const CLOSE_ENOUGH = 1e-10;

/**
 * Scale and offset of the curve from bits to probability that fits judged pairs, drawn near `believed`: weighted logistic
 * regression, where each pair says what its judge said and, `BELIEVED_PAIRS` to all pairs, what was believed of it (a
 * prior of made-up answers: Bedrick, Christensen and Johnson, JASA 1996; weighed as in Huang et al., PNAS 2020). Weights
 * make the expected number of right pairs that of the firm, not of the sample, also where the truth is no such curve
 * (pseudo maximum likelihood: Binder, International Statistical Review 1983).
 *
 * The optimum is unique and found by Newton's method from `believed`: the same pairs in any order give the same curve, to
 * the last digits of a sum.
 */
export function calibrate(judged: readonly Judged[], believed: Calibration): Calibration {
  const all = judged.reduce((sum, j) => sum + j.weight, 0);
  const n = judged.length;
  const points = judged
    .toSorted((a, b) => a.bits - b.bits || a.weight - b.weight || Number(a.same) - Number(b.same))
    .map(({ bits, same, weight }) => ({
      bits,
      weight: weight / all,
      share: (n * Number(same) + BELIEVED_PAIRS * probabilityOf(bits, believed)) / (n + BELIEVED_PAIRS),
    }));
  let now = believed;
  for (let step = 0; step < MOST_STEPS; step++) {
    const { scale, offset } = newtonStep(points, now);
    let length = 1;
    const at = () => ({ scale: now.scale - length * scale, offset: now.offset - length * offset });
    while (length > CLOSE_ENOUGH && loss(points, at()) > loss(points, now)) length /= 2;
    now = at();
    if (length * (Math.abs(scale) + Math.abs(offset)) < CLOSE_ENOUGH) break;
  }
  return now;
}

interface Point {
  readonly bits: number;
  readonly weight: number;
  readonly share: number;
}

/** Mean loss of what is said under a curve, in nats. */
function loss(points: readonly Point[], c: Calibration): number {
  return points.reduce((sum, { bits, weight, share }) => {
    const odds = Math.LN2 * (c.scale * bits + c.offset);
    return sum + weight * (Math.max(odds, 0) + Math.log1p(Math.exp(-Math.abs(odds))) - share * odds);
  }, 0);
}

/** What to take off scale and offset. A hair on the diagonal: pairs that all weigh the same tell no slope. */
function newtonStep(points: readonly Point[], c: Calibration): Calibration {
  let [g0, g1, h00, h01, h11] = [0, 0, 1e-9, 0, 1e-9];
  for (const { bits, weight, share } of points) {
    const p = probabilityOf(bits, c);
    const gradient = weight * (p - share);
    const curvature = weight * p * (1 - p);
    g0 += gradient * bits;
    g1 += gradient;
    h00 += curvature * bits * bits;
    h01 += curvature * bits;
    h11 += curvature;
  }
  const det = (h00 * h11 - h01 * h01) * Math.LN2;
  return { scale: (h11 * g0 - h01 * g1) / det, offset: (h00 * g1 - h01 * g0) / det };
}
