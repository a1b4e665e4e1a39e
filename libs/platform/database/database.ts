import type { Pool, PoolClient } from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { hearErrors } from './hear-errors.js';

/**
 * A statement of a hot path. Named statements are prepared once a connection, so the server plans them once.
 * They stand in `*.sql.ts` files whose first lines say what goes in and what comes out.
 */
export interface Statement {
  readonly name?: string;
  readonly text: string;
}

/** One open transaction. It is passed by hand from caller to callee: whoever takes a `Tx` writes inside it. */
export interface Tx {
  /** TypeORM's view of the same transaction, for ordinary entity work. */
  readonly manager: EntityManager;
  query<Row = Record<string, unknown>>(statement: string | Statement, values?: readonly unknown[]): Promise<Row[]>;
  /** Runs when, and only when, the transaction has committed: wake-ups and other news for those outside it. */
  afterCommit(run: () => void): void;
}

export interface TxOptions {
  /**
   * False for a step that follows from rows already on disk and is taken again when a crash of the database loses it:
   * its commit does not wait for the disk. PostgreSQL writes its log in order, so whatever a later durable commit is
   * built on is on disk before that commit returns (docs/adr/adr015-what-waits-for-the-disk.md). @default true
   */
  readonly durable?: boolean;
}

/**
 * The one door to PostgreSQL: TypeORM's pool, shared by repositories and hot-path SQL.
 *
 * `int8` comes back as a number (our counters stay below 2^53), `numeric` and `date` as text, `timestamptz` as Date.
 */
export class Database {
  /** @param source initialised. */
  constructor(readonly source: DataSource) {
    hearErrors((source.driver as PostgresDriver).master as Pool);
  }

  get manager(): EntityManager {
    return this.source.manager;
  }

  /**
   * Runs `work` in one transaction and commits it. A deadlock or serialisation failure is retried from the start up to
   * five times, so `work` must have no effect outside the transaction.
   */
  async tx<T>(work: (tx: Tx) => Promise<T>, o: TxOptions = {}): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.once(work, o);
      } catch (e) {
        if (attempt >= 5 || !isRetryable(e)) throw e;
      }
    }
  }

  private async once<T>(work: (tx: Tx) => Promise<T>, o: TxOptions): Promise<T> {
    const runner = this.source.createQueryRunner();
    const news: (() => void)[] = [];
    try {
      const client = (await runner.connect()) as PoolClient;
      await runner.startTransaction();
      if (o.durable === false) await client.query('set local synchronous_commit = off');
      const result = await work({
        manager: runner.manager,
        query: async (statement, values) => (await client.query(...args(statement, values))).rows,
        afterCommit: (run) => void news.push(run),
      });
      await runner.commitTransaction();
      for (const tell of news) tell();
      return result;
    } catch (e) {
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => {});
      throw e;
    } finally {
      await runner.release().catch(() => {});
    }
  }

  /** One statement on a pooled connection, committed by itself. */
  async query<Row = Record<string, unknown>>(
    statement: string | Statement,
    values?: readonly unknown[],
  ): Promise<Row[]> {
    const pool = (this.source.driver as PostgresDriver).master as {
      query(...a: ReturnType<typeof args>): Promise<{ rows: Row[] }>;
    };
    return (await pool.query(...args(statement, values))).rows;
  }
}

function args(
  statement: string | Statement,
  values: readonly unknown[] = [],
): [{ name?: string; text: string; values: unknown[] }] {
  const s = typeof statement === 'string' ? { text: statement } : statement;
  return [{ ...s, values: values as unknown[] }];
}

/** 40001 serialization_failure, 40P01 deadlock_detected (PostgreSQL documentation, appendix A). */
function isRetryable(e: unknown): boolean {
  const code = (e as { code?: unknown }).code;
  return code === '40001' || code === '40P01';
}

const UNAVAILABLE_CODES = new Set([
  '57P01',
  '57P02',
  '57P03',
  '53300',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
]);

/** True when the database could not be reached or went away, so that nothing is known to be wrong with the request. */
export function isDatabaseUnavailable(e: unknown): boolean {
  const { code, message, driverError } = e as { code?: unknown; message?: unknown; driverError?: unknown };
  if (driverError !== undefined && driverError !== e) return isDatabaseUnavailable(driverError);
  if (typeof code === 'string' && (UNAVAILABLE_CODES.has(code) || code.startsWith('08'))) return true;
  return (
    typeof message === 'string' &&
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
      message,
    )
  );
}

/**
 * True for class 22 (data exception), 23 (integrity violation) and 54 (program limit exceeded, such as a value too long
 * for its index): the row is at fault, not the database.
 */
export function isDataFault(e: unknown): boolean {
  const code = (e as { code?: unknown }).code;
  return typeof code === 'string' && /^(2[23]|54)/.test(code);
}
