export interface Scale {
  /** Where a value stands, in percent of the width. */
  readonly x: (value: number) => string;
  /** Round values, inside the scale. */
  readonly ticks: readonly number[];
}

const STEPS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5];
const MOST_TICKS = 6;
/** Room at both ends, for the labels. */
const SIDE = 5;

/** A linear axis that holds all intervals with round ends, and never leaves the limits. */
export function scaleOf(
  intervals: readonly { readonly low: number; readonly high: number }[],
  limits: readonly [number, number],
): Scale {
  const low = Math.min(...intervals.map((i) => i.low));
  const high = Math.max(...intervals.map((i) => i.high));
  const step = STEPS.find((s) => (high - low) / s <= MOST_TICKS - 1) ?? 1;
  const from = Math.max(limits[0], Math.floor(low / step) * step);
  const to = Math.min(limits[1], Math.max(Math.ceil(high / step) * step, from + step));
  const ticks = Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => round(from + i * step));
  return {
    x: (v) => `${round(SIDE + ((v - from) / (to - from)) * (100 - 2 * SIDE))}%`,
    ticks: ticks.filter((v) => v <= to),
  };
}

function round(n: number): number {
  return Math.round(n * 1e6) / 1e6;
}
