import { clusterComponent } from '../cluster/cluster.js';
import type { Decision, Edge, ReviewPair } from '../cluster/component.js';
import type { MatchModel } from '../model/model.js';
import { Scorer } from '../model/scorer.js';
import type { Profile } from '../profile/profile.js';
import { Population } from './population.js';

export interface ResolveOptions {
  /** Names of the nodes, which break ties. Default: what they state, and among equals their numbers. */
  readonly keyOf?: (node: number) => string;
  /** Kinds of key that the nodes are, for limits on these. */
  readonly typeOf?: (node: number) => string;
  readonly isHolder?: (node: number) => boolean;
  /** Node → number of a source that is free of duplicates. */
  readonly exclusive?: (node: number) => number | undefined;
  readonly edges?: readonly Edge[];
  readonly decisions?: readonly Decision[];
}

export interface Resolved {
  /** Node → number of its client; clients are numbered by their first node. */
  readonly clientOf: Int32Array;
  readonly clients: number;
  readonly review: readonly ReviewPair[];
  readonly contested: readonly number[];
  readonly stopped: readonly ReviewPair[];
  readonly pairsCompared: number;
  readonly edges: number;
}

/** Resolves profiles in memory: the bulk load, and the full pass that the step-by-step resolver must agree with. */
export function resolveAll(profiles: Iterable<Profile>, m: MatchModel, o: ResolveOptions = {}): Resolved {
  return resolvePopulation(Population.of(profiles), m, o);
}

export function resolvePopulation(people: Population, m: MatchModel, o: ResolveOptions = {}): Resolved {
  people.layout.weighBy(m);
  const scorer = new Scorer(m, people.layout.slots);
  const { edges, pairsCompared } = scoredEdges(people, scorer, o);
  for (const e of o.edges ?? []) edges.push(e);
  const marks = o.keyOf === undefined ? people.contentHashes(0) : undefined;
  const keyOf =
    o.keyOf ?? ((n: number) => `${String(marks![n]! >>> 0).padStart(10, '0')} ${String(n).padStart(10, '0')}`);
  const clientOf = new Int32Array(people.size).fill(-1);
  const review: ReviewPair[] = [];
  const contested: number[] = [];
  const stopped: ReviewPair[] = [];
  for (const part of components(people.size, edges, o.decisions ?? [])) {
    const at = new Map(part.nodes.map((n, i) => [n, i]));
    const local = (n: number) => at.get(n)!;
    const inside = (nodes: readonly number[]) => nodes.filter((n) => at.has(n)).map(local);
    const c = clusterComponent(
      {
        keys: part.nodes.map(keyOf),
        ...(o.typeOf === undefined ? {} : { types: part.nodes.map(o.typeOf) }),
        subjects: part.nodes.map((n) => people.subjects[n]!),
        slots: people.layout.slots,
        ...(o.isHolder === undefined ? {} : { holders: part.nodes.map(o.isHolder) }),
        ...(o.exclusive === undefined ? {} : { exclusive: part.nodes.map(o.exclusive) }),
        edges: part.edges.map((e) => ({ ...e, a: local(e.a), b: local(e.b) })),
        decisions: part.decisions.map((d) => ({ ...d, left: inside(d.left), right: inside(d.right) })),
      },
      scorer,
    );
    const global = (r: ReviewPair) => ({ ...r, a: part.nodes[r.a]!, b: part.nodes[r.b]! });
    for (const cluster of c.clusters) for (const n of cluster) clientOf[part.nodes[n]!] = part.nodes[cluster[0]!]!;
    for (const r of c.review) review.push(global(r));
    for (const r of c.stopped) stopped.push(global(r));
    for (const n of c.contested) contested.push(part.nodes[n]!);
  }
  return { clientOf, clients: number(clientOf), review, contested, stopped, pairsCompared, edges: edges.length };
}

function scoredEdges(people: Population, scorer: Scorer, o: ResolveOptions): { edges: Edge[]; pairsCompared: number } {
  const blocks = people.blocks(scorer.model.limits.block, scorer.model.blocking);
  const edges: Edge[] = [];
  let pairsCompared = 0;
  for (let a = 0; a < people.size; a++) {
    const subject = people.subjects[a]!;
    const source = o.exclusive?.(a);
    blocks.eachLater(a, (b) => {
      if (source !== undefined && source === o.exclusive!(b)) return;
      pairsCompared++;
      const bits = scorer.scan(subject, people.subjects[b]!);
      if (bits >= scorer.reviewBits) edges.push({ a, b, bits });
    });
  }
  return { edges, pairsCompared };
}

interface Part {
  readonly nodes: number[];
  readonly edges: Edge[];
  readonly decisions: Decision[];
}

/** Components of two nodes and more, by edges and decisions. */
function* components(size: number, edges: readonly Edge[], decisions: readonly Decision[]): Iterable<Part> {
  const parent = Int32Array.from({ length: size }, (_, i) => i);
  const root = (n: number) => {
    let at = n;
    while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!;
    return at;
  };
  const join = (a: number, b: number) => {
    const [x, y] = [root(a), root(b)];
    if (x !== y) parent[Math.max(x, y)] = Math.min(x, y);
  };
  for (const e of edges) join(e.a, e.b);
  for (const d of decisions) {
    const [first, ...others] = [...d.left, ...d.right];
    for (const n of others) join(first!, n);
  }
  const parts = new Map<number, Part>();
  const partOf = (n: number) => {
    const r = root(n);
    let p = parts.get(r);
    if (p === undefined) parts.set(r, (p = { nodes: [], edges: [], decisions: [] }));
    return p;
  };
  for (const e of edges) partOf(e.a).edges.push(e);
  for (const d of decisions) if (d.left.length > 0) partOf(d.left[0]!).decisions.push(d);
  for (let n = 0; n < size; n++) parts.get(root(n))?.nodes.push(n);
  yield* parts.values();
}

/** Numbers clients from 0 in the order of their first node; nodes without a part are clients of their own. */
function number(clientOf: Int32Array): number {
  const numbers = new Map<number, number>();
  for (let n = 0; n < clientOf.length; n++) {
    const key = clientOf[n] === -1 ? n : clientOf[n]!;
    let c = numbers.get(key);
    if (c === undefined) numbers.set(key, (c = numbers.size));
    clientOf[n] = c;
  }
  return numbers.size;
}
