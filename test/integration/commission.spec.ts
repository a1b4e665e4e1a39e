import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Database } from '#platform';
import { CommissionDesk, fill, type TestCounter, testCounter } from '../support/counter.js';
import { startTestHub, type TestHub, until } from '../support/hub.js';

const CLIENTS = 9;

let t: TestHub;
let counter: TestCounter;
let desk: CommissionDesk;
let db: Database;

beforeAll(async () => {
  counter = await testCounter('postgres');
  await fill(counter, CLIENTS);
  t = await startTestHub();
  db = t.hub.app.get(Database);
});
afterAll(async () => {
  await desk?.stop();
  await t.stop();
  await counter.stop();
});

it('reads a counter into clients, accounts, assets and facts', async () => {
  const made = await t.api('POST', '/systems', {
    code: 'trading',
    name: 'Counter',
    connector: 'trading-sql',
    settings: counter.settings,
  });
  expect(made.status).toBe(201);
  await until('all read and applied', async () => {
    const { body } = await t.api<{ streams: { keys: number }[]; totals: { waiting: number } }>(
      'GET',
      '/systems/trading/reconciliation',
    );
    // Distinct rows: what is read again, to find late commits, counts as read too.
    return body.streams.reduce((n, s) => n + s.keys, 0) === CLIENTS * 8 && body.totals.waiting === 0 && body;
  });
  const [quarantined] = await db.query<{ n: number }>('select count(*)::int as n from quarantine');
  expect(quarantined!.n).toBe(0);
  const [client] = await db.query(
    `select c.name, c.status, c.phones, c.tier, c.gender, c.birth_date::text as born from client c
       join source_identity i on i.client_id = c.id where i.type = 'customer_no' and i.key = 'C10001'`,
  );
  expect(client).toMatchObject({
    name: '客户1',
    status: 'active',
    phones: ['+8613800000001'],
    tier: 'V1',
    gender: 'female',
    born: '1980-01-01',
  });
  const facts = await db.query<{ kind: string; n: number }>(
    'select kind, count(*)::int as n from fact group by 1 order by 1',
  );
  expect(facts).toEqual([
    { kind: 'cash.in', n: CLIENTS },
    { kind: 'custody.in', n: CLIENTS / 3 },
    { kind: 'custody.out', n: (2 * CLIENTS) / 3 },
    { kind: 'trade', n: CLIENTS },
  ]);
  const [asset] = await db.query('select total::text, debt::text, net::text from asset_day limit 1');
  expect(asset).toEqual({
    total: '12345678901234567.8900000000',
    debt: '50.0500000000',
    net: '12345678901234517.8400000000',
  });
  const [accounts] = await db.query<{ n: number; clients: number; rate: string }>(
    `select count(*)::int as n, count(distinct i.client_id)::int as clients, min(commission_rate)::text as rate
       from account a join source_identity i on i.id = a.identity_id`,
  );
  expect(accounts).toEqual({ n: 2 * CLIENTS, clients: CLIENTS, rate: '2.5000' });
});

it('sends commission plans once, and asks until the counter has decided', async () => {
  await t.api('POST', '/segments', { code: 'everybody', name: 'Everybody', rule: 'true' });
  const spec = {
    audience: { segment: 'everybody' },
    control: 0,
    steps: [
      {
        key: 'rate',
        title: 'Rate',
        action: 'commission.set',
        system: 'trading',
        params: { fundAccount: '{{client.contact}}', rate: '1.5', effective: '2026-01-06', reason: 'stay' },
        wait: '1h',
      },
    ],
    goal: { fact: 'custody.out', is: 'avoided' },
  };
  expect((await t.api('POST', '/campaigns', { code: 'rates', name: 'Rates', spec })).status).toBe(201);
  expect((await t.api('POST', '/campaigns/rates/plan')).body).toMatchObject({ plan: { ready: CLIENTS } });
  await t.api('POST', '/campaigns/rates/submit');
  await t.api('POST', '/campaigns/rates/approve', {}, 'approver');
  expect((await t.api('POST', '/campaigns/rates/launch')).status).toBe(200);
  const states = () =>
    db.query<{ id: string; state: string; outcome: string | null; reason: string }>(
      'select id, state, outcome, reason from action order by params->>$1',
      ['fundAccount'],
    );
  await until('all asked for', async () => {
    const rows = await states();
    return rows.length === CLIENTS && rows.every((a) => a.state === 'sent');
  });
  expect((await states()).map((a) => a.outcome)).toEqual(Array.from({ length: CLIENTS }, () => null));

  desk = new CommissionDesk(counter, (account) => account === '8810003');
  const decided = await until('all decided', async () => {
    const rows = await states();
    return rows.every((a) => a.state === 'proved') && rows;
  });
  expect(decided.map((a) => a.outcome)).toEqual(
    Array.from({ length: CLIENTS }, (_, i) => (i === 3 ? 'not_applied' : 'applied')),
  );
  expect(decided[3]!.reason).toContain('费率过低');
  const requests = await counter.query('select request_id from commission_request');
  expect(requests.map((r) => String(r['request_id'])).sort()).toEqual(decided.map((a) => a.id).sort());
});
