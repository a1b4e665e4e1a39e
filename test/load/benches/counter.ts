import { join } from 'node:path';
import type { PostgresConnection } from '#platform';
import { runToEnd } from '../../support/program.js';
import type { Sample } from '../report.js';
import { type Api, type Site, until } from '../site.js';

/** The tables of the simulator's trading counter that the hub reads (docs/reference/simulator.md). */
export const TABLES = [
  'customer',
  'fund_account',
  'security_account',
  'asset_daily',
  'trade',
  'cash_transfer',
  'custody_transfer',
];

/** A counter full of rows, made once by the simulator; the simulator is gone when it is handed over. */
export async function filledCounter(site: Site, clients: number): Promise<PostgresConnection> {
  const counter = await site.database();
  const { program } = await site.simulator(clients, counter);
  await site.stop(program);
  return counter;
}

/** Registers the counter as an operator would. */
export async function registerCounter(api: Api, c: PostgresConnection, more: Record<string, unknown> = {}) {
  await api.call('POST', '/systems', {
    code: 'trading',
    name: 'Counter',
    connector: 'trading-sql',
    settings: {
      driver: 'postgres',
      host: c.host,
      port: c.port,
      database: c.database,
      user: c.user,
      password: c.password,
      ...more,
    },
  });
}

interface Streams {
  readonly streams: readonly { phase: string; rowsDone: number }[];
}

/** Waits until every stream has been read once. */
export async function untilRead(api: Api): Promise<void> {
  await until('the backfill of the counter', async () => {
    const { streams } = await api.call<Streams>('GET', '/systems/trading');
    return streams.length === TABLES.length && streams.every((s) => s.phase === 'live');
  });
}

export async function rowsIn(site: Site, counter: PostgresConnection): Promise<number> {
  return site.withDatabase(counter, async (db) => {
    let rows = 0;
    for (const table of TABLES)
      rows += Number((await db.query<{ n: string }>(`select count(*) as n from ${table}`)).rows[0]!.n);
    return rows;
  });
}

/** The bare insert of the same rows, in a process of its own. */
export async function bareInsert(site: Site, counter: PostgresConnection, read: boolean): Promise<Sample> {
  const script = join(import.meta.dirname, '../baselines/bare-backfill.js');
  const job = { source: counter, target: await site.database(), tables: TABLES, read };
  const r = await runToEnd<{ rows: number; seconds: number; cpuMicros: number }>(script, job);
  return { perSecond: r.rows / r.seconds, cpuMicros: r.cpuMicros };
}
