import { createPool, type Pool as MySqlPool, type PoolConnection, type ResultSetHeader } from 'mysql2/promise';
import pg from 'pg';

export type Engine = 'postgres' | 'mariadb';
export type Cell = string | number | null;
type Row = Record<string, string | null>;

/** One connection, or any of a pool. Values stand for `?` in the text; everything comes back as text. */
export interface SqlSession {
  rows<T extends Row>(text: string, values?: readonly Cell[]): Promise<T[]>;
  /** @returns how many rows were touched. */
  run(text: string, values?: readonly Cell[]): Promise<number>;
}

/** The database server of the trading counter, seen by its owner. */
export interface SqlServer extends SqlSession {
  readonly engine: Engine;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** Adds many rows at once, in the quickest way of the server. */
  load(table: string, columns: readonly string[], rows: readonly (readonly Cell[])[]): Promise<void>;
  transaction<T>(work: (tx: SqlSession) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const MOST_CONNECTIONS = 16;

/** @param url postgres://… or mysql://… with a user who may create tables and users, and a database. */
export async function connectSql(url: string): Promise<SqlServer> {
  const u = new URL(url);
  const at = {
    host: u.hostname,
    port: Number(u.port) || (u.protocol.startsWith('postgres') ? 5432 : 3306),
    user: decodeURIComponent(u.username),
    password: decodeURIComponent(u.password),
    database: decodeURIComponent(u.pathname.slice(1)),
  };
  const where = { host: at.host, port: at.port, database: at.database };
  if (u.protocol.startsWith('postgres')) return { engine: 'postgres', ...where, ...postgres(at) };
  return { engine: 'mariadb', ...where, ...(await mariadb(at)) };
}

interface Login {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}

function postgres(at: Login): SqlSession & Pick<SqlServer, 'load' | 'transaction' | 'close'> {
  const asText = { getTypeParser: () => (text: string) => text };
  const pool = new pg.Pool({ ...at, max: MOST_CONNECTIONS, types: asText });
  // A connection that breaks while it is idle is replaced at its next use.
  pool.on('error', () => {});
  const session = (c: pg.Pool | pg.PoolClient): SqlSession => {
    const query = (text: string, values: readonly Cell[] = []) => {
      let n = 0;
      return c.query<Row>(values.length > 0 ? text.replaceAll('?', () => `$${++n}`) : text, [...values]);
    };
    return {
      rows: async <T extends Row>(text: string, values?: readonly Cell[]) => (await query(text, values)).rows as T[],
      run: async (text, values) => (await query(text, values)).rowCount ?? 0,
    };
  };
  return {
    ...session(pool),
    async load(table, columns, rows) {
      const c = await pool.connect();
      try {
        await new Promise<void>((done, failed) => {
          c.query(new CopyIn(`copy ${table} (${columns.join(', ')}) from stdin`, rows, done, failed));
        });
      } finally {
        c.release();
      }
    },
    async transaction(work) {
      const c = await pool.connect();
      try {
        await c.query('begin');
        const result = await work(session(c));
        await c.query('commit');
        return result;
      } catch (e) {
        await c.query('rollback').catch(() => {});
        throw e;
      } finally {
        c.release();
      }
    },
    close: () => pool.end(),
  };
}

/** PostgreSQL's COPY, spoken through the hooks by which the driver runs any query. */
class CopyIn implements pg.Submittable {
  constructor(
    private readonly text: string,
    private readonly rows: readonly (readonly Cell[])[],
    private readonly done: () => void,
    private readonly failed: (e: Error) => void,
  ) {}

  submit(connection: pg.Connection): void {
    connection.query(this.text);
  }

  handleCopyInResponse(connection: { sendCopyFromChunk(chunk: Buffer): void; endCopyFrom(): void }): void {
    const cell = (c: Cell) => (c === null ? '\\N' : String(c).replaceAll(/[\\\t\n\r]/g, (x) => `\\${x}`));
    const lines = this.rows.map((row) => row.map(cell).join('\t') + '\n');
    connection.sendCopyFromChunk(Buffer.from(lines.join('')));
    connection.endCopyFrom();
  }

  handleCommandComplete(): void {}

  handleError(e: Error): void {
    this.failed(e);
  }

  handleReadyForQuery(): void {
    this.done();
  }
}

async function mariadb(at: Login): Promise<SqlSession & Pick<SqlServer, 'load' | 'transaction' | 'close'>> {
  const pool = createPool({
    ...at,
    connectionLimit: MOST_CONNECTIONS,
    charset: 'utf8mb4',
    dateStrings: true,
    // Values as text, like the other server's.
    typeCast: (field) => field.string(),
  });
  const session = (c: MySqlPool | PoolConnection): SqlSession => ({
    rows: async <T extends Row>(text: string, values: readonly Cell[] = []) =>
      (await c.query(text, [...values]))[0] as unknown as T[],
    run: async (text, values = []) => (await c.query<ResultSetHeader>(text, [...values]))[0].affectedRows,
  });
  await pool.query('select 1');
  return {
    ...session(pool),
    async load(table, columns, rows) {
      await pool.query(`insert into ${table} (${columns.join(', ')}) values ?`, [rows]);
    },
    async transaction(work) {
      const c = await pool.getConnection();
      try {
        await c.beginTransaction();
        const result = await work(session(c));
        await c.commit();
        return result;
      } catch (e) {
        await c.rollback().catch(() => {});
        throw e;
      } finally {
        c.release();
      }
    },
    close: () => pool.end(),
  };
}
