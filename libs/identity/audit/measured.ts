/** What people found in one stratum. */
export interface Found {
  /** How many pairs of the firm are in it. */
  readonly pairs: number;
  readonly same: number;
  readonly different: number;
}

export interface Share {
  readonly share: number;
  /** Bounds of the 95 % interval. */
  readonly low: number;
  readonly high: number;
}

/** 97.5 % of the normal distribution. */
const Z = 1.959_963_985;

/**
 * Share of pairs that are one party, over strata of known sizes, with its 95 % interval: Wilson's interval in each stratum
 * at a common narrower level, put together by size (stratified Wilson interval: Yan and Su, Statistics in
 * Biopharmaceutical Research 2:329–335, 2010). Of one stratum it is Wilson's own. Variances are taken from Wilson's
 * centre, so that strata where all agree are not held for certain. A stratum in which nothing was told counts with its
 * neighbour. Undefined where nothing was told at all.
 */
export function shareOf(strata: readonly Found[]): Share | undefined {
  const told = joinUntold(strata).map(({ pairs, same, different }) => ({ pairs, same, n: same + different }));
  if (told.length === 0) return undefined;
  const all = told.reduce((sum, s) => sum + s.pairs, 0);
  let [spread, parts, share] = [0, 0, 0];
  for (const { pairs, same, n } of told) {
    const weight = pairs / all;
    const centre = (same + (Z * Z) / 2) / (n + Z * Z);
    const variance = (centre * (1 - centre)) / (n + Z * Z);
    spread += weight * weight * variance;
    parts += weight * Math.sqrt(variance);
    share += (weight * same) / n;
  }
  const z = (Z * Math.sqrt(spread)) / parts;
  let [low, high] = [0, 0];
  for (const { pairs, same, n } of told) {
    const [from, to] = wilson(same, n, z);
    low += (pairs / all) * from;
    high += (pairs / all) * to;
  }
  return { share, low, high };
}

function wilson(same: number, n: number, z: number): [number, number] {
  const p = same / n;
  const centre = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

/** Gives the pairs of a stratum of which nothing was told to the one below it, or above when there is none. */
function joinUntold(strata: readonly Found[]): Found[] {
  const told: Found[] = [];
  let waiting = 0;
  for (const s of strata) {
    if (s.pairs === 0) continue;
    if (s.same + s.different > 0) {
      told.push({ ...s, pairs: s.pairs + waiting });
      waiting = 0;
    } else if (told.length === 0) waiting += s.pairs;
    else {
      const below = told.pop()!;
      told.push({ ...below, pairs: below.pairs + s.pairs });
    }
  }
  return told;
}
