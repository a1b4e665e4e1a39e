import { clientIdOf } from '#canonical';
import type { Tx } from '#platform';
import type { Node } from './components.js';
import { INSERT_HISTORY, MOVE_IDENTITIES, RAISE_CLIENTS, REDIRECT_CLIENTS } from './membership.sql.js';

/** How clients changed. */
export interface Changes {
  /** Clients of which nothing was known before. */
  readonly created: readonly string[];
  /** `from` is no client any more; its id leads to `into`. */
  readonly merged: readonly Passage[];
  /** A part of `from` is a client of its own now, `into`. */
  readonly split: readonly Passage[];
  /** Clients that gained or lost an identity which had been somebody before; their fields are to be computed anew. */
  readonly reshaped: ReadonlySet<string>;
}

export interface Passage {
  readonly from: string;
  readonly into: string;
}

interface Group {
  readonly id: string;
  readonly founder: string;
  readonly nodes: readonly Node[];
}

/** The client that a set of identities is: its id follows from the best ranked key among them. */
export function groupOf(nodes: readonly Node[]): Group {
  const founder = nodes.reduce((best, n) => (n.rank < best ? n.rank : best), nodes[0]!.rank);
  return { id: clientIdOf(founder), founder, nodes };
}

/**
 * What a clustering means for the clients as they stand: a pure comparison.
 *
 * @param clusters every identity of the components that were looked at, in its cluster.
 * @param fresh identities that are new: they belonged to nobody.
 */
export function compareClusters(
  clusters: readonly (readonly Node[])[],
  fresh: ReadonlySet<number>,
): { groups: Group[]; changes: Changes } {
  const groups = clusters.map(groupOf);
  const before = new Map<string, Group[]>();
  for (const g of groups)
    for (const id of new Set(g.nodes.filter((n) => !fresh.has(n.id)).map((n) => n.clientId))) {
      const parts = before.get(id);
      if (parts) parts.push(g);
      else before.set(id, [g]);
    }
  const merged: Passage[] = [];
  const split: Passage[] = [];
  const reshaped = new Set<string>();
  for (const [from, parts] of before) {
    // An id means the client of the identity that founded it.
    const heir = parts.find((g) => g.nodes.some((n) => clientIdOf(n.rank) === from))?.id ?? parts[0]!.id;
    if (heir !== from) merged.push({ from, into: heir });
    for (const g of parts) if (g.id !== heir && g.id !== from) split.push({ from, into: g.id });
    if (parts.length > 1 || heir !== from) for (const g of parts) reshaped.add(g.id);
  }
  const created = groups.filter((g) => g.nodes.every((n) => fresh.has(n.id))).map((g) => g.id);
  return { groups, changes: { created, merged, split, reshaped } };
}

/** Stores membership: clients that are raised, identities that move, ids that lead elsewhere now. */
export async function writeMembership(
  tx: Tx,
  groups: readonly Group[],
  changes: Changes,
  fresh: ReadonlySet<number>,
  cause: string,
): Promise<void> {
  const raised = groups.filter((g) => g.nodes.some((n) => n.clientId !== g.id || fresh.has(n.id)));
  const moves = groups.flatMap((g) =>
    g.nodes.filter((n) => n.clientId !== g.id).map((n) => ({ id: n.id, own: clientIdOf(n.rank), into: g.id })),
  );
  if (raised.length > 0) await tx.query(RAISE_CLIENTS, [raised.map((g) => g.id), raised.map((g) => g.founder)]);
  if (moves.length > 0) {
    await tx.query(MOVE_IDENTITIES, [moves.map((m) => m.id), moves.map((m) => m.into)]);
    const redirects = moves.filter((m) => m.own !== m.into);
    await tx.query(REDIRECT_CLIENTS, [redirects.map((m) => m.own), redirects.map((m) => m.into)]);
  }
  const passages = [
    ...changes.merged.map((p) => ({ kind: 'merged', ...p })),
    ...changes.split.map((p) => ({ kind: 'split', ...p })),
  ];
  if (passages.length > 0)
    await tx.query(INSERT_HISTORY, [
      passages.map((p) => p.kind),
      passages.map((p) => p.from),
      passages.map((p) => p.into),
      cause,
    ]);
}
