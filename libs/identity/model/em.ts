import { MISSING } from '../compare/levels.js';
import type { Patterns } from './patterns.js';

export interface EmResult {
  /** Share of all pairs that are one party. */
  readonly lambda: number;
  readonly m: readonly (readonly number[])[];
  /** Of each pattern: the probability of being one party. */
  readonly posterior: Float64Array;
  /** log of likelihood and prior after each round; never falls. */
  readonly likelihood: readonly number[];
}

export interface EmOptions {
  readonly rounds: number;
  /** Pairs of the whole population, of which the patterns hold the likely ones. */
  readonly pairs: number;
  readonly lambda: number;
  /** Weight, in pairs, of what is believed of m before the data. */
  readonly belief: number;
}

/**
 * Expectation–maximisation of m and lambda for given u, without labels (Dempster, Laird and Rubin 1977; Winkler 1988
 * for record linkage). Pairs outside the patterns count as two parties. `believed` is the centre of a Dirichlet prior
 * on m, so that comparisons that the data say little about stay near it.
 */
export function expectationMaximisation(
  patterns: Patterns,
  u: readonly (readonly number[])[],
  believed: readonly (readonly number[])[],
  o: EmOptions,
): EmResult {
  const count = patterns.counts.length;
  const posterior = new Float64Array(count);
  const likelihood: number[] = [];
  let m = believed;
  let lambda = o.lambda;
  for (let round = 0; round < o.rounds; round++) {
    const bits = m.map((levels, c) => levels.map((x, l) => Math.log(x / u[c]![l]!)));
    const odds = Math.log(lambda / (1 - lambda));
    const sums = m.map((levels) => levels.map(() => 0));
    let matched = 0;
    let fit = o.pairs * Math.log(1 - lambda);
    for (let k = 0; k < count; k++) {
      const levels = patterns.levels[k]!;
      const n = patterns.counts[k]!;
      let w = odds;
      for (let c = 0; c < levels.length; c++) if (levels[c] !== MISSING) w += bits[c]![levels[c]!]!;
      const p = 1 / (1 + Math.exp(-w));
      posterior[k] = p;
      // log(lambda × m + (1 − lambda) × u), less what is constant: u is given.
      fit += n * (w > 30 ? w : Math.log1p(Math.exp(w)));
      matched += p * n;
      for (let c = 0; c < levels.length; c++) if (levels[c] !== MISSING) sums[c]![levels[c]!]! += p * n;
    }
    for (const [c, levels] of m.entries())
      for (const [l, x] of levels.entries()) fit += o.belief * believed[c]![l]! * Math.log(x);
    likelihood.push(fit);
    if (likelihood.length > 1 && Math.abs(fit - likelihood.at(-2)!) < 1e-7 * Math.abs(fit)) break;
    m = sums.map((levels, c) => {
      const total = levels.reduce((s, x) => s + x, 0) + o.belief;
      return levels.map((x, l) => (x + o.belief * believed[c]![l]!) / total);
    });
    lambda = Math.min(0.5, Math.max(1e-12, matched / o.pairs));
  }
  return { lambda, m, posterior, likelihood };
}
