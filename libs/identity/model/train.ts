import { createHash } from 'node:crypto';
import type { Population } from '../bulk/population.js';
import { Population as People } from '../bulk/population.js';
import { Comparer } from '../compare/compare.js';
import { MISSING } from '../compare/levels.js';
import type { Profile } from '../profile/profile.js';
import { comparisonKind } from './comparisons.js';
import { DEFAULT_MODEL } from './default-model.js';
import { type EmResult, expectationMaximisation } from './em.js';
import { countFrequencies } from './frequencies.js';
import type { MatchModel } from './model.js';
import { Patterns } from './patterns.js';
import { seededRandom } from './random.js';

export interface TrainOptions {
  /** The same seed over the same profiles in the same order trains the same model. Default 1. */
  readonly seed?: number;
  /** Candidate pairs to learn from, at most. Default 300,000. */
  readonly candidates?: number;
  /** Random pairs to learn chance agreement from. Default 300,000. */
  readonly randomPairs?: number;
  /** What is not learned (thresholds, limits, calibration) is taken from here. Default DEFAULT_MODEL. */
  readonly base?: MatchModel;
  /** Node → number of a source that is free of duplicates: its nodes are no pairs. */
  readonly exclusive?: (node: number) => number | undefined;
}

/** Learns the parameters from profiles alone, without labels. */
export function trainModel(profiles: Iterable<Profile>, o: TrainOptions = {}): MatchModel {
  return trainOn(People.of(profiles), o);
}

/** Rounds of: what is one party by the present u, then u without those pairs. */
const ROUNDS = 3;

export function trainOn(people: Population, o: TrainOptions = {}): MatchModel {
  const base = o.base ?? DEFAULT_MODEL;
  const t = new Training(people, o, base);
  return t.size < 2 ? base : t.model();
}

class Training {
  readonly size: number;
  private readonly random: () => number;
  private readonly comparer: Comparer;
  private readonly levels: Int8Array;
  private readonly bits: Float64Array;

  constructor(
    private readonly people: Population,
    private readonly o: TrainOptions,
    private readonly base: MatchModel,
  ) {
    this.size = people.size;
    this.random = seededRandom(o.seed ?? 1);
    this.comparer = new Comparer(people.layout.slots);
    this.levels = new Int8Array(this.comparer.comparisons.length);
    this.bits = new Float64Array(this.levels.length);
  }

  model(): MatchModel {
    const chance = this.randomPatterns();
    const { patterns: likely, share } = this.candidatePatterns();
    const kinds = this.comparer.comparisons.map(comparisonKind);
    const believed = kinds.map((k) => k.m);
    const pairs = Math.max(likely.total, this.pairs() * share);
    let u = kinds.map((k, c) => shares([[chance, undefined]], c, k.u));
    let em: EmResult = expectationMaximisation(likely, u, believed, {
      rounds: 100,
      pairs,
      lambda: Math.min(0.1, (0.2 * likely.total) / pairs),
      belief: 20,
    });
    for (let i = 1; i < ROUNDS; i++) {
      const apart = (p: Patterns) => this.probabilities(p, em, u).map((x) => 1 - x);
      const ofChance = apart(chance);
      const ofLikely = em.posterior.map((x) => 1 - x);
      u = kinds.map((k, c) => shares(k.shared ? [[likely, ofLikely]] : [[chance, ofChance]], c, k.u));
      em = expectationMaximisation(likely, u, em.m, { rounds: 100, pairs, lambda: em.lambda, belief: 20 });
    }
    const comparisons = this.comparer.comparisons.map((comparison, c) => ({
      comparison,
      m: em.m[c]!.map(short),
      u: u[c]!.map(short),
    }));
    const frequencies = countFrequencies(
      this.people.subjects,
      this.people.layout.slots,
      (slot) => comparisonKind(slot).rarity,
    );
    const learned = {
      ...this.base,
      prior: short(Math.log2(em.lambda / (1 - em.lambda))),
      comparisons,
      frequencies,
      hot: {},
    };
    return {
      ...learned,
      version: `trained-${createHash('sha256').update(JSON.stringify(learned)).digest('hex').slice(0, 12)}`,
    };
  }

  private pairs(): number {
    const of = this.o.exclusive;
    if (of === undefined) return (this.size * (this.size - 1)) / 2;
    const sizes = new Map<number | undefined, number>();
    for (let i = 0; i < this.size; i++) sizes.set(of(i), (sizes.get(of(i)) ?? 0) + 1);
    let inside = 0;
    for (const [source, n] of sizes) if (source !== undefined) inside += (n * (n - 1)) / 2;
    return (this.size * (this.size - 1)) / 2 - inside;
  }

  private comparable(a: number, b: number): boolean {
    const s = this.o.exclusive?.(a);
    return a !== b && (s === undefined || s !== this.o.exclusive!(b));
  }

  private randomPatterns(): Patterns {
    const out = new Patterns();
    for (let k = this.o.randomPairs ?? 300_000; k > 0; k--) {
      const a = Math.floor(this.random() * this.size);
      const b = Math.floor(this.random() * this.size);
      if (this.comparable(a, b)) out.add(this.compare(a, b));
    }
    return out;
  }

  /** Candidates of a seeded sample of nodes; `share` is that of the sample. */
  private candidatePatterns(): { patterns: Patterns; share: number } {
    const most = this.o.candidates ?? 300_000;
    const blocks = this.people.blocks(this.base.limits.block);
    const patterns = new Patterns();
    const order = Int32Array.from({ length: this.size }, (_, i) => i);
    for (let i = this.size - 1; i > 0; i--) {
      const j = Math.floor(this.random() * (i + 1));
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    let taken = 0;
    let chances = 0;
    for (const node of order) {
      if (patterns.total >= most) break;
      taken++;
      chances += this.size - 1 - node;
      blocks.eachLater(node, (other) => {
        if (this.comparable(node, other)) patterns.add(this.compare(node, other));
      });
    }
    const all = (this.size * (this.size - 1)) / 2;
    return { patterns, share: taken === this.size ? 1 : chances / all };
  }

  private compare(a: number, b: number): Int8Array {
    this.comparer.compare(this.people.subjects[a]!, this.people.subjects[b]!, this.levels, this.bits);
    return this.levels;
  }

  private probabilities(p: Patterns, em: EmResult, u: readonly (readonly number[])[]): Float64Array {
    return Float64Array.from(p.levels, (levels) => {
      let w = Math.log(em.lambda / (1 - em.lambda));
      for (let c = 0; c < levels.length; c++)
        if (levels[c] !== MISSING) w += Math.log(em.m[c]![levels[c]!]! / u[c]![levels[c]!]!);
      return 1 / (1 + Math.exp(-w));
    });
  }
}

/** Share of pairs at each level of comparison `c`, with a little of what was believed. */
function shares(
  of: readonly (readonly [Patterns, Float64Array | undefined])[],
  c: number,
  believed: readonly number[],
): number[] {
  const sums = believed.map((x) => x * 2 + 0.05);
  for (const [patterns, weights] of of)
    for (let k = 0; k < patterns.counts.length; k++) {
      const l = patterns.levels[k]![c]!;
      if (l !== MISSING) sums[l]! += patterns.counts[k]! * (weights === undefined ? 1 : weights[k]!);
    }
  const total = sums.reduce((s, x) => s + x, 0);
  return sums.map((x) => x / total);
}

function short(x: number): number {
  return Number(x.toPrecision(6));
}
