import { isUtf8 } from 'node:buffer';
import { TransientError } from '#connector-kit';
import mysql, { type FieldPacket, type Pool, type PoolConnection } from 'mysql2/promise';
import type { Cell, Column, ColumnKind, Counter, Dialect, Moment, Rows, Statement } from './counter.js';
import { WriteFault } from './counter.js';
import { CONNECT_MS, STATEMENT_MS, withinDeadline } from './deadline.js';
import { connectorError } from './faults.js';
import type { TradingSettings } from './settings.js';
import { Sockets } from './sockets.js';

type Resolve = (host: string) => Promise<{ address: string }>;

const quote = (name: string) =>
  name
    .split('.')
    .map((part) => `\`${part.replaceAll('`', '``')}\``)
    .join('.');

/**
 * Row comparisons are not served by an index here, so they are written out. A number beside a numeric column is
 * written as a number: beside a text the server would compare both as floats.
 */
const dialect: Dialect = {
  quote,
  place: (values, value, kind) => {
    if (kind === 'number' && value !== null && /^-?\d+(\.\d+)?$/.test(value)) return value;
    values.push(value);
    return '?';
  },
  after: (columns, at) => compare(columns, at, '>', '>'),
  upTo: (columns, at) => compare(columns, at, '<', '<='),
  instant: (text) => `${text}Z`,
  zoned: (utc) => utc,
};

/** `(a, b) > (x, y)` as `a >= x and (a > x or b > y)`: the first part is what the index serves. */
function compare(columns: readonly string[], at: readonly (() => string)[], strict: string, last: string): string {
  const [column, ...columnsLeft] = columns;
  const [value, ...valuesLeft] = at;
  if (columnsLeft.length === 0) return `${column} ${last} ${value!()}`;
  const within = `${column} ${strict}= ${value!()}`;
  return `${within} and (${column} ${strict} ${value!()} or (${compare(columnsLeft, valuesLeft, strict, last)}))`;
}

/** A broken rule of the table: the same values fail again. */
const REFUSED = new Set([
  'ER_NO_REFERENCED_ROW_2',
  'ER_NO_REFERENCED_ROW',
  'ER_CONSTRAINT_FAILED',
  'ER_DATA_TOO_LONG',
  'ER_WARN_DATA_OUT_OF_RANGE',
  'ER_TRUNCATED_WRONG_VALUE',
  'ER_TRUNCATED_WRONG_VALUE_FOR_FIELD',
  'ER_BAD_NULL_ERROR',
  'ER_SIGNAL_EXCEPTION',
]);

/** The counter on MariaDB: one small pool, whose sessions read only unless a transaction says otherwise. */
export class MariadbCounter implements Counter {
  readonly dialect = dialect;
  private pool: Promise<Pool> | undefined;
  private readonly sockets = new Sockets();
  private readonly cancelling = new Set<Promise<unknown>>();

  constructor(
    private readonly s: TradingSettings,
    private readonly resolve: Resolve,
  ) {}

  async select(statement: Statement, signal: AbortSignal): Promise<Rows> {
    try {
      return await this.with(signal, async (connection) => {
        const [rows, fields] = (await connection.query({
          sql: statement.text,
          values: [...statement.values],
          rowsAsArray: true,
        })) as unknown as [Cell[][], FieldPacket[]];
        return {
          columns: fields.map((f) => f.name),
          rows,
          shape: fields.map((f) => `${f.name}:${f.columnType}:${f.columnLength}:${f.decimals}`).join(),
        };
      });
    } catch (e) {
      throw connectorError(e);
    }
  }

  async insert(statement: Statement, signal: AbortSignal): Promise<'inserted' | 'duplicate'> {
    let committing = false;
    try {
      return await this.with(signal, async (connection) => {
        await connection.query('start transaction read write');
        try {
          await connection.query(statement.text, [...statement.values]);
        } catch (e) {
          await connection.query('rollback');
          if ((e as { code?: string }).code === 'ER_DUP_ENTRY') return 'duplicate';
          throw e;
        }
        committing = true;
        await connection.query('commit');
        return 'inserted';
      });
    } catch (e) {
      throw new WriteFault(REFUSED.has((e as { code?: string }).code ?? '') ? 'refused' : 'failed', committing, e);
    }
  }

  async explain(statement: Statement, signal: AbortSignal): Promise<void> {
    try {
      await this.with(signal, async (connection) => {
        await connection.query('start transaction read write');
        try {
          await connection.query(`explain ${statement.text}`, [...statement.values]);
        } finally {
          await connection.query('rollback');
        }
      });
    } catch (e) {
      throw connectorError(e);
    }
  }

  async moment(signal: AbortSignal): Promise<Moment> {
    const { rows } = await this.select({ text: 'select floor(unix_timestamp(now(6)) * 1000)', values: [] }, signal);
    return { now: Number(rows[0]![0]) };
  }

  async columns(table: string, signal: AbortSignal): Promise<Column[]> {
    const { schema, values } = place(table);
    const { rows } = await this.select(
      {
        text: `select column_name, column_type, is_nullable from information_schema.columns
          where table_schema = ${schema} and table_name = ? order by ordinal_position`,
        values,
      },
      signal,
    );
    return rows.map(([name, type, nullable]) => ({
      name: name!,
      type: type!,
      kind: kindOf(type!),
      nullable: nullable === 'YES',
    }));
  }

  async indexed(table: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
    const { schema, values } = place(table);
    const { rows } = await this.select(
      {
        text: `select distinct column_name from information_schema.statistics
          where table_schema = ${schema} and table_name = ? and seq_in_index = 1`,
        values,
      },
      signal,
    );
    return new Set(rows.map(([name]) => name!));
  }

  async close(): Promise<void> {
    await Promise.all(this.cancelling);
    const pool = await this.pool?.catch(() => undefined);
    this.pool = undefined;
    if (pool) await this.sockets.end(pool);
  }

  /** Runs work on a connection of its own; aborted work is cancelled at the server and its connection is dropped. */
  private async with<T>(signal: AbortSignal, work: (connection: PoolConnection) => Promise<T>): Promise<T> {
    const connection = await this.connect(signal);
    let broken = false;
    const abandon = () => {
      broken = true;
      this.cancel(connection.threadId);
    };
    try {
      return await withinDeadline(work(connection), signal, abandon);
    } catch (e) {
      // Only what the server itself answered leaves the connection fit for use.
      broken ||= (e as { sqlState?: string }).sqlState === undefined;
      throw e;
    } finally {
      if (broken) connection.destroy();
      else connection.release();
    }
  }

  private async connect(signal: AbortSignal): Promise<PoolConnection> {
    const pool = await (this.pool ??= this.open());
    const connecting = pool.getConnection();
    let left = false;
    connecting.then(
      (c) => left && c.destroy(),
      () => {},
    );
    try {
      return await withinDeadline(connecting, signal, () => (left = true));
    } catch (e) {
      // The next one looks the name up again: the server may have moved.
      if (!(e instanceof TransientError)) this.forget(pool);
      throw e;
    }
  }

  private async open(): Promise<Pool> {
    const { address } = await this.resolve(this.s.host).catch((e: unknown) => {
      this.pool = undefined;
      throw e;
    });
    const pool = mysql.createPool({
      host: address,
      port: this.s.port,
      database: this.s.database,
      user: this.s.user,
      password: this.s.password,
      ...(this.s.ssl === 'require' ? { ssl: { servername: this.s.host, rejectUnauthorized: true } as object } : {}),
      connectionLimit: 4,
      connectTimeout: CONNECT_MS,
      stream: () => this.sockets.make().connect(this.s.port, address).setNoDelay(true).setKeepAlive(true, 30_000),
      charset: 'utf8mb4',
      typeCast: (field) => asText(field.buffer()),
    });
    // Runs before anything else on the connection: statements of one connection keep their order.
    // The mode must not hold NO_BACKSLASH_ESCAPES, which the driver's escaping of values does not know.
    pool.pool.on('connection', (connection) => {
      const set = (what: string) => connection.query(`set session ${what}`, (e) => e && connection.destroy());
      set(`time_zone = '+00:00', max_statement_time = ${STATEMENT_MS / 1000}, sql_mode = 'STRICT_ALL_TABLES'`);
      set('transaction isolation level read committed, read only');
    });
    return pool;
  }

  private forget(pool: Pool): void {
    this.pool = undefined;
    void pool.end().catch(() => {});
  }

  private cancel(thread: number | null): void {
    if (thread === null || !this.pool) return;
    const cancelling: Promise<unknown> = this.pool
      .then((pool) => withinDeadline(pool.query(`kill query ${thread}`), NEVER, () => {}, 1000))
      .catch(() => {})
      .finally(() => this.cancelling.delete(cancelling));
    this.cancelling.add(cancelling);
  }
}

const NEVER = new AbortController().signal;

/** Every value as the text the server sends; bytes that are no text as `\x` and hexadecimal digits. */
function asText(bytes: Buffer | null): Cell {
  if (bytes === null) return null;
  return isUtf8(bytes) ? bytes.toString('utf8') : `\\x${bytes.toString('hex')}`;
}

function place(table: string): { schema: string; values: string[] } {
  const [first, second] = table.split('.');
  return second === undefined ? { schema: 'database()', values: [first!] } : { schema: '?', values: [first!, second] };
}

function kindOf(type: string): ColumnKind {
  if (/^(tinyint|smallint|mediumint|int|bigint|decimal|float|double|year)/.test(type)) return 'number';
  if (/^(char|varchar|tinytext|text|mediumtext|longtext|enum|set)/.test(type)) return 'text';
  if (type.startsWith('datetime')) return 'local';
  if (type.startsWith('timestamp')) return 'zoned';
  return type === 'date' ? 'day' : 'other';
}
