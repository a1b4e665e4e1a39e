import type { Tx } from '#platform';
import { findComponents, type FoundComponent, type Node } from './components.js';
import type { Clustering, Matcher } from './matcher.js';
import { type Changes, compareClusters, writeMembership } from './membership.js';
import { type Join, joinsOf } from '../surge/joins.js';
import { keepOpenPairs } from './open-pairs.js';

/** What became of the identities that were looked at. */
export interface Resolution extends Changes {
  /** The client of each identity that was looked at. */
  readonly clientOf: ReadonlyMap<number, string>;
  /** Who became a part of another client, and what led to it; computed when asked. */
  joins(): Join[];
}

/**
 * Clusters the components of some identities, and stores whose client each identity is and which pairs wait for a person.
 *
 * @param fresh identities that belong to nobody yet.
 * @param cause what is written into the history of the clients.
 */
export async function clusterIdentities(
  tx: Tx,
  matcher: Matcher,
  from: ReadonlySet<number>,
  fresh: ReadonlySet<number>,
  cause: string,
): Promise<Resolution> {
  if (from.size === 0)
    return { created: [], merged: [], split: [], reshaped: new Set(), clientOf: new Map(), joins: () => [] };
  const components = await findComponents(tx, from);
  const clustered = components.map((c) => ({ ...c, ...clusteringOf(c, matcher) }));
  const clusters = clustered.flatMap((c) => c.clusters.map((cluster) => cluster.map((at): Node => c.nodes[at]!)));
  const { groups, changes } = compareClusters(clusters, fresh);
  await writeMembership(tx, groups, changes, fresh, cause);
  await keepOpenPairs(
    tx,
    clustered.flatMap((c) => c.nodes.map((n) => n.id)),
    clustered.flatMap((c) => c.open.map((p) => ({ ...p, a: c.nodes[p.a]!.id, b: c.nodes[p.b]!.id }))),
    fresh,
  );
  const clientOf = new Map(groups.flatMap((g) => g.nodes.map((n) => [n.id, g.id] as const)));
  return { ...changes, clientOf, joins: () => clustered.flatMap((c) => joinsOf(c, c.clusters, matcher)) };
}

export function clusteringOf(c: FoundComponent, matcher: Matcher): Clustering {
  return c.component ? matcher.cluster(c.component) : { clusters: [[0]], open: [] };
}
