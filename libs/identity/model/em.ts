import { MISSING } from '../compare/levels.js';
import type { Patterns } from './patterns.js';
import { atOnce, type Steps } from './steps.js';

export interface EmResult {
  /** Share of all pairs that are one party. */
  readonly lambda: number;
  /** Share of all pairs that are of one household. */
  readonly related: number;
  readonly m: readonly (readonly number[])[];
  /** Of each comparison: the share of households that have it in common. */
  readonly common: readonly number[];
  /** Of each pattern: the probability of being one party. */
  readonly posterior: Float64Array;
  /** Of each pattern: the probability of being strangers. */
  readonly strangers: Float64Array;
  /** log of likelihood and prior after each round; never falls. */
  readonly likelihood: readonly number[];
}

export interface EmOptions {
  readonly rounds: number;
  /** Pairs of the whole population, of which the patterns hold the likely ones. */
  readonly pairs: number;
  readonly lambda: number;
  readonly related: number;
  /** Where to begin; default: what is believed. */
  readonly start?: readonly (readonly number[])[];
  /** Likewise, of the shares of households. */
  readonly startCommon?: readonly number[];
  /** Weight, in pairs, of what is believed of m before the data. */
  readonly belief: number;
  /** By comparison and level: pairs that are known to be one party, beside the patterns. */
  readonly taught?: readonly (readonly number[])[];
  /**
   * False for a pattern that is never one party, however likely the weights make it: what agrees in it depends on one
   * another. Default: all may be.
   */
  readonly mayBeOne?: (levels: Int8Array) => boolean;
}

/** What fewer households are believed to have in common (twins a birth date) is left as it is believed. */
const MOSTLY = 0.5;

/** So few pairs that look like relatives are odd pairs of one party, and no households: prior related^−5. */
const FEW = 5;

/**
 * Expectation–maximisation of m and lambda for given u, without labels (Dempster, Laird and Rubin 1977; Winkler 1988
 * for record linkage), with a third group beside the two: pairs of one household. A share of them has a comparison in
 * common, and states it as one party does; the others differ as strangers do. Pairs outside the patterns count as
 * strangers. `believed` is the centre of a Dirichlet prior on m, so that comparisons that the data say little about stay
 * near it; `believedCommon` likewise that of the shares of households, of which those above one half are learned.
 */
export function expectationMaximisation(...given: Parameters<typeof expectationMaximisationSteps>): EmResult {
  return atOnce(expectationMaximisationSteps(...given));
}

/** The same, a round a step. */
export function* expectationMaximisationSteps(
  patterns: Patterns,
  u: readonly (readonly number[])[],
  believedCommon: readonly number[],
  believed: readonly (readonly number[])[],
  o: EmOptions,
): Steps<EmResult> {
  const count = patterns.counts.length;
  const posterior = new Float64Array(count);
  const strangers = new Float64Array(count);
  const likelihood: number[] = [];
  const may = o.mayBeOne && patterns.levels.map(o.mayBeOne);
  let m = o.start ?? believed;
  let common = o.startCommon ?? believedCommon;
  let lambda = o.lambda;
  let related = o.related;
  for (let round = 0; round < o.rounds; round++) {
    yield;
    const h = householdOf(m, u, common);
    const one = ratiosOf(patterns, m, u);
    const household = ratiosOf(patterns, h, u);
    const rest = 1 - lambda - related;
    const sums = m.map((levels, c) => levels.map((_, l) => o.taught?.[c]?.[l] ?? 0));
    const inCommon = common.map(() => 0);
    const ofHouseholds = common.map(() => 0);
    let matched = 0;
    let kin = 0;
    let fit = o.pairs * Math.log(rest) - FEW * Math.log(related);
    for (let k = 0; k < count; k++) {
      const n = patterns.counts[k]!;
      // Relative to strangers, whose likelihood is constant: u is given.
      const ofOne = may?.[k] === false ? 0 : (lambda / rest) * one[k]!;
      const ofKin = (related / rest) * household[k]!;
      const p = ofOne / (1 + ofOne + ofKin);
      posterior[k] = p;
      strangers[k] = 1 / (1 + ofOne + ofKin);
      fit += n * Math.log(1 + ofOne + ofKin);
      matched += p * n;
      const q = ofKin / (1 + ofOne + ofKin);
      kin += q * n;
      const levels = patterns.levels[k]!;
      for (let c = 0; c < levels.length; c++) {
        const l = levels[c]!;
        if (l === MISSING) continue;
        sums[c]![l]! += p * n;
        // What a household has in common tells as much of how it is stated.
        const shared = (q * n * common[c]! * m[c]![l]!) / h[c]![l]!;
        sums[c]![l]! += shared;
        inCommon[c]! += shared;
        ofHouseholds[c]! += q * n;
      }
    }
    for (const [c, levels] of m.entries())
      for (const [l, x] of levels.entries()) fit += o.belief * believed[c]![l]! * Math.log(x);
    for (const [c, s] of believedCommon.entries())
      if (s >= MOSTLY) fit += o.belief * (s * Math.log(common[c]!) + (1 - s) * Math.log(1 - common[c]!));
    likelihood.push(fit);
    if (likelihood.length > 1 && Math.abs(fit - likelihood.at(-2)!) < 1e-7 * Math.abs(fit)) break;
    m = sums.map((levels, c) => {
      const total = levels.reduce((s, x) => s + x, 0) + o.belief;
      return levels.map((x, l) => (x + o.belief * believed[c]![l]!) / total);
    });
    common = believedCommon.map((s, c) =>
      s < MOSTLY ? s : Math.min(0.999, (inCommon[c]! + o.belief * s) / (ofHouseholds[c]! + o.belief)),
    );
    lambda = Math.min(0.5, Math.max(1e-12, matched / o.pairs));
    related = Math.min(0.4, Math.max(1e-12, (kin - FEW) / o.pairs));
  }
  return { lambda, related, m, common, posterior, strangers, likelihood };
}

/** Shares among people of one household: of those who have it in common as `m`, of the others as `u`. */
export function householdOf(
  m: readonly (readonly number[])[],
  u: readonly (readonly number[])[],
  common: readonly number[],
): readonly (readonly number[])[] {
  return u.map((levels, c) => levels.map((x, l) => common[c]! * m[c]![l]! + (1 - common[c]!) * x));
}

/** Of each pattern: how much likelier it is by `x` than by `u`. */
export function ratiosOf(
  patterns: Patterns,
  x: readonly (readonly number[])[],
  u: readonly (readonly number[])[],
): Float64Array {
  const ratio = x.map((levels, c) => levels.map((p, l) => p / u[c]![l]!));
  return Float64Array.from(patterns.levels, (levels) => {
    let r = 1;
    for (let c = 0; c < levels.length; c++) if (levels[c] !== MISSING) r *= ratio[c]![levels[c]!]!;
    return Math.min(r, 1e200);
  });
}
