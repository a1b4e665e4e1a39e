import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ClientsService } from '#clients';
import { Database } from '#platform';
import { startTestHub, type TestHub } from '../support/hub.js';

const CLIENTS = 100_000;
const PAGE = 51;
/** A name that many bear. */
const COMMON = '王伟';
const NAMESAKES = 40;

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly PlanNode[];
}

describe(`the search among ${CLIENTS} clients`, () => {
  let t: TestHub;
  let db: Database;
  let clients: ClientsService;

  beforeAll(async () => {
    t = await startTestHub({ env: { ISTHMUS_ROLE: 'api' } });
    db = t.hub.app.get(Database);
    clients = t.hub.app.get(ClientsService, { strict: false });
    await db.query(
      `insert into client (id, founder, name, phones, emails, status, branch)
       select gen_random_uuid(), 'id:customer_no:' || n, case when n <= ${NAMESAKES} then '${COMMON}' else '客户' || n end,
         array['+86138' || lpad(n::text, 8, '0')], array['c' || n || '@example.com'], 'active', 'branch ' || n % 10
       from generate_series(1, ${CLIENTS}) n`,
    );
    await db.query(
      `insert into source_identity (type, key, client_id)
       select type, type || n, c.id
       from (select id, split_part(founder, ':', 3)::int as n from client) c, unnest(array['customer_no', 'fund_account', 'user_id']) type`,
    );
    await db.query('analyze client; analyze source_identity');
  }, 120_000);
  afterAll(() => t.stop());

  /** What the service asks, explained as it runs: the clients found, the indexes used, and how many rows were looked at. */
  async function asked(...list: Parameters<ClientsService['list']>) {
    const { logger } = db.manager.connection;
    const asks: { text: string; values: unknown[] }[] = [];
    const heard = jest.spyOn(logger, 'logQuery').mockImplementation((text, values) => {
      asks.push({ text, values: (values ?? []) as unknown[] });
    });
    const found = await clients.list(...list).finally(() => heard.mockRestore());
    expect(asks).toHaveLength(1);
    const [plan] = await db.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `explain (analyze, format json) ${asks[0]!.text}`,
      asks[0]!.values,
    );
    const nodes = flat(plan!['QUERY PLAN'][0].Plan);
    return {
      found: found.length,
      indexes: [...new Set(nodes.flatMap((n) => n['Index Name'] ?? []))],
      walked: nodes.filter((n) => n['Node Type'] === 'Seq Scan').length,
      lookedAt: Math.max(
        ...nodes.map(
          (n) =>
            (n['Actual Rows'] + (n['Rows Removed by Filter'] ?? 0) + (n['Rows Removed by Index Recheck'] ?? 0)) *
            n['Actual Loops'],
        ),
      ),
    };
  }

  const KEYS = 'source_identity_type_key_key';

  it.each([
    ['a name', { search: '客户4711' }, 1, 'client_name'],
    ['a name that many bear', { search: COMMON }, NAMESAKES, 'client_name'],
    ['a phone number', { search: '138 0000 4711', phone: '+8613800004711' }, 1, 'client_phones'],
    ['an address', { search: 'C4711@Example.com' }, 1, 'client_emails'],
    ['a customer number', { search: 'customer_no4711' }, 1, KEYS],
    ['a fund account', { search: 'fund_account4711' }, 1, KEYS],
    ['a user id', { search: 'user_id4711' }, 1, KEYS],
    ['nobody', { search: '张无名' }, 0, 'client_name'],
  ])('finds by %s, by its index', async (_, filters, count, index) => {
    const { found, indexes, walked, lookedAt } = await asked(filters, PAGE);
    expect(found).toBe(count);
    expect(indexes).toContain(index);
    expect(walked).toBe(0);
    // A few rows for each key that was tried, and not the firm.
    expect(lookedAt).toBeLessThanOrEqual(NAMESAKES * 4);
  });

  it('narrows what it found by status and branch, and goes on from page to page, as cheaply', async () => {
    const [, second] = await clients.list({ search: COMMON }, 2);
    for (const [filters, after] of [
      [{ search: COMMON, status: 'active', branch: 'branch 3' }, undefined],
      [{ search: COMMON, manager: 'nobody' }, undefined],
      [{ search: COMMON }, second!.id],
    ] as const) {
      const { indexes, walked, lookedAt } = await asked(filters, PAGE, after);
      expect(indexes).toContain('client_name');
      expect(walked).toBe(0);
      expect(lookedAt).toBeLessThanOrEqual(NAMESAKES * 4);
    }
  });
});

function flat(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(flat)];
}
