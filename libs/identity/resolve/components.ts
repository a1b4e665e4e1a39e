import { founderRank, IDENTITY_KEYS, type IdentityKey } from '#canonical';
import type { Tx } from '#platform';
import { DisjointSets } from '../evidence/disjoint-sets.js';
import type { Profile } from '../profile/profile.js';
import type { Component, Sides } from './matcher.js';
import { SELECT_DECISIONS, SELECT_NEIGHBOURS, SELECT_NODES, SELECT_PROFILES } from './matching.sql.js';

export interface Node extends IdentityKey {
  readonly id: number;
  readonly rank: string;
  /** The client it belongs to as stored. */
  readonly clientId: string;
}

export interface FoundComponent {
  readonly nodes: readonly Node[];
  /** Undefined for a node that stands alone: there is nothing to decide. */
  readonly component: Component | undefined;
}

export interface Decision {
  readonly id: string;
  readonly verdict: 'same' | 'different';
  readonly left: readonly number[];
  readonly right: readonly number[];
}

export interface Edge {
  readonly a: number;
  readonly b: number;
  readonly bits: number | null;
}

/** Finds the whole connected components of some identities: by stated and scored edges, and by what people joined. */
export async function findComponents(tx: Tx, from: Iterable<number>): Promise<FoundComponent[]> {
  const edges = new Map<string, Edge>();
  const decisions = new Map<string, Decision>();
  const reached = new Set<number>();
  for (let frontier = [...new Set(from)]; frontier.length > 0;) {
    for (const id of frontier) reached.add(id);
    const next = new Set<number>();
    const reach = (id: number) => {
      if (!reached.has(id)) next.add(id);
    };
    for (const e of await tx.query<Edge>(SELECT_NEIGHBOURS, [frontier])) {
      edges.set(`${e.a} ${e.b} ${e.bits === null}`, e);
      reach(e.a);
      reach(e.b);
    }
    for (const d of await tx.query<Decision>(SELECT_DECISIONS, [frontier])) {
      decisions.set(d.id, d);
      if (d.verdict === 'same') for (const id of [...d.left, ...d.right]) reach(id);
    }
    frontier = [...next];
  }
  return load(tx, [...reached], [...edges.values()], [...decisions.values()]);
}

async function load(
  tx: Tx,
  ids: readonly number[],
  edges: readonly Edge[],
  decisions: readonly Decision[],
): Promise<FoundComponent[]> {
  const linked = [...new Set(edges.flatMap((e) => [e.a, e.b]))];
  const nodes = (await tx.query<Omit<Node, 'rank'>>(SELECT_NODES, [ids])).map((n): Node => ({
    ...n,
    rank: founderRank(n),
  }));
  const profiles = await loadProfiles(tx, [...linked, ...decisions.flatMap((d) => [...d.left, ...d.right])]);
  return assemble(nodes, edges, decisions, profiles);
}

/** Parts nodes into their components. */
export function assemble(
  nodes: readonly Node[],
  edges: readonly Edge[],
  decisions: readonly Decision[],
  profiles: ReadonlyMap<number, Profile>,
): FoundComponent[] {
  const sets = new DisjointSets<number>();
  for (const e of edges) sets.join(e.a, e.b);
  for (const d of decisions)
    if (d.verdict === 'same') for (const id of [...d.left, ...d.right]) sets.join(d.left[0]!, id);
  const byRoot = Map.groupBy(nodes, (n) => sets.root(n.id));
  const edgesByRoot = Map.groupBy(edges, (e) => sets.root(e.a));
  const decisionsOf = (members: readonly Node[]) => {
    if (decisions.length === 0) return [];
    const here = new Set(members.map((n) => n.id));
    return decisions.filter((d) => [...d.left, ...d.right].some((id) => here.has(id)));
  };
  return [...byRoot].map(([root, members]) => ({
    nodes: members,
    component:
      members.length === 1
        ? undefined
        : componentOf(members, edgesByRoot.get(root) ?? [], decisionsOf(members), profiles),
  }));
}

export async function loadProfiles(tx: Tx, ids: readonly number[]): Promise<Map<number, Profile>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.query<{ id: number; features: Profile }>(SELECT_PROFILES, [[...new Set(ids)]]);
  return new Map(rows.map((r) => [r.id, r.features]));
}

function componentOf(
  nodes: readonly Node[],
  edges: readonly Edge[],
  decisions: readonly Decision[],
  profiles: ReadonlyMap<number, Profile>,
): Component {
  const places = new Map(nodes.map((n, i) => [n.id, i]));
  const pair = (e: Edge) => [places.get(e.a)!, places.get(e.b)!] as const;
  const here = (ids: readonly number[]) => ids.flatMap((id) => places.get(id) ?? []);
  const sides = (verdict: Decision['verdict']): Sides[] =>
    decisions
      .filter((d) => d.verdict === verdict)
      .map((d) => ({ left: here(d.left), right: here(d.right) }))
      .filter((d) => d.left.length > 0 && d.right.length > 0);
  return {
    nodes: nodes.map((n) => ({
      id: n.id,
      type: n.type,
      rank: n.rank,
      holder: IDENTITY_KEYS[n.type].holder,
      profile: profiles.get(n.id),
    })),
    stated: edges.filter((e) => e.bits === null).map(pair),
    scored: edges.flatMap((e) => (e.bits === null ? [] : [[...pair(e), e.bits] as const])),
    same: sides('same'),
    different: sides('different'),
  };
}
