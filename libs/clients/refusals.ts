import type { ConsentChannel, Origin } from '#canonical';
import type { Tx } from '#platform';
import { markChanged } from './write.js';
import { WRITE_REFUSALS } from './write.sql.js';

/** A client said no to a channel, in a record of a system that did not need to name the client. */
export interface Refusal {
  /** As it was called then; a merged id leads to the client it became. */
  readonly clientId: string;
  readonly channel: ConsentChannel;
  readonly occurredAt: Date;
  readonly systemId: number;
  /** The inbox record that says so; 0 when it was an answer to a question. */
  readonly recordId: number;
  readonly origin: Origin;
}

/**
 * Denies channels for marketing. The denial hangs on the identity that founded the client, so a merge carries it
 * along. Repeats change nothing, order does not matter: the newest word counts, and at the same instant the refusal.
 */
export async function writeRefusals(tx: Tx, refusals: readonly Refusal[]): Promise<void> {
  if (refusals.length === 0) return;
  const rows = refusals.map((r) => ({
    client_id: r.clientId,
    channel: r.channel,
    occurred_at: r.occurredAt.toISOString(),
    system_id: r.systemId,
    record_id: r.recordId,
  }));
  const changed = await tx.query<{ recordId: number; clientId: string }>(WRITE_REFUSALS, [JSON.stringify(rows)]);
  const originOf = new Map(refusals.map((r) => [r.recordId, r.origin]));
  for (const origin of ['backfill', 'replay', 'live'] as const)
    await markChanged(
      tx,
      changed.filter((c) => originOf.get(c.recordId) === origin).map((c) => c.clientId),
      origin,
    );
}
