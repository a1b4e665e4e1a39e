import type { Tx } from '../database/database.js';
import { uuidv7 } from '../ids.js';

export interface NewEvent {
  readonly type: string;
  /** Id of the client it is about, when it is about one. */
  readonly clientId?: string;
  /** What it is about, as a path: `client/<id>`, `campaign/<id>`. */
  readonly subject: string;
  /** Only what happens live is told to others. */
  readonly origin: 'live' | 'backfill' | 'replay';
  readonly data: Record<string, unknown>;
}

const INSERT_EVENTS = {
  name: 'events.insert',
  text: `
    with e as (
      insert into event (id, type, client_id, subject, origin, data)
      select * from json_to_recordset($1::json) as t(id uuid, type text, client_id uuid, subject text, origin text, data jsonb)
      returning seq, day, origin
    )
    insert into event_unrouted (seq, day) select seq, day from e where origin = 'live'`,
};

/**
 * Writes events in the caller's transaction: they exist if and only if the change does. Events of history are kept
 * for the record and are not routed to webhooks.
 */
export async function writeEvents(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((e) => ({
    id: uuidv7(),
    type: e.type,
    client_id: e.clientId ?? null,
    subject: e.subject,
    origin: e.origin,
    data: e.data,
  }));
  await tx.query(INSERT_EVENTS, [JSON.stringify(rows)]);
}
