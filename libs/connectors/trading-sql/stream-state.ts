import { ConfigError } from '#connector-kit';
import { z } from 'zod';
import type { Dialect, Moment } from './counter.js';
import type { StreamDefinition } from './settings.js';
import { compareCursor, type Table } from './table.js';
import { earliestWall, universal } from './wall-clock.js';

const ms = z.number().min(0);

const streamState = z.strictObject({
  v: z.literal(1),
  /** What it is a state of; another table, key or cursor has another. */
  of: z.string(),
  /** Digest of the columns that were told last. */
  fields: z.string(),
  /** The row reached: every row up to it that was visible at `seen` has been yielded. */
  cursor: z.array(z.string()).nullable(),
  /** Rows yielded. */
  done: z.int().min(0),
  /** Whether the first pass has come to the end. */
  complete: z.boolean(),
  /** Every transaction that was to commit after the rows were looked at began after this, Unix milliseconds. */
  seen: ms,
  /** PostgreSQL: see `advance`. */
  horizon: z.strictObject({ safe: ms, at: ms, next: z.string().regex(/^\d+$/) }).optional(),
  /** For sequences: what the greatest number was, and when. Numbers below `from` were given out before `at`. */
  marks: z.array(z.strictObject({ at: ms, from: z.string().nullable() })).max(64),
});
export type StreamState = z.output<typeof streamState>;
export type Horizon = NonNullable<StreamState['horizon']>;

const MOST_MARKS = 48;
/** How old a transaction may be that was already open when the first pass began (PostgreSQL), milliseconds. */
const FIRST_REACH_MS = 10 * 60_000;

function nameOf(d: StreamDefinition): string {
  return [d.table, d.cursor.by, d.cursor.column, ...d.key].join(' ');
}

/** @throws ConfigError when `given` is no state of this stream. */
export function readState(given: unknown, d: StreamDefinition): StreamState | undefined {
  if (given === undefined || given === null) return undefined;
  const parsed = streamState.safeParse(given);
  const fits =
    parsed.success && parsed.data.of === nameOf(d) && orderLength(d) === (parsed.data.cursor?.length ?? orderLength(d));
  if (!fits)
    throw new ConfigError(
      `the stored state of the stream "${d.name}" was not made for the table ${d.table} in this way`,
      'Give the changed stream another name in the setting "streams"; it is then read from its beginning.',
    );
  return parsed.data;
}

function orderLength(d: StreamDefinition): number {
  return new Set([d.cursor.column, ...d.key]).size;
}

export function firstState(d: StreamDefinition, moment: Moment): StreamState {
  const quiet = !moment.transactions || moment.transactions.oldest === moment.transactions.next;
  return {
    v: 1,
    of: nameOf(d),
    fields: '',
    cursor: null,
    done: 0,
    complete: false,
    seen: quiet ? moment.now : moment.now - FIRST_REACH_MS,
    marks: [],
  };
}

/**
 * Since when whatever is still to commit began.
 *
 * PostgreSQL numbers its transactions. A note of (clock, next number) tells of every later transaction that it began
 * after that clock; once all numbers below it have ended, whatever is still open began after the note. One note is
 * held until then, so a transaction that is open for an hour keeps the horizon back for that hour, and no longer.
 * A server that does not tell is trusted to end its transactions within the overlap.
 */
export function advance(
  before: Horizon | undefined,
  moment: Moment,
  seen: number,
): { safe: number; horizon?: Horizon } {
  const { now, transactions } = moment;
  if (!transactions) return { safe: now };
  const note = { at: now, next: String(transactions.next) };
  if (transactions.oldest === transactions.next) return { safe: now, horizon: { safe: now, ...note } };
  if (!before) return { safe: seen, horizon: { safe: seen, ...note } };
  if (transactions.oldest < BigInt(before.next)) return { safe: before.safe, horizon: before };
  return { safe: before.at, horizon: { safe: before.at, ...note } };
}

/** Adds a note of the greatest number, and drops those that no later look can need. */
export function withMark(marks: StreamState['marks'], mark: StreamState['marks'][number], needed: number) {
  const last = marks.findLastIndex((m) => m.at <= needed);
  const kept = [...marks.slice(Math.max(0, last)), mark];
  // A transaction that is open for very long keeps many; every second of them serves as well.
  return kept.length <= MOST_MARKS ? kept : kept.filter((_m, i) => i % 2 === 0 || i === kept.length - 1);
}

/**
 * The least cursor that a row may have which was not visible before: rows from it on are looked at again. Undefined is
 * the beginning of the table.
 *
 * @param since when whatever was still to commit at the look before had begun, at the latest; the reach of `overlapMs`
 *   before it pays for clocks that differ and for the time between a row's stamp and its transaction's number.
 */
export function floorOf(
  o: { by: StreamDefinition['cursor']['by']; table: Table; dialect: Dialect; zone: string },
  marks: StreamState['marks'],
  since: number,
  now: number,
): string | undefined {
  if (o.by === 'time')
    return o.table.order[0]!.kind === 'zoned' ? o.dialect.zoned(universal(since)) : earliestWall(since, now, o.zone);
  const mark = marks.findLast((m) => m.at <= since) ?? marks[0];
  return mark?.from ?? undefined;
}

/** True when rows at or below the cursor must be looked at again; rows that share its value too, where there may be any. */
export function reachesBack(table: Table, floor: string | undefined, cursor: readonly string[]): boolean {
  if (floor === undefined) return true;
  const order = compareCursor(table.order[0]!, floor, cursor[0]!);
  return table.order.length > 1 ? order <= 0 : order < 0;
}
