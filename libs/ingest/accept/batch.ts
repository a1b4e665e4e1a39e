import { createHash } from 'node:crypto';
import type { Origin } from '#canonical';
import type { Message } from '#connector-kit';
import { uuidv7 } from '#platform';

export type Acceptable = Exclude<Message, { type: 'state' } | { type: 'schema' }>;

/** The stream under which outcomes stand in the inbox. */
export const OUTCOME_STREAM = '$outcome';

/** A record's id is its batch's times this, and its place in the batch. */
export const RECORDS_PER_BATCH = 65_536;

const LONGEST_KEY = 200;
const LONGEST_DATA = 1_000_000;

/** One batch as the inbox statement takes it. */
export interface InboxBatch {
  readonly batch: { id: number; system_id: number; origin: Origin; actor: string; read: number; quarantined: number };
  readonly records: InboxRow[];
  readonly quarantined: {
    id: string;
    batch_id: number;
    system_id: number;
    stream: string;
    key: string;
    reason: string;
    raw: string;
  }[];
}

interface InboxRow {
  id: number;
  system_id: number;
  stream: string;
  key: string;
  op: string;
  dedupe_id: string;
  occurred_at: string | null;
  data: string;
}

/**
 * Lays out a batch (at most 65,536 messages: record ids have 16 bits for the position): every message becomes a record or goes to quarantine, repeats within the batch are dropped.
 * What PostgreSQL could not store as text (NUL, half characters) and what is too large is quarantined here.
 */
export function layOut(
  id: number,
  systemId: number,
  origin: Origin,
  actor: string,
  messages: readonly Acceptable[],
): InboxBatch {
  const records: InboxRow[] = [];
  const quarantined: InboxBatch['quarantined'] = [];
  const seen = new Set<string>();
  const refuse = (stream: string, key: string, reason: string, raw: Uint8Array) =>
    quarantined.push({
      id: uuidv7(),
      batch_id: id,
      system_id: systemId,
      stream,
      key: storable(key) ? key.slice(0, LONGEST_KEY) : '',
      reason,
      raw: Buffer.from(raw).toString('base64'),
    });
  for (const m of messages) {
    if (m.type === 'quarantine') {
      refuse(m.stream, m.key ?? '', m.reason, m.raw);
      continue;
    }
    const row =
      m.type === 'outcome'
        ? outcomeRow(m)
        : { stream: m.stream, key: m.key, op: m.op, data: m.data, occurredAt: m.occurredAt };
    const dedupe = shortKey(`${row.stream}:${m.dedupeId}`);
    const fault = faultOf(row, dedupe);
    if (fault !== undefined) {
      refuse(row.stream, row.key, fault, Buffer.from(row.data));
      continue;
    }
    if (seen.has(dedupe)) continue;
    seen.add(dedupe);
    records.push({
      id: id * RECORDS_PER_BATCH + records.length,
      system_id: systemId,
      stream: row.stream,
      key: row.key,
      op: row.op,
      dedupe_id: dedupe,
      occurred_at: row.occurredAt ?? null,
      data: row.data,
    });
  }
  return {
    batch: { id, system_id: systemId, origin, actor, read: messages.length, quarantined: quarantined.length },
    records,
    quarantined,
  };
}

function outcomeRow(m: Acceptable & { type: 'outcome' }) {
  const { type: _, dedupeId: __, ...data } = m;
  return {
    stream: OUTCOME_STREAM,
    key: m.commandId ?? m.externalId ?? '',
    op: 'event',
    data: JSON.stringify(data),
    occurredAt: m.occurredAt,
  };
}

function faultOf(
  row: { stream: string; key: string; data: string; occurredAt: string | undefined },
  dedupe: string,
): string | undefined {
  if (row.key.length > LONGEST_KEY) return `the key has ${row.key.length} characters; at most ${LONGEST_KEY} are kept`;
  if (!storable(row.key) || !storable(dedupe)) return 'the key holds a NUL or half a character';
  if (row.data.length > LONGEST_DATA)
    return `the record has ${row.data.length} characters; at most ${LONGEST_DATA} are kept`;
  if (!storable(row.data)) return 'the record holds a NUL or half a character';
  if (row.occurredAt !== undefined && !plausible(row.occurredAt))
    return `"${row.occurredAt.slice(0, 40)}" is no time between 1900 and 2200`;
  return undefined;
}

function storable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

function plausible(time: string): boolean {
  const year = new Date(time).getUTCFullYear();
  return year >= 1900 && year <= 2200;
}

/** Long ids are kept as their hash, so that the dedupe ledger stays narrow. */
function shortKey(key: string): string {
  return key.length <= 120 ? key : `sha256:${createHash('sha256').update(key).digest('base64url')}`;
}
