import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { migrations } from '#migrations';
import { migrate, parsePostgresUrl, type Statement } from '#platform';
import { CLAIM, FLUSH, PLAN_FLUSH, ROUTE, SWEEP } from '../../libs/webhooks/delivery.sql.js';
import { TAKE_ENTRIES } from '../../libs/campaigns/entries.sql.js';
import { SELECT_MEMBERS } from '../../libs/identity/resolve/matching.sql.js';
import { TAKE_HISTORY, TAKE_LIVE } from '../../libs/segments/changed.sql.js';
import { connectionUrl, testDatabase } from '../support/servers.js';

interface PlanNode {
  readonly 'Rows Removed by Join Filter'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly PlanNode[];
}

const BACKLOG = 6000;
const TAKEN = 256;

/** Rows that were looked at in vain. */
function inVain(node: PlanNode): number {
  const here = (node['Rows Removed by Join Filter'] ?? 0) + (node['Rows Removed by Filter'] ?? 0);
  return here * node['Actual Loops'] + (node.Plans ?? []).reduce((sum, n) => sum + inVain(n), 0);
}

describe('with statistics of a moment when nothing waited', () => {
  let db: pg.Client;
  const worker = randomUUID();
  const segment = randomUUID();

  beforeAll(async () => {
    const url = connectionUrl(await testDatabase());
    await migrate({ connection: parsePostgresUrl(url), poolSize: 2, migrations, applicationName: 'plans' });
    db = new pg.Client(url);
    await db.connect();
    const endpoint = randomUUID();
    await db.query(
      `insert into endpoint (id, name, url, created_by, concurrency) values ($1, 'x', 'https://x', 'x', 64)`,
      [endpoint],
    );
    await db.query('insert into endpoint_flow (endpoint_id) values ($1)', [endpoint]);
    await db.query(
      `insert into segment (id, code, name, version, created_by) values ($1, 'leaving', 'Leaving', 1, 'x')`,
      [segment],
    );
    // Filled and emptied: pages, and nothing in them.
    await fill(endpoint);
    await db.query('delete from delivery');
    await db.query('delete from event_unrouted');
    await db.query('delete from client_changed');
    await db.query('delete from segment_entry');
    await db.query('analyze delivery, event_unrouted, client_changed, segment_entry');
    for (const table of ['delivery', 'event_unrouted', 'client_changed', 'segment_entry'])
      await db.query(`alter table ${table} set (autovacuum_enabled = off)`);
    await fill(endpoint);
  }, 60_000);
  afterAll(() => db.end());

  async function fill(endpoint: string): Promise<void> {
    await db.query(
      `with e as (
         insert into event (id, type, subject, origin, data)
         select gen_random_uuid(), 'client.updated', 's', 'live', '{}' from generate_series(1, $2::int) returning seq, day),
       u as (insert into event_unrouted (seq, day) select seq, day from e)
       insert into delivery (id, endpoint_id, event_seq, event_day) select gen_random_uuid(), $1, seq, day from e`,
      [endpoint, BACKLOG],
    );
    await db.query(
      `insert into client_changed (client_id, origin)
       select gen_random_uuid(), case when n % 2 = 0 then 'live' else 'history' end from generate_series(1, $1) n`,
      [BACKLOG],
    );
    await db.query(
      'insert into segment_entry (segment_id, client_id) select $1, gen_random_uuid() from generate_series(1, $2::int)',
      [segment, BACKLOG],
    );
  }
  async function count(from: string): Promise<number> {
    return (await db.query<{ n: number }>(`select count(*)::int as n from ${from}`)).rows[0]!.n;
  }
  async function explained(statement: Statement, values: unknown[]): Promise<PlanNode> {
    const literals = values.map((v) => (typeof v === 'number' ? String(v) : db.escapeLiteral(String(v))));
    const text = statement.text.replaceAll(/\$(\d)/g, (_, n: string) => literals[Number(n) - 1]!);
    const { rows } = await db.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `explain (analyze, timing off, format json) ${text}`,
    );
    return rows[0]!['QUERY PLAN'][0].Plan;
  }

  it('a claim and the writing of results look at what is theirs, not at everything for each', async () => {
    expect(inVain(await explained(CLAIM, ['{}', '{}', TAKEN, worker]))).toBeLessThan(BACKLOG);
    const claimed = await db.query<{ id: string; fence: number }>(
      `select id, fence from delivery where state = 'claimed'`,
    );
    expect(claimed.rows).toHaveLength(TAKEN);
    const results = claimed.rows.map(({ id, fence }) => ({
      id,
      fence,
      n: 1,
      state: 'delivered',
      delay_ms: 0,
      at: new Date().toISOString(),
      ms: 1,
      status: 200,
      error_class: '',
      error: '',
      body: '',
      ip: '',
      headers: {},
      answer_headers: {},
    }));
    await db.query('begin');
    await db.query(PLAN_FLUSH.text);
    const flush = await explained(FLUSH, [JSON.stringify(results)]);
    await db.query('commit');
    expect(inVain(flush)).toBeLessThan(BACKLOG);
    expect(await count('delivery')).toBe(BACKLOG - TAKEN);
  });

  it('so does taking back what a dead worker holds', async () => {
    const before = await count('delivery');
    expect(inVain(await explained(CLAIM, ['{}', '{}', TAKEN, worker]))).toBeLessThan(BACKLOG);
    expect(inVain(await explained(SWEEP, []))).toBeLessThan(BACKLOG);
    expect(await count(`delivery where state = 'ready'`)).toBe(before);
  });

  it('so does the fan-out of events', async () => {
    expect(inVain(await explained(ROUTE, []))).toBeLessThan(BACKLOG);
    expect(await count('event_unrouted')).toBe(BACKLOG - 2000);
  });

  it('so does taking clients that changed', async () => {
    // Each looks at those of the other origin once.
    expect(inVain(await explained(TAKE_LIVE, []))).toBeLessThan(BACKLOG);
    expect(inVain(await explained(TAKE_HISTORY, []))).toBeLessThan(BACKLOG);
    expect(await count('client_changed')).toBe(BACKLOG / 2 - 500);
  });

  it('who shares a key is found by its index, also by a plan that was made when nobody was known', async () => {
    await db.query('alter table block_key set (autovacuum_enabled = off)');
    await db.query('set plan_cache_mode = force_generic_plan');
    await db.query(`prepare members as ${SELECT_MEMBERS.text}`);
    await db.query(`execute members('{1}', '{31}')`);
    await db.query('insert into block_key select n % 4000, n from generate_series(1, $1::int) n', [BACKLOG]);
    const { rows } = await db.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `explain (analyze, timing off, format json) execute members('{1,2,3,4,5}', '{31,31,31,31,31}')`,
    );
    expect(inVain(rows[0]!['QUERY PLAN'][0].Plan)).toBeLessThan(BACKLOG);
  });

  it('so does taking entries of segments', async () => {
    expect(inVain(await explained(TAKE_ENTRIES, []))).toBeLessThan(BACKLOG);
    expect(await count('segment_entry')).toBe(BACKLOG - 500);
  });
});
