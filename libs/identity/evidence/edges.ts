import type { WrittenRow } from '#clients';
import type { Tx } from '#platform';
import { DELETE_EDGES, INSERT_EDGES, INSERT_POINTS } from './evidence.sql.js';
import type { Named } from './nodes.js';

/** An event, as far as it says who is who. What it says stays: an event has no versions. */
export interface EventEvidence extends Named {
  readonly systemId: number;
  readonly stream: string;
  readonly recordId: number;
}

/** Which identities are to be looked at again. */
export interface Touched {
  /** Their statements changed: profile, candidates and edges are computed anew. */
  readonly profiles: Set<number>;
  /** Who they are stated to be changed. */
  readonly edges: Set<number>;
}

interface Edge {
  readonly a: number;
  readonly b: number;
  readonly systemId: number;
  readonly stream: string;
  readonly key: string;
  readonly recordId: number;
}

/**
 * Stores who is stated to be whom. The edges of a row are those of its current version: a corrected row takes its old
 * edge along. Those of events accumulate.
 *
 * @param rows the rows that changed, as they were and as they are.
 */
export async function writeEdges(
  tx: Tx,
  rows: readonly WrittenRow[],
  events: readonly EventEvidence[],
): Promise<Touched> {
  const touched: Touched = { profiles: new Set(), edges: new Set() };
  const gone: Edge[] = [];
  const come: Edge[] = [];
  for (const r of rows) {
    touched.profiles.add(r.identityId);
    const now = new Set(r.holders);
    const before = r.before;
    if (before) {
      if (before.identityId !== r.identityId) touched.profiles.add(before.identityId);
      for (const h of before.holders)
        if (before.identityId !== r.identityId || !now.has(h)) gone.push({ ...r, a: before.identityId, b: h });
    }
    const same = before?.identityId === r.identityId ? new Set(before.holders) : new Set<number>();
    for (const h of now) if (!same.has(h)) come.push({ ...r, a: r.identityId, b: h });
  }
  for (const e of events) for (const h of e.holders) come.push({ ...e, a: e.owner, b: h, key: '' });
  const changed = [...(await remove(tx, gone)), ...(await insert(tx, come))];
  for (const { a, b } of changed) touched.edges.add(a).add(b);
  for (const id of await insertPoints(tx, events)) touched.profiles.add(id);
  return touched;
}

type Pair = Pick<Edge, 'a' | 'b'>;

async function remove(tx: Tx, edges: readonly Edge[]): Promise<Pair[]> {
  return edges.length === 0 ? [] : tx.query<Pair>(DELETE_EDGES, columns(edges));
}

async function insert(tx: Tx, edges: readonly Edge[]): Promise<Pair[]> {
  return edges.length === 0 ? [] : tx.query<Pair>(INSERT_EDGES, [...columns(edges), edges.map((e) => e.recordId)]);
}

function columns(edges: readonly Edge[]): unknown[][] {
  return [
    edges.map((e) => e.a),
    edges.map((e) => e.b),
    edges.map((e) => e.systemId),
    edges.map((e) => e.stream),
    edges.map((e) => e.key),
  ];
}

async function insertPoints(tx: Tx, events: readonly EventEvidence[]): Promise<number[]> {
  const rows = events.flatMap((e) => e.points.map((p) => ({ ...p, e })));
  if (rows.length === 0) return [];
  const inserted = await tx.query<{ identityId: number }>(INSERT_POINTS, [
    rows.map((r) => r.e.owner),
    rows.map((r) => r.type),
    rows.map((r) => r.key),
    rows.map((r) => r.sealed ?? null),
    rows.map((r) => r.e.recordId),
  ]);
  return inserted.map((r) => r.identityId);
}
