import { TransientError } from '#connector-kit';
import pg from 'pg';
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
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.');

const row = (parts: readonly string[]) => `(${parts.join(', ')})`;

/** A row comparison is served by an index on its first columns. Parameters take the types of their columns. */
const dialect: Dialect = {
  quote,
  place: (values, value) => `$${values.push(value)}`,
  after: (columns, at) => `${row(columns)} > ${row(at.map((value) => value()))}`,
  upTo: (columns, at) => `${row(columns)} <= ${row(at.map((value) => value()))}`,
  instant: (text) => text.replace(/\+00$/, 'Z'),
  zoned: (utc) => `${utc}+00`,
};

/** Every value as the text the server sends. */
const asText = { getTypeParser: () => (value: string) => value } as unknown as pg.CustomTypesConfig;

/** A broken rule of the table (SQLSTATE classes 22 and 23): the same values fail again. */
const REFUSED = /^2[23]/;

/** The counter on PostgreSQL: one small pool, whose sessions read only unless a transaction says otherwise. */
export class PostgresCounter implements Counter {
  readonly dialect = dialect;
  private pool: Promise<pg.Pool> | undefined;
  private readonly sockets = new Sockets();
  private readonly cancelling = new Set<Promise<unknown>>();

  constructor(
    private readonly s: TradingSettings,
    private readonly resolve: Resolve,
  ) {}

  async select(statement: Statement, signal: AbortSignal): Promise<Rows> {
    try {
      return await this.with(signal, async (client) => {
        const r = await client.query<Cell[]>({
          text: statement.text,
          values: [...statement.values],
          rowMode: 'array',
          types: asText,
        });
        return {
          columns: r.fields.map((f) => f.name),
          rows: r.rows,
          shape: r.fields.map((f) => `${f.name}:${f.dataTypeID}:${f.dataTypeModifier}`).join(),
        };
      });
    } catch (e) {
      throw connectorError(e);
    }
  }

  async insert(statement: Statement, signal: AbortSignal): Promise<'inserted' | 'duplicate'> {
    let committing = false;
    try {
      return await this.with(signal, async (client) => {
        await client.query('begin read write');
        try {
          await client.query(statement.text, [...statement.values]);
        } catch (e) {
          await client.query('rollback');
          if ((e as { code?: string }).code === '23505') return 'duplicate';
          throw e;
        }
        committing = true;
        await client.query('commit');
        return 'inserted';
      });
    } catch (e) {
      throw new WriteFault(REFUSED.test((e as { code?: string }).code ?? '') ? 'refused' : 'failed', committing, e);
    }
  }

  async explain(statement: Statement, signal: AbortSignal): Promise<void> {
    try {
      await this.with(signal, async (client) => {
        await client.query('begin read write');
        try {
          await client.query(`explain ${statement.text}`, [...statement.values]);
        } finally {
          await client.query('rollback');
        }
      });
    } catch (e) {
      throw connectorError(e);
    }
  }

  async moment(signal: AbortSignal): Promise<Moment> {
    const { rows } = await this.select(
      {
        text: `select trunc(extract(epoch from clock_timestamp()) * 1000), pg_snapshot_xmin(s), pg_snapshot_xmax(s)
               from pg_current_snapshot() s`,
        values: [],
      },
      signal,
    );
    const [now, oldest, next] = rows[0]!;
    return { now: Number(now), transactions: { oldest: BigInt(oldest!), next: BigInt(next!) } };
  }

  async columns(table: string, signal: AbortSignal): Promise<Column[]> {
    const { schema, name, values } = place(table);
    const { rows } = await this.select(
      {
        text: `select column_name, is_nullable,
            case when data_type = 'numeric' and numeric_precision is not null then 'numeric(' || numeric_precision || ',' || numeric_scale || ')'
              when character_maximum_length is not null then data_type || '(' || character_maximum_length || ')'
              else data_type end
          from information_schema.columns
          where table_name = ${name} and table_schema = ${schema}
          order by ordinal_position`,
        values,
      },
      signal,
    );
    return rows.map(([column, nullable, type]) => ({
      name: column!,
      type: type!,
      kind: kindOf(type!),
      nullable: nullable === 'YES',
    }));
  }

  async indexed(table: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
    const { schema, name, values } = place(table);
    const { rows } = await this.select(
      {
        text: `select distinct a.attname from pg_index i
            join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
            join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
          where c.relname = ${name} and n.nspname = ${schema} and i.indisvalid and i.indpred is null`,
        values,
      },
      signal,
    );
    return new Set(rows.map(([column]) => column!));
  }

  async close(): Promise<void> {
    await Promise.all(this.cancelling);
    const pool = await this.pool?.catch(() => undefined);
    this.pool = undefined;
    if (pool) await this.sockets.end(pool);
  }

  /** Runs work on a connection of its own; aborted work is cancelled at the server and its connection is dropped. */
  private async with<T>(signal: AbortSignal, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.connect(signal);
    let broken = false;
    const abandon = () => {
      broken = true;
      this.cancel((client as unknown as { processID?: number }).processID);
    };
    try {
      return await withinDeadline(work(client), signal, abandon);
    } catch (e) {
      // Only what the server itself answered leaves the connection fit for use.
      broken ||= !(e instanceof pg.DatabaseError);
      throw e;
    } finally {
      client.release(broken);
    }
  }

  private async connect(signal: AbortSignal): Promise<pg.PoolClient> {
    const pool = await (this.pool ??= this.open());
    const connecting = pool.connect();
    let left = false;
    connecting.then(
      (c) => left && c.release(true),
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

  private async open(): Promise<pg.Pool> {
    const { address } = await this.resolve(this.s.host).catch((e: unknown) => {
      this.pool = undefined;
      throw e;
    });
    const pool = new pg.Pool({
      host: address,
      port: this.s.port,
      database: this.s.database,
      user: this.s.user,
      password: this.s.password,
      ssl: this.s.ssl === 'require' ? { servername: this.s.host } : false,
      stream: () => this.sockets.make(),
      max: 4,
      connectionTimeoutMillis: CONNECT_MS,
      idleTimeoutMillis: 60_000,
      keepAlive: true,
      application_name: 'isthmus',
      options: `-c default_transaction_read_only=on -c statement_timeout=${STATEMENT_MS} -c datestyle=ISO,YMD -c timezone=UTC`,
    });
    // A pooled connection that dies in idleness; the next query opens another.
    pool.on('error', () => {});
    // One that dies while it opens, before whoever asked for it could listen.
    pool.on('connect', (client) => client.on('error', () => {}));
    return pool;
  }

  private forget(pool: pg.Pool): void {
    this.pool = undefined;
    void pool.end().catch(() => {});
  }

  private cancel(backend: number | undefined): void {
    if (backend === undefined || !this.pool) return;
    const cancelling: Promise<unknown> = this.pool
      .then((pool) => withinDeadline(pool.query('select pg_cancel_backend($1)', [backend]), NEVER, () => {}, 1000))
      .catch(() => {})
      .finally(() => this.cancelling.delete(cancelling));
    this.cancelling.add(cancelling);
  }
}

const NEVER = new AbortController().signal;

/** Where a table stands in the catalogue: in its schema, or first on the search path. */
function place(table: string): { schema: string; name: string; values: string[] } {
  const [first, second] = table.split('.');
  if (second !== undefined) return { schema: '$1', name: '$2', values: [first!, second] };
  return {
    schema: `(select n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relname = $1 and n.nspname = any(current_schemas(false)) and c.relkind in ('r', 'p', 'v', 'm', 'f')
      order by array_position(current_schemas(false), n.nspname) limit 1)`,
    name: '$1',
    values: [first!],
  };
}

function kindOf(type: string): ColumnKind {
  if (/^(numeric|smallint|integer|bigint|real|double precision)/.test(type)) return 'number';
  if (/^character|^text/.test(type)) return 'text';
  if (type.startsWith('timestamp')) return type.includes('with time zone') ? 'zoned' : 'local';
  if (type === 'date') return 'day';
  return type === 'boolean' ? 'boolean' : 'other';
}
