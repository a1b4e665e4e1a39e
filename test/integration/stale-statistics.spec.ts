import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { migrations } from '#migrations';
import { migrate, parsePostgresUrl, type Statement } from '#platform';
import { CLAIM, FLUSH, PLAN_FLUSH } from '../../libs/webhooks/delivery.sql.js';
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

describe('with statistics of a moment when no delivery waited', () => {
  let db: pg.Client;
  const worker = randomUUID();

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
    // Filled and emptied: pages, and nothing in them.
    await fill(endpoint);
    await db.query('delete from delivery');
    await db.query('analyze delivery');
    await db.query('alter table delivery set (autovacuum_enabled = off)');
    await fill(endpoint);
  }, 60_000);
  afterAll(() => db.end());

  async function fill(endpoint: string): Promise<void> {
    await db.query(
      `with e as (
         insert into event (id, type, subject, origin, data)
         select gen_random_uuid(), 'client.updated', 's', 'live', '{}' from generate_series(1, $2::int) returning seq, day)
       insert into delivery (id, endpoint_id, event_seq, event_day) select gen_random_uuid(), $1, seq, day from e`,
      [endpoint, BACKLOG],
    );
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
    const { rows } = await db.query<{ id: string; fence: number }>(
      `select id, fence from delivery where state = 'claimed'`,
    );
    expect(rows).toHaveLength(TAKEN);
    const results = rows.map(({ id, fence }) => ({
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
      ip: '',
      answer_headers: {},
      body: '',
      headers: {},
    }));
    await db.query('begin');
    await db.query(PLAN_FLUSH.text);
    const flush = await explained(FLUSH, [JSON.stringify(results)]);
    await db.query('commit');
    expect(inVain(flush)).toBeLessThan(BACKLOG);
    const { rows: left } = await db.query<{ n: number }>('select count(*)::int as n from delivery');
    expect(left[0]!.n).toBe(BACKLOG - TAKEN);
  });
});
