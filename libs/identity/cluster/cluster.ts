import { probabilityOf } from '../model/model.js';
import type { Scorer } from '../model/scorer.js';
import { ClusterEvidence } from './evidence.js';
import type { Clustering, Component, Edge, ReviewPair, ReviewReason } from './component.js';
import { RankedSets } from './ranked-sets.js';
import { Ties } from './ties.js';
import { ValueLimits } from './value-limits.js';

/**
 * The clients of one component: a pure function of the set of nodes, edges and decisions. Edges are taken in the
 * order: words of persons, what sources state, evidence from strong to weak; ties by the names of nodes. An edge joins
 * two clusters only when everything known of both speaks for it, so a chain of weak ties cannot grow into a blob.
 */
export function clusterComponent(c: Component, scorer: Scorer): Clustering {
  return new ClusterRun(c, scorer).run();
}

class ClusterRun {
  private readonly order: readonly number[];
  private readonly rank: Int32Array;
  private readonly sets: RankedSets;
  /** The same without what people joined: limits on values look at these, so that a person's word drives nobody out. */
  private readonly unaided: RankedSets;
  private readonly evidence: ClusterEvidence;
  private readonly values: ValueLimits;
  private readonly apart: [readonly number[], readonly number[]][] = [];
  private readonly review = new Map<string, ReviewPair>();
  private readonly stopped: ReviewPair[] = [];
  private readonly contested = new Set<number>();
  private known: Ties | undefined;

  constructor(
    private readonly c: Component,
    private readonly scorer: Scorer,
  ) {
    this.order = c.keys.map((_, i) => i).sort((a, b) => (c.keys[a]! < c.keys[b]! ? -1 : 1));
    this.rank = new Int32Array(c.keys.length);
    for (const [r, n] of this.order.entries()) this.rank[n] = r;
    this.sets = new RankedSets(c.keys.length, this.rank);
    const aided = c.decisions.some((d) => d.verdict === 'together');
    this.unaided = aided ? new RankedSets(c.keys.length, this.rank) : this.sets;
    this.evidence = new ClusterEvidence(scorer, c.subjects);
    this.values = new ValueLimits(c, scorer.model.limits.values);
  }

  run(): Clustering {
    this.decided();
    const bare = (n: number) => this.c.holders?.[n] === false;
    for (const e of this.inOrder((x) => x.stated === true && !bare(x.a) && !bare(x.b))) this.stated(e);
    for (const e of this.inOrder((x) => x.stated !== true && !bare(x.a) && !bare(x.b))) this.scored(e);
    if (this.c.holders !== undefined) this.attachBare(bare);
    return this.result();
  }

  private decided(): void {
    for (const d of this.c.decisions) if (d.verdict === 'apart') this.apart.push([d.left, d.right]);
    for (const [a, b] of this.together()
      .map((p) => this.oriented(...p))
      .sort((p, q) => this.byRank(p, q)))
      if (!this.keptApart(a, b)) this.sets.join(a, b);
  }

  private together(): (readonly [number, number])[] {
    return this.c.decisions
      .filter((d) => d.verdict === 'together')
      .flatMap(({ left, right }) => [...left, ...right].map((n) => [left[0]!, n] as const).slice(1));
  }

  private stated(e: Edge): void {
    const [a, b] = [this.sets.root(e.a), this.sets.root(e.b)];
    if (a === b || this.keptApart(a, b)) return;
    const bits = this.evidence.between(this.sets.members(a), this.sets.members(b));
    const guard = this.guarded(e);
    if (guard !== undefined) return this.ask(e, bits, guard);
    // What a source states outweighs the prior; only evidence contradicts it.
    if (bits - this.scorer.model.prior < this.scorer.model.thresholds.contradictBits)
      return this.ask(e, bits, 'contradicted');
    this.join(e);
  }

  private scored(e: Edge): void {
    const [a, b] = [this.sets.root(e.a), this.sets.root(e.b)];
    if (a === b || this.keptApart(a, b)) return;
    const [x, y] = [this.sets.members(a), this.sets.members(b)];
    const bits = x.length === 1 && y.length === 1 ? e.bits : this.evidence.between(x, y);
    if (bits < this.scorer.reviewBits) {
      if (e.bits >= this.scorer.linkBits && this.evidence.uniqueIdsClash(x, y)) this.askWhose(e, e.bits);
      return;
    }
    const guard = this.guarded(e);
    if (guard === 'unique_id') return this.askWhose(e, bits);
    if (guard !== undefined) return this.ask(e, bits, guard);
    if (bits < this.scorer.linkBits) return this.ask(e, bits, 'uncertain');
    this.join(e);
  }

  /**
   * Two parties with numbers of their own meet by an edge. Where a record without a number does so, one of them has it,
   * and a person may know which, unless that is clear; others are the two themselves.
   */
  private askWhose(e: Edge, bits: number): void {
    const [a, b] = this.oriented(e.a, e.b);
    const [own, other] = [this.sets.members(a), this.sets.members(b)];
    const free = [
      { n: a, to: b, own, other },
      { n: b, to: a, own: other, other: own },
    ].filter((r) => !this.evidence.uniqueIdsClash([r.n], r.other));
    if (free.length === 0) return this.ask(e, bits, 'unique_id');
    const open = free.find((r) => this.mayMove(r.n, r.own, r.other));
    if (open) this.ask({ a: open.n, b: open.to, bits: e.bits }, e.bits, 'contested_record');
  }

  /** Whether it is likely enough to ask a person that a node is of `other`, when it is either of that or of its own. */
  private mayMove(n: number, own: readonly number[], other: readonly number[]): boolean {
    const home = own.filter((m) => m !== n);
    const ahead = this.evidence.between([n], other) - this.evidence.between([n], home);
    const { calibration, thresholds } = this.scorer.model;
    return probabilityOf(ahead, { scale: calibration.scale, offset: 0 }) >= thresholds.review;
  }

  private join(e: Edge): void {
    this.sets.join(e.a, e.b);
    this.unaided.join(e.a, e.b);
  }

  private guarded(e: Edge): ReviewReason | undefined {
    const [x, y] = [this.sets.members(e.a), this.sets.members(e.b)];
    if (this.c.exclusive !== undefined && this.sameSource(x, y, this.c.exclusive)) return 'source';
    if (this.evidence.uniqueIdsClash(x, y)) return 'unique_id';
    if (this.tooMany(e)) return 'limit';
    const { cluster, diameter } = this.scorer.model.limits;
    if (x.length + y.length > cluster) return 'size';
    return diameter !== undefined && this.ties.tooFar(x, y, diameter) ? 'diameter' : undefined;
  }

  private get ties(): Ties {
    return (this.known ??= new Ties(this.c.keys.length, [
      ...this.c.edges.map((e) => [e.a, e.b] as const),
      ...this.together(),
    ]));
  }

  private sameSource(x: readonly number[], y: readonly number[], source: readonly (number | undefined)[]): boolean {
    return x.some((n) => source[n] !== undefined && y.some((m) => source[m] === source[n]));
  }

  private ask(e: Edge, bits: number, reason: ReviewReason): void {
    const [a, b] = reason === 'contested_record' ? [e.a, e.b] : this.oriented(e.a, e.b);
    const pair = { a, b, bits, reason };
    if (reason === 'limit' || reason === 'size' || reason === 'diameter') this.stopped.push(pair);
    if (reason === 'source') return;
    const key = [this.sets.root(a), this.sets.root(b)].sort((p, q) => p - q).join(' ');
    if (!this.review.has(key)) this.review.set(key, pair);
  }

  /** A bare node goes where all its ties lead to one client; never does it tie two together. */
  private attachBare(bare: (n: number) => boolean): void {
    const joined = this.inOrder((e) => e.stated === true && bare(e.a) && bare(e.b));
    for (const e of joined) if (!this.keptApart(this.sets.root(e.a), this.sets.root(e.b))) this.attach(e);
    const owners = new Map<number, Map<number, Edge>>();
    for (const e of this.inOrder((x) => bare(x.a) !== bare(x.b))) {
      const [contact, holder] = bare(e.a) ? [e.a, e.b] : [e.b, e.a];
      if (e.stated !== true && e.bits < this.scorer.linkBits) continue;
      const root = this.sets.root(contact);
      let of = owners.get(root);
      if (of === undefined) owners.set(root, (of = new Map()));
      if (!of.has(this.sets.root(holder))) of.set(this.sets.root(holder), e);
    }
    for (const [root, of] of owners) {
      const open = [...of].filter(([holder]) => !this.keptApart(this.sets.root(root), this.sets.root(holder)));
      if (open.length === 1) this.attach(open[0]![1]);
      else if (open.length > 1) for (const n of this.sets.members(root)) this.contested.add(n);
    }
  }

  private attach(e: Edge): void {
    if (this.tooMany(e)) this.ask(e, e.bits, 'limit');
    else this.join(e);
  }

  private tooMany(e: Edge): boolean {
    return this.values.stop(this.unaided.members(e.a), this.unaided.members(e.b));
  }

  private keptApart(a: number, b: number): boolean {
    if (this.apart.length === 0) return false;
    const [x, y] = [this.sets.root(a), this.sets.root(b)];
    const inside = (nodes: readonly number[], root: number) => nodes.some((n) => this.sets.root(n) === root);
    return this.apart.some(([l, r]) => (inside(l, x) && inside(r, y)) || (inside(l, y) && inside(r, x)));
  }

  private inOrder(which: (e: Edge) => boolean): Edge[] {
    return this.c.edges
      .filter(which)
      .sort((p, q) => q.bits - p.bits || this.byRank(this.oriented(p.a, p.b), this.oriented(q.a, q.b)));
  }

  private oriented(a: number, b: number): [number, number] {
    return this.rank[a]! < this.rank[b]! ? [a, b] : [b, a];
  }

  private byRank(p: readonly [number, number], q: readonly [number, number]): number {
    return this.rank[p[0]]! - this.rank[q[0]]! || this.rank[p[1]]! - this.rank[q[1]]!;
  }

  private result(): Clustering {
    const seen = new Set<number>();
    const clusters: (readonly number[])[] = [];
    for (const n of this.order) {
      const root = this.sets.root(n);
      if (seen.has(root)) continue;
      seen.add(root);
      clusters.push(this.sets.members(root));
    }
    // What was joined after all, by another edge, needs nobody's eyes.
    const open = (r: ReviewPair) => this.sets.root(r.a) !== this.sets.root(r.b);
    return {
      clusters,
      review: [...this.review.values()].filter(open),
      contested: this.order.filter((n) => this.contested.has(n)),
      stopped: this.stopped.filter(open),
    };
  }
}
