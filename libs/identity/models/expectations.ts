import { bitsOf, type Calibration, probabilityOf } from '../model/model.js';

/** How many pairs weigh how much, in steps of a quarter of a bit: enough to tell what any threshold would bring. */
export interface WeightCounts {
  /** The place of the first count, in steps; it holds the pairs of `from × STEP` bits and more. */
  readonly from: number;
  readonly counts: readonly number[];
}

/** What a threshold is expected to bring. */
export interface Expectation {
  /** Least probability of a link. */
  readonly link: number;
  /** Pairs of identities at or above it. */
  readonly pairs: number;
  /** Share of these that are expected to be one party. */
  readonly precision: number;
  /** How many of them are expected to be two. */
  readonly wrong: number;
  /** Pairs below it: as many a person is asked about at most, for others are joined by other ties. */
  readonly asked: number;
}

const STEP = 0.25;

/** Counts pairs by weight; those below `least` bits are nobody's concern. */
export class WeightCounter {
  private readonly of = new Map<number, number>();

  constructor(private readonly least: number) {}

  add(bits: number): void {
    if (bits < this.least) return;
    const at = Math.floor(bits / STEP);
    this.of.set(at, (this.of.get(at) ?? 0) + 1);
  }

  counts(): WeightCounts {
    const places = [...this.of.keys()];
    if (places.length === 0) return { from: 0, counts: [] };
    const from = places.reduce((x, y) => Math.min(x, y));
    const to = places.reduce((x, y) => Math.max(x, y));
    return { from, counts: Array.from({ length: to - from + 1 }, (_, i) => this.of.get(from + i) ?? 0) };
  }
}

/**
 * Expected precision of a threshold without labels: the mean probability of the pairs above it (after Belin and Rubin,
 * JASA 1995). It is as good as the probabilities are; on the labelled sets it was right to a point in a hundred.
 */
export function expectationAt(link: number, w: WeightCounts, c: Calibration): Expectation {
  const least = bitsOf(link, c);
  let [pairs, right, asked] = [0, 0, 0];
  for (const [i, n] of w.counts.entries()) {
    const middle = (w.from + i + 0.5) * STEP;
    if (middle < least) asked += n;
    else {
      pairs += n;
      right += n * probabilityOf(middle, c);
    }
  }
  return { link, pairs, precision: pairs === 0 ? 1 : right / pairs, wrong: pairs - right, asked };
}

/** The precision to expect of the links that weigh most: no threshold reaches more. */
export function bestPrecision(w: WeightCounts, c: Calibration): number {
  return expectationAt(probabilityOf((w.from + w.counts.length - 1) * STEP, c), w, c).precision;
}

/** The least threshold whose links are expected to be right in at least this share; undefined when none is. */
export function linkOfPrecision(precision: number, w: WeightCounts, c: Calibration): number | undefined {
  for (const i of w.counts.keys()) {
    const link = probabilityOf((w.from + i) * STEP, c);
    const { pairs, precision: expected } = expectationAt(link, w, c);
    if (pairs > 0 && expected >= precision) return link;
  }
  return undefined;
}
