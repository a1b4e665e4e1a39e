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

/** A message as the inbox statement takes it, but for its id and the place of its data: these follow from the commit it goes with. */
interface Row {
  readonly dedupe: string;
  /** The other fields as JSON, without the opening brace. */
  readonly fields: string;
  readonly data: string;
  readonly bytes: number;
}

interface Refused {
  readonly id: string;
  readonly stream: string;
  readonly key: string;
  readonly reason: string;
  /** base64 */
  readonly raw: string;
}

/** Messages laid out for the inbox. */
export interface LaidOut {
  readonly read: number;
  readonly rows: readonly Row[];
  readonly refused: readonly Refused[];
  /** Of all data, UTF-8. */
  readonly bytes: number;
}

/**
 * Lays out messages: every one becomes a row or goes to quarantine. What PostgreSQL could not store as text (NUL, half
 * characters) and what is too large is quarantined here.
 *
 * This is done when messages arrive, so that the commit they go with need only join what is ready.
 */
export function layOut(systemId: number, messages: readonly Acceptable[]): LaidOut {
  const rows: Row[] = [];
  const refused: Refused[] = [];
  let bytes = 0;
  const refuse = (stream: string, key: string, reason: string, raw: Uint8Array) =>
    refused.push({
      id: uuidv7(),
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
    const length = Buffer.byteLength(row.data);
    const fields = {
      system_id: systemId,
      stream: row.stream,
      key: row.key,
      op: row.op,
      dedupe_id: dedupe,
      occurred_at: row.occurredAt,
      bytes: length,
    };
    rows.push({ dedupe, fields: JSON.stringify(fields).slice(1), data: row.data, bytes: length });
    bytes += length;
  }
  return { read: messages.length, rows, refused, bytes };
}

/** What one sender brought for one commit. */
export interface Batch {
  readonly id: number;
  readonly systemId: number;
  readonly origin: Origin;
  readonly actor: string;
  /** At most 65,536 messages in all: record ids have 16 bits for the position. */
  readonly parts: readonly LaidOut[];
}

/** The values of `STORE_BATCHES`. Of records that repeat each other the first is kept; the others count as unchanged. */
export function storeValues(batches: readonly Batch[]): unknown[] {
  const seen = new Set<string>();
  const records: string[] = [];
  const data: string[] = [];
  let at = 1;
  for (const { id, systemId, parts } of batches) {
    let next = id * RECORDS_PER_BATCH;
    for (const { rows } of parts)
      for (const row of rows) {
        const name = `${systemId} ${row.dedupe}`;
        if (seen.has(name)) continue;
        seen.add(name);
        records.push(`{"id":${next++},"at":${at},${row.fields}`);
        data.push(row.data);
        at += row.bytes;
      }
  }
  const heads = batches.map(({ id, systemId, origin, actor, parts }) => ({
    id,
    system_id: systemId,
    origin,
    actor,
    read: parts.reduce((n, p) => n + p.read, 0),
    quarantined: parts.reduce((n, p) => n + p.refused.length, 0),
  }));
  const refused = batches.flatMap(({ id, systemId, parts }) =>
    parts.flatMap((p) => p.refused.map((r) => ({ ...r, batch_id: id, system_id: systemId }))),
  );
  return [JSON.stringify(heads), `[${records.join(',')}]`, Buffer.from(data.join('')), JSON.stringify(refused)];
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
