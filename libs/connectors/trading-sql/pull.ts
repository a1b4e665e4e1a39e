import { isDeepStrictEqual } from 'node:util';
import { ConfigError, type Message, type Pull, type StateMessage } from '#connector-kit';
import type { Counter, Rows } from './counter.js';
import { countRows, greatest, page, type Range } from './page.js';
import { type Read, reading } from './records.js';
import type { StreamDefinition } from './settings.js';
import {
  advance,
  firstState,
  floorOf,
  type Horizon,
  reachesBack,
  readState,
  type StreamState,
  withMark,
} from './stream-state.js';
import { compareCursor, describeTable, type Table } from './table.js';

export interface PullOptions {
  readonly counter: Counter;
  readonly streams: readonly StreamDefinition[];
  readonly zone: string;
  readonly pollMs: number;
  readonly overlapMs: number;
}

const MOST_PER_PAGE = 2000;
/** How far every look reaches back; the full overlap is looked at three times while it lasts. */
const NEAR_MS = 3000;
/** How many numbers of a sequence may be given out and not yet committed when the first pass begins. */
const FIRST_REACH_ROWS = 1000;
const MOST_REMEMBERED = 200_000;

/** What a process knows besides the stored state; without it, it only looks again at more than it had to. */
interface Memory {
  /** The state this belongs to: everything yielded before it has been committed when it comes back. */
  readonly state: StreamState;
  readonly horizon: Horizon | undefined;
  readonly seen: number;
  readonly marks: StreamState['marks'];
  /** Like `seen`, of the look before, however far that reached. */
  readonly nearSeen: number;
  readonly deepAt: number;
  /** Ids of the rows in reach that have been yielded: they are not yielded again. */
  readonly yielded: Set<string>;
}

/**
 * Reads the tables by (cursor, key), in pages.
 *
 * A row is not lost because its transaction commits late, or because its clock is behind: every look reaches back
 * before the cursor, to where rows that were not visible yet may stand (stream-state.ts). What is found there again is
 * dropped here while this process remembers it, and by its dedupeId after a restart. Each look costs a few index ranges
 * and no scan.
 */
export class TablePull implements Pull {
  readonly streams: readonly string[];
  readonly intervalMs: number;
  private readonly tables = new Map<string, { table: Table; shape: string | undefined }>();
  private readonly memories = new Map<string, Memory>();

  constructor(private readonly o: PullOptions) {
    this.streams = o.streams.map((s) => s.name);
    this.intervalMs = o.pollMs;
  }

  async *read(request: {
    stream: string;
    state: unknown;
    maxRecords: number;
    signal: AbortSignal;
  }): AsyncGenerator<Message> {
    const definition = this.o.streams.find((s) => s.name === request.stream);
    if (!definition)
      throw new ConfigError(`there is no stream "${request.stream}"`, 'Change the setting "streams", or the mapping.');
    const given = readState(request.state, definition);
    const remembered = this.memories.get(request.stream);
    const memory = remembered && isDeepStrictEqual(remembered.state, given) ? remembered : undefined;
    const { table } = this.tables.get(definition.name) ?? (await this.describe(definition, request.signal));
    const pass = new Pass(this.o, definition, table, request, given, memory);
    yield* pass.run((shape) => this.refresh(definition, shape, request.signal));
    if (pass.memory) this.memories.set(request.stream, pass.memory);
  }

  private async describe(d: StreamDefinition, signal: AbortSignal) {
    const known = { table: await describeTable(this.o.counter, d, signal), shape: undefined as string | undefined };
    this.tables.set(d.name, known);
    return known;
  }

  /** The table anew, when a page shows that it is not what it was. */
  private async refresh(d: StreamDefinition, shape: string, signal: AbortSignal): Promise<Table> {
    const known = this.tables.get(d.name);
    if (known && (known.shape ?? shape) === shape) {
      known.shape = shape;
      return known.table;
    }
    const table = await describeTable(this.o.counter, d, signal);
    this.tables.set(d.name, { table, shape });
    return table;
  }
}

/** One look at one table, from where it may hold something new to its end. */
class Pass {
  /** What to remember; set when the pass has come to the end. */
  memory: Memory | undefined;
  private state!: StreamState;
  private total: number | undefined;
  private readonly limit: number;

  constructor(
    private readonly o: PullOptions,
    private readonly d: StreamDefinition,
    private table: Table,
    private readonly request: { readonly maxRecords: number; readonly signal: AbortSignal },
    private readonly given: StreamState | undefined,
    private readonly known: Memory | undefined,
  ) {
    // One less than the runner commits at once, so that records and their state share a commit.
    this.limit = Math.max(1, Math.min(MOST_PER_PAGE, request.maxRecords - 1));
  }

  async *run(tableOf: (shape: string) => Promise<Table>): AsyncGenerator<Message> {
    const { o, d, known } = this;
    const { signal } = this.request;
    const moment = await o.counter.moment(signal);
    const start = this.given ?? firstState(d, moment);
    const { safe, horizon } = advance(known?.horizon ?? start.horizon, moment, start.seen);
    // The full overlap after a restart, and now and then; otherwise only the last moments.
    const deep = !known || moment.now - known.deepAt >= o.overlapMs / 3;
    let marks = known?.marks ?? start.marks;
    if (deep && d.cursor.by === 'sequence') marks = await this.marked(marks, moment.now, known?.seen ?? start.seen);
    const seenBefore = known?.seen ?? start.seen;
    const reach = { by: d.cursor.by, table: this.table, dialect: o.counter.dialect, zone: o.zone };
    const since = deep ? seenBefore - o.overlapMs : known.nearSeen - Math.min(NEAR_MS, o.overlapMs);
    const floor = floorOf(reach, marks, since, moment.now);
    const keepFrom = floorOf(reach, marks, (deep ? safe : seenBefore) - o.overlapMs, moment.now);
    const yielded = deep ? new Set<string>() : new Set(known.yielded);
    const remember = (r: Read) => {
      const { message, position } = r;
      const inReach = keepFrom === undefined || compareCursor(this.table.order[0]!, position[0]!, keepFrom) >= 0;
      if (inReach && yielded.size < MOST_REMEMBERED) yielded.add(message.dedupeId);
    };

    this.state = { ...start, marks, ...(horizon ? { horizon } : {}) };
    if (!start.complete) this.total = await countRows(o.counter, d, signal);
    // Nothing stands below the cursor of a first look.
    if (start.cursor === null) this.state = { ...this.state, seen: start.complete ? safe : start.seen };

    if (start.cursor !== null && reachesBack(this.table, floor, start.cursor)) {
      const upTo = start.cursor;
      let range: Range = { ...(floor === undefined ? {} : { from: floor }), upTo };
      for (let more = true; more;) {
        const rows = await this.page(range);
        yield* this.drift(await tableOf(rows.shape));
        const read = this.read(rows);
        const fresh = read.filter((r) => !known?.yielded.has(r.message.dedupeId));
        read.forEach(remember);
        yield* this.tell(fresh);
        more = rows.rows.length === this.limit;
        if (more) range = { after: read.at(-1)!.position, upTo };
        if (fresh.length > 0) yield this.reached(false);
      }
    }
    if (deep && start.cursor !== null) this.state = { ...this.state, seen: safe };

    for (let more = true; more;) {
      const { cursor } = this.state;
      const rows = await this.page(cursor === null ? {} : { after: cursor });
      yield* this.drift(await tableOf(rows.shape));
      const read = this.read(rows);
      read.forEach(remember);
      yield* this.tell(read);
      more = rows.rows.length === this.limit;
      if (read.length > 0) this.state = { ...this.state, cursor: [...read.at(-1)!.position] };
      if (more) yield this.reached(false);
    }

    const idle = this.given?.complete === true && this.state.done === start.done && this.state.fields === start.fields;
    const state: StreamState = idle ? this.given : { ...this.state, complete: true };
    this.memory = {
      state,
      horizon,
      seen: this.state.seen,
      marks,
      nearSeen: safe,
      deepAt: deep ? moment.now : known.deepAt,
      yielded,
    };
    this.state = state;
    yield this.reached(true);
  }

  private page(range: Range): Promise<Rows> {
    return page(this.o.counter, this.d, this.table, range, this.limit, this.request.signal);
  }

  private read(rows: Rows): Read[] {
    return rows.rows.map(reading(this.d, this.table, rows, this.o.counter.dialect, this.o.zone));
  }

  private *tell(read: readonly Read[]): Generator<Message> {
    for (const { message } of read) yield message;
    this.state = { ...this.state, done: this.state.done + read.length };
  }

  /** Says which columns there are when they are not those told last. */
  private *drift(table: Table): Generator<Message> {
    this.table = table;
    if (table.digest === this.state.fields) return;
    yield { type: 'schema', stream: this.d.name, fields: table.fields };
    this.state = { ...this.state, fields: table.digest };
  }

  private reached(caughtUp: boolean): StateMessage {
    const progress = this.given?.complete === true ? {} : { progress: { done: this.state.done, total: this.total } };
    return { type: 'state', stream: this.d.name, state: this.state, caughtUp, ...progress };
  }

  private async marked(marks: StreamState['marks'], now: number, seen: number): Promise<StreamState['marks']> {
    const { counter } = this.o;
    const first =
      marks.length > 0
        ? marks
        : [{ at: 0, from: await greatest(counter, this.d, FIRST_REACH_ROWS, this.request.signal) }];
    const from = await greatest(counter, this.d, 0, this.request.signal);
    return withMark(first, { at: now, from }, seen - this.o.overlapMs);
  }
}
