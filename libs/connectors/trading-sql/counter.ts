/** A value as the server writes it: no driver turns a decimal into a float or a time into a date. */
export type Cell = string | null;

/** What a column holds, as far as reading it needs to know. */
export type ColumnKind =
  'number' | 'text' | 'boolean' | 'day' | 'other' /** A time without zone */ | 'local' /** An instant */ | 'zoned';

export interface Column {
  readonly name: string;
  /** The server's own words: `numeric(18,2)`. */
  readonly type: string;
  readonly kind: ColumnKind;
  readonly nullable: boolean;
}

/** A statement with its parameters; values are never written into the text unchecked. */
export interface Statement {
  readonly text: string;
  readonly values: readonly Cell[];
}

export interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Differs when names or types of the columns do; costs no query. */
  readonly shape: string;
}

/** What the server says of this moment. */
export interface Moment {
  /** Its clock, Unix milliseconds. */
  readonly now: number;
  /** Transactions below `oldest` have ended; those of the future are at or above `next`. Absent: it does not say. */
  readonly transactions?: { readonly oldest: bigint; readonly next: bigint };
}

/** What differs between the servers in the writing of SQL. */
export interface Dialect {
  readonly quote: (name: string) => string;
  /** Adds a value to the parameters and gives what to write in its place. */
  place(values: Cell[], value: Cell, kind: ColumnKind): string;
  /** `columns` > `at` in the order of `columns`, in a form that an index can serve; each call of an `at` is a parameter. */
  after(columns: readonly string[], at: readonly (() => string)[]): string;
  /** `columns` <= `at`. */
  upTo(columns: readonly string[], at: readonly (() => string)[]): string;
  /** How a value of a `zoned` column is written as an instant of ISO 8601. */
  instant(text: string): string;
  /** How an instant is written beside a `zoned` column; `utc` is `2026-01-05 01:30:00.123`. */
  zoned(utc: string): string;
}

/**
 * The counter's database. Reads run in read-only transactions under a time limit, writes in a transaction each.
 * Every method throws ConfigError or TransientError (faults.ts), and ends when the signal aborts.
 */
export interface Counter {
  readonly dialect: Dialect;
  select(statement: Statement, signal: AbortSignal): Promise<Rows>;
  /** @throws WriteFault; one whose `maybeMade` is true has reached the commit. */
  insert(statement: Statement, signal: AbortSignal): Promise<'inserted' | 'duplicate'>;
  /** Lets the server judge a statement that would write, without running it. */
  explain(statement: Statement, signal: AbortSignal): Promise<void>;
  moment(signal: AbortSignal): Promise<Moment>;
  /** The columns that this user may see, in their order; none when there is no such table for it. */
  columns(table: string, signal: AbortSignal): Promise<Column[]>;
  /** Columns that stand first in an index. */
  indexed(table: string, signal: AbortSignal): Promise<ReadonlySet<string>>;
  close(): Promise<void>;
}

/** An insert that failed. */
export class WriteFault extends Error {
  constructor(
    /** `refused`: by a rule of the table; the same values fail again. `failed`: by the way there. */
    readonly kind: 'refused' | 'failed',
    readonly maybeMade: boolean,
    override readonly cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.name = 'WriteFault';
  }
}
