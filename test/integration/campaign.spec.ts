import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { armOf } from '#campaigns';
import { Database, parsePublicId } from '#platform';
import { startTestHub, type TestHub, until } from '../support/hub.js';
import { InboxPeer } from '../support/inbox-peer.js';
import { onBothQueues } from '../support/servers.js';

const USERS = 60;
const spec = (segment: string, more: object = {}) => ({
  audience: { segment },
  control: 20,
  steps: [
    {
      key: 'first',
      title: 'First',
      action: 'web.message',
      system: 'web',
      params: { title: 'Dear {{client.name}}', body: 'Stay.' },
      wait: '1h',
    },
    {
      key: 'second',
      title: 'Second',
      action: 'web.message',
      system: 'web',
      params: { title: 'Thanks', body: 'We noticed.' },
      wait: '1h',
      follows: { step: 'first', when: 'reached' },
    },
  ],
  goal: { fact: 'custody.out', is: 'avoided' },
  ...more,
});

interface Campaign {
  id: string;
  state: string;
  version: number;
  plan: { audience: number; control: number; ready: number; suppressed: Record<string, number> };
}

onBothQueues('a campaign', (queue) => {
  let t: TestHub;
  let peer: InboxPeer;
  let db: Database;
  let n = 0;

  beforeAll(async () => {
    peer = await InboxPeer.start();
    t = await startTestHub({ queue });
    db = t.hub.app.get(Database);
    await t.api('POST', '/systems', {
      code: 'web',
      name: 'Web',
      connector: 'web-segment',
      settings: { writeKey: 'key-of-web', inboxUrl: peer.url },
    });
    await send(
      Array.from({ length: USERS }, (_, i) => ({
        type: 'identify',
        messageId: `m${i}`,
        userId: `user-${i}`,
        traits: { name: `客户${i}` },
      })),
    );
    await until('clients', async () => (await t.api<{ clients: number }>('GET', '/loop')).body.clients === USERS);
    await t.api('POST', '/segments', { code: 'everybody', name: 'Everybody', rule: 'true' });
  });
  afterAll(async () => {
    await t.stop();
    await peer.stop();
  });

  function send(batch: object[], path = 'batch') {
    return fetch(`${t.hub.url}/v1/${path}`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('key-of-web:').toString('base64')}` },
      body: JSON.stringify({ batch }),
    });
  }

  async function planned(more: object = {}): Promise<Campaign> {
    const code = `c${++n}`;
    const made = await t.api<Campaign>('POST', '/campaigns', { code, name: code, spec: spec('everybody', more) });
    expect(made.status).toBe(201);
    const plan = await t.api<Campaign>('POST', `/campaigns/${code}/plan`);
    expect(plan).toMatchObject({ status: 200, body: { state: 'planned' } });
    return { ...plan.body, id: code };
  }

  async function approved(more: object = {}): Promise<Campaign> {
    const c = await planned(more);
    expect((await t.api('POST', `/campaigns/${c.id}/submit`)).status).toBe(200);
    expect((await t.api('POST', `/campaigns/${c.id}/approve`, {}, 'approver')).status).toBe(200);
    return c;
  }

  async function actions(
    code: string,
  ): Promise<{ id: string; key: string; step: string; state: string; client_id: string; attempts: number }[]> {
    return db.query(
      'select a.id, a.step, a.state, a.client_id, a.attempts from action a join campaign c on c.id = a.campaign_id where c.code = $1',
      [code],
    );
  }

  it('reaches everybody but the control group, each once, and counts it at the peer', async () => {
    const c = await approved();
    expect((await t.api('POST', `/campaigns/${c.id}/launch`)).status).toBe(200);
    const sent = await until('all sent', async () => {
      const rows = await actions(c.id);
      return rows.length === USERS && rows.every((a) => a.state === 'sent' || a.state === 'held_out') && rows;
    });
    const [{ id: campaignId }] = (await db.query<{ id: string }>('select id from campaign where code = $1', [
      c.id,
    ])) as [{ id: string }];
    const control = sent.filter((a) => armOf(campaignId, a.client_id, 20) === 'control');
    expect(control.map((a) => a.state)).toEqual(control.map(() => 'held_out'));
    expect(control.length).toBe(c.plan.control);
    const treated = sent.filter((a) => a.state === 'sent').map((a) => a.id);
    expect(treated.filter((id) => peer.arrived.get(id) === 1)).toEqual(treated);
    expect(control.filter((a) => peer.arrived.has(a.id))).toEqual([]);

    // A message that was read leads to the second step, for that client alone.
    const read = treated[0]!;
    await send([
      {
        type: 'track',
        messageId: 'r1',
        userId: peer.users.get(read),
        event: 'Message Read',
        properties: { messageId: read },
      },
    ]);
    const second = await until('second step', async () =>
      (await actions(c.id)).find((a) => a.step === 'second' && a.state === 'sent'),
    );
    expect(second.client_id).toBe(sent.find((a) => a.id === read)!.client_id);
    const detail = await t.api<{ state: string; outcome: string; attempts: number; outcomes: unknown[] }>(
      'GET',
      `/actions?campaign=${c.id}&outcome=read`,
    );
    expect(detail.body).toMatchObject({ items: [{ state: 'proved', outcome: 'read', attempts: 1 }] });
    expect((await t.api('POST', `/campaigns/${c.id}/stop`)).body).toMatchObject({ state: 'stopped' });
  });

  it('cannot be approved by whoever made or submitted it', async () => {
    const c = await planned();
    await t.api('POST', `/campaigns/${c.id}/submit`);
    const refused = await t.api<{ code: string }>('POST', `/campaigns/${c.id}/approve`, {});
    expect([refused.status, refused.body.code]).toEqual([403, 'MAKER_CANNOT_APPROVE']);
    expect((await t.api<Campaign>('GET', `/campaigns/${c.id}`)).body.state).toBe('submitted');
    expect((await t.api<{ code: string }>('POST', `/campaigns/${c.id}/launch`)).body.code).toBe('CAMPAIGN_STATE');
  });

  it.each<[string, (code: string) => Promise<unknown>]>([
    [
      'a client was added to its audience',
      (code) =>
        db.query(
          "insert into client (id, founder) values (gen_random_uuid(), 'x'); insert into campaign_client (campaign_id, version, client_id, arm) select c.id, c.version, k.id, 'treatment' from campaign c, client k where c.code = '" +
            code +
            "' and k.founder = 'x'",
        ),
    ],
    [
      'an arm was changed',
      (code) =>
        db.query(
          "update campaign_client set arm = 'treatment' where arm = 'control' and campaign_id = (select id from campaign where code = $1)",
          [code],
        ),
    ],
    [
      'its content was changed',
      (code) =>
        db.query("update campaign set spec = jsonb_set(spec, '{steps,0,params,body}', '\"Leave.\"') where code = $1", [
          code,
        ]),
    ],
  ])('is not launched when %s after the approval', async (_what, tamper) => {
    const c = await approved();
    await tamper(c.id);
    const refused = await t.api<{ code: string }>('POST', `/campaigns/${c.id}/launch`);
    expect([refused.status, refused.body.code]).toEqual([409, 'APPROVAL_VOID']);
    expect(await actions(c.id)).toEqual([]);
    await db.query(
      "delete from campaign_client where client_id in (select id from client where founder = 'x'); delete from client_changed where client_id in (select id from client where founder = 'x'); delete from segment_member where client_id in (select id from client where founder = 'x'); delete from client where founder = 'x'",
    );
  });

  it('is not launched when its segment has another rule, or has drifted', async () => {
    await t.api('POST', '/segments', { code: 'named', name: 'Named', rule: 'name != null' });
    const c = await approved({ audience: { segment: 'named' } });
    const { version } = (await t.api<{ version: number }>('GET', '/segments/named')).body;
    await t.api('PATCH', '/segments/named', { version, rule: 'name != null and true' });
    expect((await t.api<{ code: string }>('POST', `/campaigns/${c.id}/launch`)).body.code).toBe('APPROVAL_VOID');

    const d = await approved({ audience: { segment: 'named' } });
    await db.query(
      "delete from segment_member where segment_id = (select id from segment where code = 'named') and client_id in (select id from client order by id limit 10)",
    );
    expect((await t.api<{ code: string }>('POST', `/campaigns/${d.id}/launch`)).body.code).toBe('AUDIENCE_DRIFTED');
    expect((await t.api<Campaign>('POST', `/campaigns/${d.id}/plan`)).body.plan.audience).toBe(USERS - 10);
  });

  it('is void for approval once it is changed', async () => {
    const c = await approved();
    const changed = await t.api<Campaign>('PATCH', `/campaigns/${c.id}`, {
      version: c.version,
      spec: spec('everybody', { control: 0 }),
    });
    expect(changed.body).toMatchObject({ state: 'draft', version: c.version + 1, plan: null });
    expect((await t.api<{ code: string }>('POST', `/campaigns/${c.id}/launch`)).body.code).toBe('CAMPAIGN_STATE');
  });

  it('sends once although it is launched twice at the same moment', async () => {
    const c = await approved({ control: 0 });
    const launches = await Promise.all([1, 2, 3].map(() => t.api('POST', `/campaigns/${c.id}/launch`)));
    expect(launches.map((l) => l.status).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
    const sent = await until('all sent', async () => {
      const rows = await actions(c.id);
      return rows.length === USERS && rows.every((a) => a.state === 'sent') && rows;
    });
    expect(sent.map((a) => peer.arrived.get(a.id))).toEqual(sent.map(() => 1));
    await t.api('POST', `/campaigns/${c.id}/stop`);
  });

  it('sends nothing after a pause, goes on after a resume, and cancels what is left at a stop', async () => {
    const c = await approved({ control: 0 });
    peer.answer = () => 503;
    await t.api('POST', `/campaigns/${c.id}/launch`);
    await until('first attempts', async () => (await actions(c.id)).some((a) => a.attempts > 0));
    await t.api('POST', `/campaigns/${c.id}/pause`);
    await until('in flight ended', async () => (await actions(c.id)).every((a) => a.state === 'ready'));
    peer.answer = () => 201;
    await db.query("update action set next_at = now() where state = 'ready'");
    await new Promise((r) => setTimeout(r, 1500));
    expect((await actions(c.id)).filter((a) => a.state !== 'ready')).toEqual([]);
    expect((await t.api('POST', `/campaigns/${c.id}/resume`)).status).toBe(200);
    await until('some sent', async () => (await actions(c.id)).filter((a) => a.state === 'sent').length > 0);
    await t.api('POST', `/campaigns/${c.id}/stop`);
    await until('nothing is left open', async () =>
      (await actions(c.id)).every((a) => ['sent', 'cancelled'].includes(a.state)),
    );
  });

  it('makes one effect at a peer that takes the message and gives no answer', async () => {
    const c = await approved({ control: 0 });
    let hung = 0;
    peer.answer = () => (hung++ < 5 ? 'hang' : 201);
    await t.api('POST', `/campaigns/${c.id}/launch`);
    await until(
      'all sent',
      async () => (await actions(c.id)).filter((a) => a.state === 'sent').length === USERS,
      40_000,
    );
    // The peer drops the repeat of a command id: each message is there once, although some were asked for twice.
    const again = (await actions(c.id)).filter((a) => a.attempts > 1);
    expect(again.length).toBe(5);
    expect(new Set((await actions(c.id)).map((a) => a.id)).size).toBe(USERS);
    await t.api('POST', `/campaigns/${c.id}/stop`);
  });

  it('leaves history alone: what backfill puts into its segment is not acted on', async () => {
    await t.api('POST', '/segments', { code: 'newcomers', name: 'Newcomers', rule: 'count(web.feature, 30d) > 0' });
    const live = await approved({ audience: { segment: 'newcomers', mode: 'live' }, control: 0 });
    await t.api('POST', `/campaigns/${live.id}/launch`);
    await send(
      [{ type: 'track', messageId: 'h1', userId: 'user-1', event: 'Old Thing', timestamp: new Date().toISOString() }],
      'import',
    );
    await until(
      'history entered the segment',
      async () => (await t.api<{ members: number }>('GET', '/segments/newcomers')).body.members === 1,
      45_000,
    );
    await send([{ type: 'track', messageId: 'h2', userId: 'user-2', event: 'New Thing' }]);
    await until('the live one is acted on', async () => (await actions(live.id)).length === 1);
    await new Promise((r) => setTimeout(r, 500));
    const rows = await actions(live.id);
    expect(rows).toHaveLength(1);
    const list = await t.api<{ items: { client: string }[] }>('GET', `/actions?campaign=${live.id}`);
    const client = (await t.api<{ items: { id: string }[] }>('GET', '/clients?search=user-2')).body.items[0]!;
    expect(list.body.items[0]!.client).toBe(client.id);
    expect(parsePublicId('cli', client.id)).toBe(rows[0]!.client_id);
    await t.api('POST', `/campaigns/${live.id}/stop`);
  });

  it('says why a client is left out', async () => {
    await db.query(
      `insert into consent (identity_id, channel, purpose, state, occurred_at, system_id, record_id)
       select id, 'web', 'marketing', 'denied', now(), 1, 0 from source_identity where key = 'user-5'`,
    );
    await db.query(
      "update client set status = 'leaving' where id = (select client_id from source_identity where key = 'user-6')",
    );
    const c = await planned({ control: 0 });
    expect(c.plan.suppressed).toEqual({ consent_denied: 1, regulatory_hold: 1 });
    expect(c.plan.ready).toBe(USERS - 2);
  });
});
