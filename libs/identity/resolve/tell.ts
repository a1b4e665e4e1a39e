import type { Origin } from '#canonical';
import { markChanged } from '#clients';
import { type NewEvent, publicId, type Tx, writeEvents } from '#platform';
import type { Changes } from './membership.js';

interface Touch {
  readonly clientId: string;
  readonly origin: Origin;
  readonly changed: boolean;
}

/**
 * Events, and marks for the segments, by origin: what history changed stays history. Who came apart is looked at as
 * history, whatever brought it about: a part that matches a segment again has not just begun to.
 *
 * @param records none: a person decided. Downstream hears of it; it starts no journey.
 */
export async function tell(
  tx: Tx,
  records: readonly Touch[],
  changes: Changes,
  updated: readonly { id: string; version: number }[],
): Promise<void> {
  const rest: Origin = records.length === 0 || records.some((r) => r.origin === 'live') ? 'live' : records[0]!.origin;
  const marks: Record<Origin, Set<string>> = { live: new Set(), backfill: new Set(), replay: new Set() };
  const origin = new Map<string, Origin>();
  for (const r of records) {
    if (r.origin === 'live' || !origin.has(r.clientId)) origin.set(r.clientId, r.origin);
    if (r.changed) marks[r.origin].add(r.clientId);
  }
  const joined = (into: string): Origin => (records.length === 0 ? 'replay' : (origin.get(into) ?? rest));
  for (const { from, into } of changes.merged) marks[joined(into)].add(from).add(into);
  for (const { from, into } of changes.split) marks.replay.add(from).add(into);
  for (const o of ['backfill', 'replay', 'live'] as const) await markChanged(tx, marks[o], o);

  const created = new Set(changes.created);
  const event = (type: string, id: string, data: Record<string, unknown>): NewEvent => ({
    type,
    clientId: id,
    subject: `client/${publicId('cli', id)}`,
    origin: origin.get(id) ?? rest,
    data,
  });
  await writeEvents(tx, [
    ...changes.created.map((id) => event('client.created', id, {})),
    ...changes.merged.map((m) => event('client.merged', m.into, { from: publicId('cli', m.from) })),
    ...changes.split.map((m) => event('client.split', m.from, { into: publicId('cli', m.into) })),
    ...updated.filter((u) => !created.has(u.id)).map((u) => event('client.updated', u.id, { version: u.version })),
  ]);
}
