import { createHash } from 'node:crypto';
import type { Population } from '../bulk/population.js';
import { Population as People } from '../bulk/population.js';
import { Comparer } from '../compare/compare.js';
import { MISSING } from '../compare/levels.js';
import { WHOLE_NAMES } from '../compare/rarity.js';
import type { Profile } from '../profile/profile.js';
import { chooseBlocking, sampledLimit } from './choose-blocking.js';
import { type ComparisonKind, comparisonKind, isNameComparison } from './comparisons.js';
import { DEFAULT_MODEL } from './default-model.js';
import { type EmResult, expectationMaximisationSteps, householdOf, ratiosOf } from './em.js';
import { countFrequencies } from './frequencies.js';
import { findHotValues } from './hot-values.js';
import type { MatchModel } from './model.js';
import { countNamesakes } from './namesakes.js';
import { Patterns } from './patterns.js';
import { seededRandom } from './random.js';
import { Scorer } from './scorer.js';
import { atOnce, type Steps } from './steps.js';

export interface TrainOptions {
  /** The same seed over the same profiles, in any order, trains the same model. Default 1. */
  readonly seed?: number;
  /** Candidate pairs to learn from, at most. Default 50,000. */
  readonly candidates?: number;
  /** Random pairs to learn chance agreement from. Default 50,000. */
  readonly randomPairs?: number;
  /** What is not learned (thresholds, limits, calibration) is taken from here. Default DEFAULT_MODEL. */
  readonly base?: MatchModel;
  /** Pairs of nodes that people decided to be one party. */
  readonly together?: readonly (readonly [number, number])[];
  /** Node → number of a source that is free of duplicates: its nodes are no pairs. */
  readonly exclusive?: (node: number) => number | undefined;
  /**
   * Of a sample: the share of all parties that it holds, each with all its nodes. Two nodes of one party are then both
   * there as often as the party is, two of different parties that much seldomer; what is learned is meant for everybody.
   * Default 1.
   */
  readonly share?: number;
}

/** Learns the parameters from profiles alone, without labels. */
export function trainModel(profiles: Iterable<Profile>, o: TrainOptions = {}): MatchModel {
  return trainOn(People.of(profiles), o);
}

/** The same, of nodes that are in memory already, in steps of some milliseconds. */
export function* trainInSteps(people: Population, o: TrainOptions = {}): Steps<MatchModel> {
  const base = o.base ?? DEFAULT_MODEL;
  const t = new Training(people, o, base);
  return t.size < 2 ? base : yield* t.model();
}

/**
 * Bits that must agree besides the name, and besides contact points, for a pair to teach what one party looks like. The
 * words of a name depend on one another (an English given name has an English surname), so namesakes are far more
 * frequent than the product of their shares; left in, they would pass for one party whose everything else differs.
 */
const TEACHES = { besidesName: 6, byChance: 9, besidesContact: 3 };

/** A pair that a person judged teaches as much as so many that the model believes in. */
const DECISION = 5;

/** Rounds of: what is one party by the present u, then u without those pairs. */
const ROUNDS = 3;

export function trainOn(people: Population, o: TrainOptions = {}): MatchModel {
  return atOnce(trainInSteps(people, o));
}

class Training {
  readonly size: number;
  private readonly share: number;
  private readonly random: () => number;
  private readonly comparer: Comparer;
  private readonly levels: Int8Array;
  private readonly bits: Float64Array;
  /** Nodes in an order that follows from what they state, and from the seed: the order of arrival teaches nothing. */
  private readonly order: Int32Array;

  constructor(
    private readonly people: Population,
    private readonly o: TrainOptions,
    private readonly base: MatchModel,
  ) {
    this.size = people.size;
    this.random = seededRandom(o.seed ?? 1);
    const mark = people.contentHashes(o.seed ?? 1);
    this.order = Int32Array.from(mark, (_, i) => i).sort((a, b) => mark[a]! - mark[b]! || a - b);
    this.share = o.share ?? 1;
    this.comparer = new Comparer(people.layout.slots);
    this.levels = new Int8Array(this.comparer.comparisons.length);
    this.bits = new Float64Array(this.levels.length);
  }

  *model(): Steps<MatchModel> {
    const chance = yield* this.randomPatterns();
    const { patterns: likely, share } = yield* this.candidatePatterns();
    const taught = this.taught();
    const kinds = this.comparer.comparisons.map(comparisonKind);
    const believed = kinds.map((k) => k.m);
    const pairs = Math.max(likely.total, this.pairs() * share);
    const free = (k: ComparisonKind) => k.scale === 'order';
    let u = kinds.map((k, c) => (free(k) ? k.u : shares(chance, undefined, c, k.u)));
    const common = kinds.map((k) => k.household);
    const lambda = Math.min(0.1, (0.2 * likely.total) / pairs);
    let em: EmResult = yield* expectationMaximisationSteps(likely, u, common, believed, {
      rounds: 100,
      pairs,
      lambda,
      related: lambda / 10,
      belief: 20,
      taught,
      mayBeOne: this.teaches(kinds, u),
    });
    for (let i = 1; i < ROUNDS; i++) {
      const ofChance = strangersOf(chance, em, u, householdOf(em.m, u, em.common));
      const ofLikely = em.strangers;
      u = kinds.map((k, c) =>
        free(k)
          ? k.u
          : k.shared
            ? rareShares(likely, ofLikely, chance, pairs, c, k.u)
            : shares(chance, ofChance, c, k.u),
      );
      em = yield* expectationMaximisationSteps(likely, u, common, believed, {
        rounds: 100,
        pairs,
        lambda: em.lambda,
        related: em.related,
        belief: 20,
        start: em.m,
        startCommon: em.common,
        taught,
        mayBeOne: this.teaches(kinds, u),
      });
    }
    const comparisons = this.comparer.comparisons.map((comparison, c) => ({
      comparison,
      m: em.m[c]!.map(short),
      u: u[c]!.map(short),
      ...(kinds[c]!.household === em.common[c] ? {} : { common: short(em.common[c]!) }),
    }));
    const frequencies = countFrequencies(
      this.people.subjects,
      this.people.layout.slots,
      (slot) => comparisonKind(slot).rarity,
    );
    const weights: MatchModel = {
      ...this.base,
      prior: short(Math.log2((this.share * em.lambda) / (1 - em.lambda - em.related))),
      related: short(Math.log2(em.related / (1 - em.lambda - em.related))),
      comparisons,
      frequencies,
      hot: {},
    };
    const { layout, subjects } = this.people;
    layout.weighBy(weights);
    const cautious = new Scorer(weights, layout.slots);
    const namesakes = yield* countNamesakes(subjects, cautious);
    const hot = yield* findHotValues(subjects, layout.slots, cautious);
    const learned = { ...weights, hot, frequencies: { ...frequencies, [WHOLE_NAMES]: namesakes } };
    const blocking = yield* chooseBlocking(this.people, learned, {
      nodes: this.order,
      share: this.share,
      most: 5 * (this.o.candidates ?? 50_000),
      comparable: (a, b) => this.comparable(a, b),
    });
    const hash = createHash('sha256').update(JSON.stringify({ ...learned, blocking, version: undefined }));
    return { ...learned, blocking, version: `trained-${hash.digest('hex').slice(0, 12)}` };
  }

  private teaches(kinds: readonly ComparisonKind[], u: readonly (readonly number[])[]): (levels: Int8Array) => boolean {
    const bits = kinds.map((k, c) => k.m.map((m, l) => Math.log2(m / u[c]![l]!)));
    const rare = u.map((levels) => levels.map((x) => -Math.log2(x)));
    const names = this.comparer.comparisons.map(isNameComparison);
    return (levels) => {
      let [besidesName, chance, besidesContact] = [0, 0, 0];
      for (let c = 0; c < levels.length; c++) {
        const l = levels[c]!;
        if (l === MISSING) continue;
        if (!names[c] && bits[c]![l]! > 0) {
          besidesName += bits[c]![l]!;
          chance += rare[c]![l]!;
        }
        if (!kinds[c]!.contact) besidesContact += bits[c]![l]!;
      }
      const telling = besidesName >= TEACHES.besidesName || chance >= TEACHES.byChance;
      return telling && besidesContact >= TEACHES.besidesContact;
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

  private *randomPatterns(): Steps<Patterns> {
    const out = new Patterns();
    for (let k = this.o.randomPairs ?? 50_000; k > 0; k--) {
      if (k % 200 === 0) yield;
      const a = this.order[Math.floor(this.random() * this.size)]!;
      const b = this.order[Math.floor(this.random() * this.size)]!;
      if (this.comparable(a, b)) out.add(this.compare(a, b));
    }
    return out;
  }

  /** Candidates of a seeded sample of nodes; `share` is that of the sample. */
  private *candidatePatterns(): Steps<{ patterns: Patterns; share: number }> {
    const most = this.o.candidates ?? 50_000;
    const blocks = this.people.blocks(sampledLimit(this.base.limits.block, this.share));
    const patterns = new Patterns();
    const rank = new Int32Array(this.size);
    for (const [r, n] of this.order.entries()) rank[n] = r;
    let taken = 0;
    for (const node of this.order) {
      if (patterns.total >= most) break;
      yield;
      taken++;
      blocks.each(node, (other) => {
        if (rank[other]! > rank[node]! && this.comparable(node, other)) patterns.add(this.compare(node, other));
      });
    }
    // Pairs with a later node, of the nodes taken, among all pairs.
    const left = this.size - taken;
    return { patterns, share: 1 - (left * (left - 1)) / (this.size * (this.size - 1)) };
  }

  /** What people decided to be one party, as many times as a word of a person counts. */
  private taught(): number[][] {
    const sums = this.comparer.comparisons.map((name) => comparisonKind(name).m.map(() => 0));
    for (const [a, b] of this.o.together ?? [])
      for (const [c, l] of this.compare(a, b).entries()) if (l !== MISSING) sums[c]![l]! += DECISION;
    return sums;
  }

  private compare(a: number, b: number): Int8Array {
    this.comparer.compare(this.people.subjects[a]!, this.people.subjects[b]!, this.levels, this.bits);
    return this.levels;
  }
}

function strangersOf(
  p: Patterns,
  em: EmResult,
  u: readonly (readonly number[])[],
  h: readonly (readonly number[])[],
): Float64Array {
  const rest = 1 - em.lambda - em.related;
  const one = ratiosOf(p, em.m, u);
  const kin = ratiosOf(p, h, u);
  return one.map((r, k) => 1 / (1 + (em.lambda / rest) * r + (em.related / rest) * kin[k]!));
}

/** Share of pairs at each level of comparison `c`, with a little of what was believed. */
function shares(
  patterns: Patterns,
  weights: Float64Array | undefined,
  c: number,
  believed: readonly number[],
): number[] {
  const sums = countLevels(patterns, weights, c, believed);
  const total = sums.reduce((s, x) => s + x, 0);
  return sums.map((x) => x / total);
}

/**
 * The same for values that hardly any two parties share by chance, but some do for a reason (a family's phone): random
 * pairs hold none of them, and candidates hold them all.
 */
function rareShares(
  likely: Patterns,
  weights: Float64Array,
  chance: Patterns,
  pairs: number,
  c: number,
  believed: readonly number[],
): number[] {
  let stated = 0;
  for (const [k, levels] of chance.levels.entries()) if (levels[c] !== MISSING) stated += chance.counts[k]!;
  const all = Math.max(1, (pairs * stated) / Math.max(1, chance.total));
  const sums = countLevels(likely, weights, c, believed).slice(0, -1);
  const told = sums.map((x) => Math.min(0.2, x / all));
  return [...told, 1 - told.reduce((s, x) => s + x, 0)];
}

function countLevels(
  patterns: Patterns,
  weights: Float64Array | undefined,
  c: number,
  believed: readonly number[],
): number[] {
  const sums = believed.map((x) => x * 2 + 0.05);
  for (let k = 0; k < patterns.counts.length; k++) {
    const l = patterns.levels[k]![c]!;
    if (l !== MISSING) sums[l]! += patterns.counts[k]! * (weights === undefined ? 1 : weights[k]!);
  }
  return sums;
}

function short(x: number): number {
  return Number(x.toPrecision(6));
}
