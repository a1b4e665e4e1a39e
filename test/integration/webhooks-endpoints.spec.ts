import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DRAINS } from '#canonical';
import { Database, parsePublicId, publicId, uuidv7, Wakes, writeEvents } from '#platform';
import { verifyWebhook } from '#webhooks';
import { startTestHub, type TestHub, until } from '../support/hub.js';
import { makePki } from '../support/pki.js';
import { ILL, ReceiverZoo } from '../support/receiver-zoo.js';
import { TlsReceiver } from '../support/tls-receiver.js';

interface EndpointView {
  id: string;
  version: number;
  secret: string;
  publicKey: string;
  state: string;
  disabledReason: string;
  auth: { serverCa?: { subject: string } };
  health: {
    breaker: string;
    failures: number;
    waiting: number;
    failingSince: string | null;
    disablesAt: string | null;
  };
}
interface Delivery {
  id: string;
  state: string;
  type: string;
  attempts: number;
  lastError: string;
}
interface Attempt {
  n: number;
  status: number | null;
  errorClass: string;
  error: string;
  body: string;
  ip: string;
  headers: Record<string, string>;
  answerHeaders: Record<string, string>;
}

describe('an endpoint', () => {
  let t: TestHub;
  let zoo: ReceiverZoo;
  let n = 0;
  const made: string[] = [];

  beforeAll(async () => {
    zoo = await ReceiverZoo.start();
    t = await startTestHub();
  });
  beforeEach(async () => {
    for (const id of made.splice(0)) await t.api('DELETE', `/endpoints/${id}`);
    zoo.calls.length = 0;
  });
  afterAll(async () => {
    await t.stop();
    await zoo.stop();
  });

  const db = () => t.hub.app.get(Database);
  const path = () => `/p${++n}`;

  async function endpoint(url: string, o: Record<string, unknown> = {}): Promise<EndpointView> {
    const r = await t.api<EndpointView>('POST', '/endpoints', {
      name: `e${n}`,
      url,
      types: ['client.updated'],
      retrySeconds: [1, 1, 1],
      ...o,
    });
    expect([r.status, JSON.stringify(r.body)]).toEqual([201, expect.any(String)]);
    made.push(r.body.id);
    return r.body;
  }
  /** Events as the hub's own writers make them. */
  async function tell(count: number, o: { type?: string; client?: string; data?: Record<string, unknown> } = {}) {
    await db().tx(async (tx) => {
      await writeEvents(
        tx,
        Array.from({ length: count }, (_, i) => ({
          type: o.type ?? 'client.updated',
          clientId: o.client ?? uuidv7(),
          subject: 'client/x',
          origin: 'live' as const,
          data: { version: i, ...o.data },
        })),
      );
      tx.afterCommit(() => t.hub.app.get(Wakes).wake(DRAINS.route));
    });
  }
  const deliveries = async (e: EndpointView, query = '') =>
    (await t.api<{ items: Delivery[] }>('GET', `/endpoints/${e.id}/deliveries?limit=500${query}`)).body.items;
  const attemptsOf = async (id: string) =>
    (await t.api<{ items: Attempt[] }>('GET', `/deliveries/${id}/attempts`)).body.items;
  const view = async (e: EndpointView) => (await t.api<EndpointView>('GET', `/endpoints/${e.id}`)).body;
  const change = async (e: EndpointView, body: Record<string, unknown>) =>
    t.api<EndpointView>('PATCH', `/endpoints/${e.id}`, { version: (await view(e)).version, ...body });
  const firstAttempt = async (e: EndpointView) => {
    const d = await until('a first attempt', async () => (await deliveries(e)).find((x) => x.attempts > 0));
    return (await attemptsOf(d.id))[0]!;
  };

  describe('that is ill', () => {
    it.each([
      ['drip', { errorClass: 'maybe_sent', status: null, error: expect.stringMatching(/answered 200.*did not end/) }],
      ['silent', { errorClass: 'maybe_sent', status: null, error: 'no answer within 1500 ms' }],
      ['reset', { errorClass: 'maybe_sent', status: null }],
      ['away', { errorClass: '', status: 302, error: 'the endpoint answered 302' }],
      ['flood', { errorClass: '', status: 200, error: '' }],
      ['bomb', { errorClass: '', status: 200, body: expect.stringMatching(/gzip; not unpacked/) }],
      ['unprintable', { errorClass: '', status: 500, body: expect.stringMatching(/^a.+b$/) }],
    ] as const)('(%s) is cut off, and its answer is on record', async (kind, expected) => {
      const e = await endpoint(zoo.at(path(), ILL[kind]), { timeoutMs: 1500 });
      await tell(1);
      const attempt = await firstAttempt(e);
      expect(attempt).toMatchObject({ n: 1, ip: '127.0.0.1', ...expected });
      expect(Buffer.byteLength(attempt.body)).toBeLessThanOrEqual(16 * 1024);
      expect(zoo.other).toBe(0);
    });

    it('is told apart when nobody is there or its certificate is not trusted: nothing was sent', async () => {
      const e = await endpoint('http://127.0.0.1:4/');
      await tell(1);
      expect(await firstAttempt(e)).toMatchObject({ errorClass: 'not_sent', status: null });
    });

    it('opens its breaker, waits, and is tried by one delivery', async () => {
      let well = false;
      const p = path();
      const url = zoo.at(p, (_q, r) => void r.writeHead(well ? 204 : 500).end());
      const e = await endpoint(url, { concurrency: 2, retrySeconds: null });
      await tell(40);
      await until('open', async () => (await view(e)).health.breaker === 'open');
      expect((await view(e)).health).toMatchObject({
        failingSince: expect.any(String),
        disablesAt: expect.any(String),
      });
      expect(zoo.of(p).length).toBeLessThan(40);
      well = true;
      await db().query("update endpoint_flow set open_until = now() where breaker = 'open'");
      await db().query('update delivery set next_at = now() where endpoint_id = $1', [parsePublicId('ep', e.id)]);
      await until('all delivered', async () => (await deliveries(e, '&state=delivered')).length === 40);
      expect((await view(e)).health).toMatchObject({ breaker: 'closed', failures: 0, failingSince: null });
    });

    it('holds up nobody else, at the same host either', async () => {
      const [hole, p] = [path(), path()];
      await endpoint(zoo.at(hole, ILL.silent), { concurrency: 64, timeoutMs: 60_000, name: 'hole' });
      await tell(300);
      await until('the hole is full', async () => zoo.of(hole).length === 64);
      const e = await endpoint(zoo.at(p, 204), { concurrency: 64 });
      await tell(300);
      await until('all delivered', async () => (await deliveries(e, '&state=delivered')).length === 300);
      // None of those in the hole has come back meanwhile.
      expect([zoo.of(p).length, zoo.of(hole).length]).toEqual([300, 64]);
    });

    it('is left alone for as long as it asks', async () => {
      const p = path();
      const url = zoo.at(
        p,
        (_q, r, nth) => void r.writeHead(nth === 1 ? 429 : 204, nth === 1 ? { 'retry-after': '2' } : {}).end(),
      );
      const e = await endpoint(url, { concurrency: 1 });
      await tell(3);
      await until('all delivered', async () => (await deliveries(e, '&state=delivered')).length === 3);
      const [first, second] = zoo.of(p);
      expect(second!.at - first!.at).toBeGreaterThan(1900);
    });

    it('gets notices, then is disabled, and those who listen hear of it; nothing is lost', async () => {
      const ops = path();
      await endpoint(zoo.at(ops, 204), { types: ['endpoint.*', 'delivery.*'] });
      const p = path();
      const e = await endpoint(zoo.at(p, 500), { disableAfterDays: 4 });
      await tell(1);
      await firstAttempt(e);
      const id = parsePublicId('ep', e.id);
      const told = () => zoo.of(ops).map((c) => JSON.parse(c.body) as { type: string; data: { reason?: string } });
      for (const days of [1.1, 2.1, 3.1]) {
        await db().query(
          'update endpoint_flow set failing_since = now() - make_interval(secs => $2::float8 * 86400) where endpoint_id = $1',
          [id, days],
        );
        const before = told().filter((m) => m.type === 'endpoint.failing').length;
        await until('a notice', async () => told().filter((m) => m.type === 'endpoint.failing').length === before + 1);
      }
      await db().query("update endpoint_flow set failing_since = now() - interval '5 days' where endpoint_id = $1", [
        id,
      ]);
      await until('disabled', async () => (await view(e)).state === 'disabled');
      await until('told', async () => told().some((m) => m.type === 'endpoint.disabled'));
      expect((await view(e)).disabledReason).toMatch(/nothing was answered well since/);
      await tell(5);
      zoo.at(p, 204);
      await until('they wait', async () => (await view(e)).health.waiting >= 5);
      await change(e, { state: 'enabled' });
      await until('delivered after all', async () => (await deliveries(e, '&state=delivered')).length >= 5);
    }, 60_000);
  });

  it('is told of what was given up, and gets it again with the same ids', async () => {
    const ops = path();
    await endpoint(zoo.at(ops, 204), { types: ['delivery.failed'] });
    const p = path();
    const e = await endpoint(zoo.at(p, 500), { retrySeconds: [] });
    const since = new Date(Date.now() - 60_000).toISOString();
    await tell(3);
    await until('given up', async () => (await deliveries(e, '&state=failed')).length === 3);
    await until('told', async () => zoo.of(ops).length > 0);
    expect(await deliveries(e, '&state=undelivered')).toHaveLength(3);
    const idsAt = () => new Set(zoo.of(p).map((c) => c.headers['webhook-id']));
    const ids = idsAt();
    zoo.at(p, 204);
    zoo.calls.length = 0;
    const dry = await t.api('POST', `/endpoints/${e.id}/recover`, { since, dryRun: true });
    expect([dry.status, dry.body]).toEqual([202, { deliveries: 3, more: false }]);
    await t.api('POST', `/endpoints/${e.id}/recover`, { since });
    await until('delivered', async () => (await deliveries(e, '&state=delivered')).length === 3);
    expect([idsAt(), zoo.of(p).length]).toEqual([ids, 3]);
    expect((await t.api('POST', `/endpoints/${e.id}/recover`, { since })).body).toEqual({ deliveries: 0, more: false });
  });

  it('gets what never became a delivery, once, with the ids it would have had', async () => {
    const since = new Date(Date.now() - 1000).toISOString();
    const client = uuidv7();
    await tell(4, { type: 'client.created', client });
    await until('routed', async () => (await db().query('select from event_unrouted')).length === 0);
    const p = path();
    const e = await endpoint(zoo.at(p, 204), { types: ['client.created'] });
    await tell(1, { type: 'client.created', client });
    await until('the live one', async () => zoo.of(p).length === 1);
    const { body } = await t.api<{ deliveries: number }>('POST', `/endpoints/${e.id}/replay-missing`, { since });
    expect(body.deliveries).toBe(4);
    await until('all', async () => (await deliveries(e, '&state=delivered')).length === 5);
    const again = await t.api<{ deliveries: number }>('POST', `/endpoints/${e.id}/replay-missing`, { since });
    expect(again.body.deliveries).toBe(0);
    // As after the loss of the log: made again, it is the same message.
    await db().query('delete from delivery_done where endpoint_id = $1', [parsePublicId('ep', e.id)]);
    await t.api('POST', `/endpoints/${e.id}/replay-missing`, { since });
    await until('again', async () => zoo.of(p).length === 10);
    expect(new Set(zoo.of(p).map((c) => c.headers['webhook-id'])).size).toBe(5);
  });

  it('fetches its events by cursor: every one once, in order', async () => {
    const e = await endpoint('', { kind: 'pull', types: ['segment.*'], segments: ['gold'] });
    await tell(7, { type: 'segment.entered', data: { segment: 'gold' } });
    await tell(2, { type: 'segment.entered', data: { segment: 'other' } });
    const seen: number[] = [];
    let cursor = '';
    await until('all fetched', async () => {
      const { body } = await t.api<{ items: { data: { version: number } }[]; nextCursor: string }>(
        'GET',
        `/endpoints/${e.id}/events?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...body.items.map((x) => x.data.version));
      cursor = body.nextCursor;
      return seen.length >= 7 && body.items.length === 0;
    });
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect((await t.api('POST', `/endpoints/${e.id}/test`, {})).status).toBe(409);
    expect((await t.api('GET', `/endpoints/${e.id}/events?cursor=x`)).status).toBe(400);
    // A cursor of a time that this database has not reached, as after a restore, would leave out what comes until then.
    const ahead = await t.api<{ code: string }>('GET', `/endpoints/${e.id}/events?cursor=99999999999-1`);
    expect([ahead.status, ahead.body.code]).toEqual([400, 'CURSOR_WRONG']);
  });

  it('may begin to fetch with what happens from now on', async () => {
    const e = await endpoint('', { kind: 'pull', types: ['segment.*'] });
    const feed = async (cursor: string) =>
      (
        await t.api<{ items: { data: { version: number } }[]; nextCursor: string }>(
          'GET',
          `/endpoints/${e.id}/events?cursor=${cursor}`,
        )
      ).body;
    await tell(2, { type: 'segment.entered', data: { segment: 'before' } });
    let { items, nextCursor } = await feed('latest');
    expect(items).toEqual([]);
    await tell(3, { type: 'segment.entered', data: { segment: 'after' } });
    ({ items, nextCursor } = await until('fetched', async () => {
      const page = await feed(nextCursor);
      return page.items.length > 0 && page;
    }));
    expect(items.map((x) => x.data)).toMatchObject([{ segment: 'after' }, { segment: 'after' }, { segment: 'after' }]);
    expect((await feed(nextCursor)).items).toEqual([]);
  });

  it('hears only of its branches, segments and campaigns', async () => {
    const [a, b] = [uuidv7(), uuidv7()];
    for (const [id, branch] of [
      [a, 'SH-01'],
      [b, 'BJ-02'],
    ] as const)
      await db().query(
        `insert into client (id, founder, status, branch, phones, emails, name) values ($1::uuid, $1::uuid::text, 'active', $2, '{+8613812345678}', '{li@example.com}', '陈晓')`,
        [id, branch],
      );
    const [branch, campaign] = [path(), path()];
    const cmp = publicId('cmp', uuidv7());
    await endpoint(zoo.at(branch, 204), { types: [], branches: ['SH-01'] });
    await endpoint(zoo.at(campaign, 204), { types: ['action.*'], campaigns: [cmp] });
    await tell(1, { client: a });
    await tell(1, { client: b });
    await tell(1, { type: 'action.sent', client: b, data: { campaign: cmp, action: 'act_x', channel: 'call' } });
    await tell(1, {
      type: 'action.sent',
      client: b,
      data: { campaign: 'cmp_other', action: 'act_y', channel: 'call' },
    });
    await until('both', async () => zoo.of(branch).length > 0 && zoo.of(campaign).length > 0);
    await until('routed', async () => (await db().query('select from delivery')).length === 0);
    const clients = zoo.of(branch).map((c) => (JSON.parse(c.body) as { data: { client: string } }).data.client);
    expect(clients).toEqual([publicId('cli', a)]);
    expect(zoo.of(campaign).map((c) => (JSON.parse(c.body) as { data: { action: string } }).data.action)).toEqual([
      'act_x',
    ]);
  });

  it('gets the whole client if it wants, masked unless it may see more; thin bodies hold nothing personal', async () => {
    const client = uuidv7();
    await db().query(
      `insert into client (id, founder, status, branch, phones, emails, name) values ($1::uuid, $1::uuid::text, 'active', 'SH', '{+8613812345678}', '{li@example.com}', '陈晓')`,
      [client],
    );
    const [thin, masked, open] = [path(), path(), path()];
    await endpoint(zoo.at(thin, 204));
    await endpoint(zoo.at(masked, 204), { body: 'full' });
    await endpoint(zoo.at(open, 204), { body: 'full', reveal: ['phones'] });
    await tell(1, { client });
    await until('all', async () => [thin, masked, open].every((p) => zoo.of(p).length === 1));
    const profile = (p: string) => (JSON.parse(zoo.of(p)[0]!.body) as { data: { profile?: unknown } }).data.profile;
    expect(profile(thin)).toBeUndefined();
    expect(profile(masked)).toMatchObject({ name: '陈*', phones: ['+86138****5678'], branch: 'SH' });
    expect(profile(open)).toMatchObject({ name: '陈*', phones: ['+8613812345678'] });
  });

  it('gets a body of its own making', async () => {
    const p = path();
    const transform = { msgtype: '"text"', 'text.content': 'concat("客户变更 ", data.client)' };
    await endpoint(zoo.at(p, 204), { transform });
    await tell(1);
    await until('sent', async () => zoo.of(p).length === 1);
    const { body, headers } = zoo.of(p)[0]!;
    expect(JSON.parse(body)).toEqual({ msgtype: 'text', text: { content: expect.stringMatching(/^客户变更 cli_/) } });
    expect(headers['content-type']).toBe('application/json');
    const preview = await t.api('POST', '/endpoints/transform-preview', { transform, type: 'client.updated' });
    expect(preview.body).toMatchObject({ output: { msgtype: 'text' }, fault: null });
    const bad = await t.api<{ code: string }>('POST', '/endpoints/transform-preview', { transform: { a: 'data.' } });
    expect([bad.status, bad.body.code]).toEqual([400, 'TRANSFORM_WRONG']);
  });

  it('is asked no faster than its rate, and no more at once than it takes', async () => {
    const p = path();
    const url = zoo.at(p, (_q, r) => void setTimeout(() => r.writeHead(204).end(), 30));
    const e = await endpoint(url, { rate: 20, concurrency: 3 });
    await tell(40);
    await until('all delivered', async () => (await deliveries(e, '&state=delivered')).length === 40);
    const times = zoo.of(p).map((c) => c.at);
    const busiest = Math.max(...times.map((from) => times.filter((x) => x >= from && x < from + 1000).length));
    expect(busiest).toBeLessThanOrEqual(26);
    expect(zoo.most.get(p)).toBeLessThanOrEqual(3);
  });

  it('gets the events of one client one after the other; a parked one holds up its own client only', async () => {
    const p = path();
    const bad = uuidv7();
    const url = zoo.at(p, (q, r) => {
      const { data } = JSON.parse(zoo.of(p).at(-1)!.body) as { data: { client: string; version: number } };
      void q;
      r.writeHead(data.client === publicId('cli', bad) && data.version === 2 ? 500 : 204).end();
    });
    const e = await endpoint(url, { ordering: 'client', whenExhausted: 'park', retrySeconds: [1], concurrency: 8 });
    const good = uuidv7();
    await tell(6, { client: bad });
    await tell(6, { client: good });
    await until('parked', async () => (await deliveries(e, '&state=parked')).length === 1);
    await until('the other is through', async () => (await deliveries(e, '&state=delivered')).length === 8);
    const versions = (client: string) =>
      zoo
        .of(p)
        .map((c) => (JSON.parse(c.body) as { data: { client: string; version: number } }).data)
        .filter((d) => d.client === publicId('cli', client))
        .map((d) => d.version);
    expect(versions(good)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(versions(bad)).toEqual([0, 1, 2, 2]);
    const [parked] = await deliveries(e, '&state=parked');
    expect((await t.api('POST', `/deliveries/${parked!.id}/skip`)).status).toBe(202);
    await until('those behind go on', async () => (await deliveries(e, '&state=delivered')).length === 11);
    expect(versions(bad).slice(-3)).toEqual([3, 4, 5]);
  });

  it('changes its key without missing a message', async () => {
    const p = path();
    const e = await endpoint(zoo.at(p, 204));
    const rotated = await t.api<{ secret: string }>('POST', `/endpoints/${e.id}/keys`, { overlapHours: 1 });
    const asymmetric = await t.api<{ publicKey: string }>('POST', `/endpoints/${e.id}/keys`, { kind: 'v1a' });
    await tell(1);
    await until('sent', async () => zoo.of(p).length === 1);
    const verify = (key: string) => {
      const { headers: h, body } = zoo.of(p).at(-1)!;
      const headers = {
        id: String(h['webhook-id']),
        timestamp: String(h['webhook-timestamp']),
        signature: String(h['webhook-signature']),
      };
      return verifyWebhook([key], headers, body, new Date()).ok;
    };
    expect([e.secret, rotated.body.secret, asymmetric.body.publicKey].map(verify)).toEqual([true, true, true]);
    const keys = (await t.api<{ items: { id: string; retiresAt: string | null }[] }>('GET', `/endpoints/${e.id}/keys`))
      .body.items;
    expect(keys.map((k) => k.retiresAt !== null)).toEqual([true, false, false]);
    expect((await t.api('DELETE', `/endpoints/${e.id}/keys/${keys[0]!.id}`)).status).toBe(204);
    await tell(1);
    await until('sent', async () => zoo.of(p).length === 2);
    expect([e.secret, rotated.body.secret].map(verify)).toEqual([false, true]);
  });

  it('is signed in at by OAuth2 and headers, and neither is ever shown', async () => {
    const [p, token] = [path(), path()];
    let issued = 0;
    const tokenUrl = zoo.at(token, (_q, r) => {
      r.end(JSON.stringify({ access_token: `token-${++issued}`, expires_in: 3600 }));
    });
    const url = zoo.at(
      p,
      (q, r, nth) => void r.writeHead(q.headers.authorization === 'Bearer token-1' && nth === 2 ? 401 : 204).end(),
    );
    const e = await endpoint(url, {
      oauth: { tokenUrl, clientId: 'hub', clientSecret: 'very-secret' },
      headers: { 'X-Api-Key': 'hush-hush' },
    });
    for (let i = 1; i <= 3; i++) {
      await tell(1);
      await until('delivered', async () => (await deliveries(e, '&state=delivered')).length === i);
    }
    expect(zoo.of(p).map((c) => c.headers['authorization'])).toEqual([
      'Bearer token-1',
      'Bearer token-1',
      'Bearer token-2',
      'Bearer token-2',
    ]);
    expect(zoo.of(token)[0]!.body).toBe('grant_type=client_credentials');
    expect(zoo.of(p)[0]!.headers['x-api-key']).toBe('hush-hush');
    const [first] = await deliveries(e);
    const logged = JSON.stringify([await attemptsOf(first!.id), await view(e), (await t.api('GET', '/audit')).body]);
    expect(logged).toMatch(/"authorization":"Bearer …"/);
    for (const secret of ['very-secret', 'hush-hush', 'token-']) expect(logged).not.toContain(secret);
  });

  it('waits for its token no longer than for its answer', async () => {
    const tokenUrl = zoo.at(path(), ILL.silent);
    const oauth = { tokenUrl, clientId: 'hub', clientSecret: 'very-secret' };
    const e = await endpoint(zoo.at(path(), 204), { oauth, timeoutMs: 500 });
    await tell(1);
    expect(await firstAttempt(e)).toMatchObject({
      errorClass: 'not_sent',
      error: expect.stringContaining('no answer within 500 ms'),
    });
  });

  it('takes nothing sealed along to another host', async () => {
    const e = await endpoint(zoo.at(path(), 204), { headers: { 'X-Api-Key': 'hush-hush' } });
    const elsewhere = zoo.at(path(), 204).replace('127.0.0.1', 'localhost');
    const moved = await change(e, { url: elsewhere });
    const { errors } = moved.body as unknown as { errors: { pointer: string }[] };
    expect([moved.status, errors[0]!.pointer]).toEqual([400, '/headers']);
    expect((await change(e, { url: zoo.at(path(), 204) })).status).toBe(200);
    expect((await change(e, { url: elsewhere, headers: { 'X-Api-Key': 'another' } })).status).toBe(200);
    expect((await change(e, { url: zoo.at(path(), 204), headers: null })).status).toBe(200);
  });

  it('that shows personal fields is changed by an administrator, and stopped by anybody', async () => {
    const e = await endpoint(zoo.at(path(), 204), { body: 'full', reveal: ['phones'] });
    await t.api('POST', '/users', { login: 'operator', name: 'Operator', roles: ['operator'] });
    const { body } = await t.api<{ key: string }>('POST', '/api-keys', { name: 'k', user: 'operator' });
    const asOperator = async (o: object) =>
      (
        await fetch(`${t.hub.url}/api/v1/endpoints/${e.id}`, {
          method: 'PATCH',
          headers: { authorization: `Bearer ${body.key}`, 'content-type': 'application/json' },
          body: JSON.stringify({ version: (await view(e)).version, ...o }),
        })
      ).status;
    const elsewhere = zoo.at(path(), 204);
    expect([await asOperator({ url: elsewhere }), await asOperator({ types: [] })]).toEqual([403, 403]);
    expect([await asOperator({ state: 'disabled' }), await asOperator({ state: 'enabled' })]).toEqual([200, 200]);
    expect(await asOperator({ url: elsewhere, reveal: [] })).toBe(200);
  });

  it('says what went wrong in the language of its reader, and in English to those who listen', async () => {
    const ops = path();
    await endpoint(zoo.at(ops, 204), { types: ['delivery.failed', 'endpoint.disabled'] });
    const e = await endpoint(zoo.at(path(), 500), { retrySeconds: [] });
    const nobody = await endpoint('http://127.0.0.1:4/');
    const turned = await endpoint(zoo.at(path(), 204), { transform: { a: 'type', b: 'data.version + " x"' } });
    await tell(1);
    const inBoth = async <T>(at: string, read: (body: T) => unknown) =>
      Promise.all(
        ['zh-CN,zh;q=0.9', 'en'].map(async (l) => read((await t.api<T>('GET', at, undefined, 'admin', l)).body)),
      );
    const errors = async (x: EndpointView) => {
      await firstAttempt(x);
      const [d] = await deliveries(x);
      const lines = await inBoth<{ items: Delivery[] }>(`/endpoints/${x.id}/deliveries`, (b) => b.items[0]!.lastError);
      const attempts = await inBoth<{ items: Attempt[] }>(`/deliveries/${d!.id}/attempts`, (b) => b.items[0]!.error);
      expect(attempts).toEqual(lines);
      return lines;
    };
    expect(await errors(e)).toEqual(['对方应答 500', 'the endpoint answered 500']);
    expect(await errors(nobody)).toEqual([
      expect.stringMatching(/^对方拒绝连接（connect ECONNREFUSED/),
      expect.stringMatching(/^connect ECONNREFUSED/),
    ]);
    expect(await errors(turned)).toEqual([
      expect.stringMatching(/^格式转换失败：b：.*需要两个数字，实际为数字与文本（第 \d+ 个字符）$/),
      expect.stringMatching(/^the transformation failed: b: .*\(at character \d+\)$/),
    ]);
    await change(e, { state: 'disabled' });
    expect(await inBoth<EndpointView>(`/endpoints/${e.id}`, (b) => b.disabledReason)).toEqual([
      expect.stringMatching(/^由 .+ 停用$/),
      expect.stringMatching(/ disabled it$/),
    ]);
    await until('told', async () => zoo.of(ops).length > 0);
    const told = zoo.of(ops).map((c) => (JSON.parse(c.body) as { data: { reason: string } }).data.reason);
    expect(told).toContain('the endpoint answered 500');
    const faulty = { transform: { a: 'lower(' } };
    const problem = await t.api<{ detail: string }>('POST', '/endpoints/transform-preview', faulty, 'admin', 'zh-CN');
    expect(problem.body.detail).toMatch(/^转换规则无效：a：.*\p{Script=Han}.*请修正后重新预览。$/u);
    const refused = { name: 'x', url: 'http://10.0.0.1/' };
    const guarded = await t.api<{ detail: string }>('POST', '/endpoints', refused, 'admin', 'zh-CN');
    expect(guarded.body.detail).toMatch(/不是公网地址/);
  });

  it('has the headers of its answers on record, and none of their secrets', async () => {
    const p = path();
    const e = await endpoint(
      zoo.at(p, (_q, r) => void r.writeHead(204, { 'x-request-id': 'r-1', 'set-cookie': 'sid=hush-hush' }).end()),
    );
    await tell(1);
    const attempt = await firstAttempt(e);
    expect(attempt.answerHeaders).toMatchObject({ 'x-request-id': 'r-1', 'set-cookie': '…' });
    expect(JSON.stringify(attempt)).not.toContain('hush-hush');
  });

  it('shows the body that was sent, and says so when it can only be made again', async () => {
    const client = uuidv7();
    await db().query(
      `insert into client (id, founder, status, branch, phones, emails, name) values ($1::uuid, $1::uuid::text, 'active', 'SH', '{+8613812345678}', '{li@example.com}', '陈晓')`,
      [client],
    );
    const sent = async (e: EndpointView) => {
      const [d] = await until('delivered', async () => {
        const done = await deliveries(e, '&state=delivered');
        return done.length > 0 && done;
      });
      const { body } = await t.api<{ sent: { body: string; asSent: boolean } }>('GET', `/deliveries/${d!.id}`);
      return body.sent;
    };
    const transform = { text: 'concat("客户 ", data.client)' };
    const [turned, full, open] = [path(), path(), path()];
    const a = await endpoint(zoo.at(turned, 204), { transform, signing: 'v1a' });
    const b = await endpoint(zoo.at(full, 204), { body: 'full' });
    const c = await endpoint(zoo.at(open, 204), { body: 'full', reveal: ['phones'] });
    await tell(1, { client });
    expect(await sent(a)).toEqual({ body: JSON.stringify({ text: `客户 ${publicId('cli', client)}` }), asSent: true });
    expect(await sent(b)).toEqual({ body: zoo.of(full)[0]!.body, asSent: true });
    // Who reads the log is not the endpoint: what only that may see stays masked.
    const shown = await sent(c);
    expect([shown.asSent, shown.body.includes('13812345678')]).toEqual([false, false]);
    expect(zoo.of(open)[0]!.body).toContain('13812345678');
    await change(a, { transform: { other: 'type' } });
    expect(await sent(a)).toEqual({ body: '{"other":"client.updated"}', asSent: false });
    await db().query(`update client set name = '李娜' where id = $1`, [client]);
    expect(await sent(b)).toMatchObject({ asSent: false, body: expect.stringContaining('李*') });
  });

  it('can be sent a test of any type, which says that it is one', async () => {
    const p = path();
    const e = await endpoint(zoo.at(p, 204), { types: ['campaign.launched'] });
    await t.api('POST', `/endpoints/${e.id}/test`, {});
    await t.api('POST', `/endpoints/${e.id}/test`, { type: 'segment.entered' });
    await until('both', async () => zoo.of(p).length === 2);
    expect(zoo.of(p).map((c) => JSON.parse(c.body) as unknown)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'endpoint.test', test: true }),
        expect.objectContaining({ type: 'segment.entered', test: true }),
      ]),
    );
  });

  it.each([
    [{ headers: { host: 'x' } }, 'ENDPOINT_SETTING_WRONG'],
    [{ headers: { 'webhook-id': 'x' } }, 'ENDPOINT_SETTING_WRONG'],
    [{ headers: { 'x-a': 'a\r\nb: c' } }, 'ENDPOINT_SETTING_WRONG'],
    [{ mutualTls: { cert: 'x', key: 'y' } }, 'ENDPOINT_SETTING_WRONG'],
    [{ serverCa: 'x' }, 'ENDPOINT_SETTING_WRONG'],
    [{ types: ['client.invented'] }, 'EVENT_TYPE_UNKNOWN'],
    [{ transform: { a: 'nothing(' } }, 'TRANSFORM_WRONG'],
    [{ kind: 'rabbitmq' }, 'ENDPOINT_URL_REFUSED'],
    [{ kind: 'carrier-pigeon' }, 'BAD_REQUEST'],
    [{ kind: 'kafka' }, 'ENDPOINT_URL_REFUSED'],
    [{ kind: 'kafka', url: 'kafka://127.0.0.1:9092,10.1.2.3:9092', target: { topic: 't' } }, 'ENDPOINT_URL_REFUSED'],
    [{ kind: 'kafka', url: 'kafka://user:secret@127.0.0.1', target: { topic: 't' } }, 'ENDPOINT_URL_REFUSED'],
    [{ kind: 'kafka', url: 'kafka://127.0.0.1:9092', target: { topic: 'a topic' } }, 'ENDPOINT_SETTING_WRONG'],
    [{ oauth: { tokenUrl: 'ftp://example.com', clientId: 'a', clientSecret: 'b' } }, 'ENDPOINT_URL_REFUSED'],
  ])('refuses %j', async (o, code) => {
    const r = await t.api<{ code: string }>('POST', '/endpoints', { name: 'x', url: `${zoo.url}/x`, ...o });
    expect([r.status, r.body.code]).toEqual([400, code]);
  });

  const meta = { tokenUrl: 'http://169.254.169.254/t', clientId: 'a', clientSecret: 'b' };
  it.each([
    [{ url: '' }, '/url', /found nothing; needed: an address that begins with http:\/\/ or https:/],
    [{ url: 'http://127.0.0.1:6379/' }, '/url', /port 6379 belongs to a service that does not speak HTTP/],
    [{ name: '  ' }, '/name', /at least 1 characters/],
    [{ types: ['client.*', 'client.invented'] }, '/types/1', /no event type "client.invented"/],
    [{ oauth: meta }, '/oauth/tokenUrl', /metadata addresses never are/],
    [{ headers: { 'x-a': 'a\nb' } }, '/headers', /line break/],
    [{ headers: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`x-${i}`, 'v'])) }, '/headers', /found 51/],
    [{ login: { user: 'a', password: 'b' } }, '/login', /use headers or oauth/],
    [{ kind: 'nats', url: 'nats://127.0.0.1:4222', target: { subject: 'a b' } }, '/target/subject', /found "a b"/],
    [{ kind: 'nats', url: 'nats://127.0.0.1:4222', target: { subject: 'a.>' } }, '/target/subject', /wildcards/],
    [{ transform: { a: 'nothing(' } }, '/transform', /a:/],
    [{ campaigns: ['cmp_1'] }, '/campaigns/0', /ids such as cmp_/],
  ])('names the field in %j, in both languages', async (o, pointer, said) => {
    const body = { name: 'x', url: `${zoo.url}/x`, ...o };
    type Refused = { errors: { pointer: string; detail: string }[] };
    const en = await t.api<Refused>('POST', '/endpoints', body);
    expect([en.status, en.body.errors]).toEqual([400, [{ pointer, detail: expect.stringMatching(said) }]]);
    const zh = await t.api<Refused>('POST', '/endpoints', body, undefined, 'zh-CN');
    expect(zh.body.errors).toEqual([{ pointer, detail: expect.stringMatching(/\p{Script=Han}/u) }]);
  });

  it('is refused when a text holds half of a character, and nothing is kept', async () => {
    const before = (await t.api<{ items: unknown[] }>('GET', '/endpoints')).body.items.length;
    const r = await t.api<{ code: string }>('POST', '/endpoints', { name: 'x\ud800', url: `${zoo.url}/x` });
    expect([r.status, r.body.code]).toEqual([400, 'BAD_REQUEST']);
    expect((await t.api<{ items: unknown[] }>('GET', '/endpoints')).body.items).toHaveLength(before);
  });

  it('that is not there has neither a log nor keys, and what is not sent cannot be given up', async () => {
    const [ep, msg] = [publicId('ep', uuidv7()), publicId('msg', uuidv7())];
    for (const [method, url] of [
      ['GET', `/endpoints/${ep}/deliveries`],
      ['GET', `/endpoints/${ep}/keys`],
      ['GET', `/deliveries/${msg}/attempts`],
      ['POST', `/deliveries/${msg}/resend`],
      ['POST', `/deliveries/${msg}/skip`],
    ] as const) {
      const r = await t.api<{ code: string; detail: string }>(method, url, undefined, undefined, 'zh-CN');
      expect([url, r.status, r.body.detail]).toEqual([url, 404, expect.stringMatching(/^不存在(订阅端点|投递)“/)]);
    }
    const e = await endpoint(zoo.at(path(), 204));
    await tell(1);
    const [d] = await until('delivered', async () => {
      const all = await deliveries(e, '&state=delivered');
      return all.length === 1 && all;
    });
    const skipped = await t.api<{ code: string; detail: string }>('POST', `/deliveries/${d!.id}/skip`);
    expect([skipped.status, skipped.body.code, skipped.body.detail]).toEqual([
      409,
      'DELIVERY_NOT_WAITING',
      expect.stringContaining('it is delivered'),
    ]);
  });

  it.each([
    ['test', { type: 'client.invented' }, 'EVENT_TYPE_UNKNOWN'],
    ['recover', { since: '2026-01-02T00:00:00Z', until: '2026-01-01T00:00:00Z' }, 'BAD_REQUEST'],
    ['replay-missing', { since: '2026-01-02T00:00:00Z', until: '2026-01-01T00:00:00Z' }, 'BAD_REQUEST'],
  ])('does nothing by %s with %j', async (verb, body, code) => {
    const e = await endpoint(zoo.at(path(), 204));
    const r = await t.api<{ code: string; errors: { pointer: string }[] }>('POST', `/endpoints/${e.id}/${verb}`, body);
    expect([r.status, r.body.code, r.body.errors[0]!.pointer]).toEqual([
      400,
      code,
      verb === 'test' ? '/type' : '/until',
    ]);
    expect(await deliveries(e)).toEqual([]);
  });

  it('is checked against an authority of the firm’s own, without a certificate of the hub', async () => {
    const pki = makePki();
    const tls = await TlsReceiver.start(pki, { asksForCertificate: false });
    try {
      const e = await endpoint(tls.url, { serverCa: pki.ca, name: 'private authority' });
      const stranger = await endpoint(tls.url, { name: 'public authorities' });
      await tell(1);
      await until('delivered', async () => (await deliveries(e, '&state=delivered')).length === 1);
      expect((await view(e)).auth.serverCa!.subject).toBe('CN=test ca');
      expect(await firstAttempt(stranger)).toMatchObject({ errorClass: 'not_sent', status: null });
      expect(tls.seen).toHaveLength(1);
    } finally {
      await tls.stop();
    }
  });

  it('meets the hub’s certificate, and the hub its own', async () => {
    const pki = makePki();
    const tls = await TlsReceiver.start(pki);
    try {
      const client = { cert: pki.clientCert, key: pki.clientKey };
      const e = await endpoint(tls.url, { mutualTls: client, serverCa: pki.ca, name: 'mutual' });
      const stranger = await endpoint(tls.url, { mutualTls: client, name: 'untrusted' });
      await tell(1);
      await until('delivered', async () => (await deliveries(e, '&state=delivered')).length === 1);
      expect(tls.seen).toEqual(['isthmus-hub']);
      expect(await firstAttempt(stranger)).toMatchObject({ errorClass: 'not_sent', status: null });
      expect(tls.seen).toHaveLength(1);
      expect(JSON.stringify(await view(e))).not.toContain('PRIVATE KEY');
    } finally {
      await tls.stop();
    }
  });
});
