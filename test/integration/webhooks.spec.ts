import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Database, parsePublicId } from '#platform';
import { startTestHub, type TestHub, until } from '../support/hub.js';
import { onBothQueues } from '../support/servers.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

interface Page {
  items: { id: string; state: string; type: string; attempts: number; lastError: string }[];
}

onBothQueues('webhooks', (queue) => {
  let t: TestHub;
  let downstream: WebhookReceiver;
  let endpoint: { id: string; version: number; secret: string };
  let n = 0;

  beforeAll(async () => {
    downstream = await WebhookReceiver.start();
    t = await startTestHub({ queue });
    await t.api('POST', '/systems', {
      code: 'web',
      name: 'Web',
      connector: 'web-segment',
      settings: { writeKey: 'key-of-web' },
    });
    const made = await t.api<typeof endpoint>('POST', '/endpoints', {
      name: 'Data platform',
      url: downstream.url,
      types: ['client.*'],
    });
    expect(made.status).toBe(201);
    endpoint = made.body;
    downstream.secret = endpoint.secret;
  });
  beforeEach(() => {
    downstream.received.length = 0;
    downstream.answer = () => 204;
  });
  afterAll(async () => {
    await t.stop();
    await downstream.stop();
  });

  function identify(count: number, path = 'batch') {
    const batch = Array.from({ length: count }, () => ({
      type: 'identify',
      messageId: `m${++n}`,
      userId: `user-${n}`,
      traits: { name: '陈晓' },
    }));
    return fetch(`${t.hub.url}/v1/${path}`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('key-of-web:').toString('base64')}` },
      body: JSON.stringify({ batch }),
    });
  }
  const log = async () => (await t.api<Page>('GET', `/endpoints/${endpoint.id}/deliveries?limit=500`)).body.items;

  it('tell a downstream what happened, signed, once', async () => {
    await identify(50);
    await until('all received', async () => downstream.received.length >= 50);
    await until('all recorded', async () => (await log()).filter((d) => d.state === 'delivered').length === 50);
    expect(downstream.refused).toBe(0);
    expect(new Set(downstream.received.map((r) => r.id)).size).toBe(50);
    expect(downstream.received[0]!.event).toMatchObject({
      specversion: '1.0',
      type: 'client.created',
      source: '/isthmus',
      data: { client: expect.stringMatching(/^cli_/) },
    });
    // Ids and states only: nothing personal leaves by this road.
    expect(JSON.stringify(downstream.received)).not.toContain('陈晓');
  });

  it('say nothing of history', async () => {
    await identify(5, 'import');
    await identify(1);
    await until('the live one', async () => downstream.received.length === 1);
    await new Promise((r) => setTimeout(r, 300));
    expect(downstream.received).toHaveLength(1);
  });

  it('come again after a failure, with the same id, and keep a log of every attempt', async () => {
    let asked = 0;
    downstream.answer = () => (asked++ === 0 ? 500 : 204);
    await identify(1);
    const again = await until(
      'second attempt',
      async () => downstream.received.length >= 2 && downstream.received,
      15_000,
    );
    expect(again[0]!.id).toBe(again[1]!.id);
    const delivery = await until('delivered', async () =>
      (await log()).find((d) => d.id === again[0]!.id && d.state === 'delivered'),
    );
    const attempts = await t.api<{ items: { n: number; status: number; error: string; body: string }[] }>(
      'GET',
      `/deliveries/${delivery.id}/attempts`,
    );
    expect(attempts.body.items).toMatchObject([
      { n: 1, status: 500, error: 'the endpoint answered 500', body: 'seen' },
      { n: 2, status: 204 },
    ]);
  });

  it('wait for an endpoint that is disabled, and are not lost', async () => {
    const off = await t.api<{ version: number }>('PATCH', `/endpoints/${endpoint.id}`, {
      version: endpoint.version,
      state: 'disabled',
    });
    await identify(10);
    await until('waiting', async () => (await log()).filter((d) => d.state === 'ready').length === 10);
    expect(downstream.received).toEqual([]);
    const on = await t.api<{ version: number }>('PATCH', `/endpoints/${endpoint.id}`, {
      version: off.body.version,
      state: 'enabled',
    });
    endpoint.version = on.body.version;
    await until('delivered after all', async () => downstream.received.length === 10);
  });

  it('stop at 410 Gone', async () => {
    downstream.answer = () => 410;
    await identify(1);
    await until(
      'disabled',
      async () =>
        (await t.api<{ state: string; disabledReason: string }>('GET', `/endpoints/${endpoint.id}`)).body.state ===
        'disabled',
    );
    const now = await t.api<{ version: number; disabledReason: string; health: { waiting: number } }>(
      'GET',
      `/endpoints/${endpoint.id}`,
    );
    expect(now.body.disabledReason).toBe('the endpoint answered 410 Gone');
    // What was refused so waits with the rest: it is not lost.
    const [waiting] = (await log()).filter((d) => d.state === 'ready');
    expect(waiting).toMatchObject({ attempts: 1, lastError: 'the endpoint answered 410' });
    downstream.answer = () => 204;
    downstream.received.length = 0;
    endpoint.version = (
      await t.api<{ version: number }>('PATCH', `/endpoints/${endpoint.id}`, {
        version: now.body.version,
        state: 'enabled',
      })
    ).body.version;
    await until('sent after all', async () => downstream.received.some((r) => r.id === waiting!.id));
  });

  it('do not let one dead endpoint hold up another', async () => {
    await t.api('POST', '/endpoints', { name: 'Black hole', url: 'http://127.0.0.1:4/', types: ['client.*'] });
    await identify(200);
    await until('all received', async () => downstream.received.length === 200, 5000);
  });

  it.each(['http://169.254.169.254/latest', 'http://10.1.2.3/', 'ftp://example.com/', 'http://u:p@example.com/'])(
    'are not sent to %s',
    async (url) => {
      const refused = await t.api<{ code: string }>('POST', '/endpoints', { name: 'x', url, types: [] });
      expect([refused.status, ['ENDPOINT_URL_REFUSED', 'BAD_REQUEST'].includes(refused.body.code)]).toEqual([
        400,
        true,
      ]);
    },
  );

  it('lose nothing when what was claimed is lost with its worker', async () => {
    const db = t.hub.app.get(Database);
    downstream.answer = () => 500;
    await identify(1);
    await until('received', async () => downstream.received.length === 1);
    const { id } = downstream.received[0]!;
    await until('recorded', async () => (await log()).find((d) => d.id === id)?.attempts === 1);
    downstream.answer = () => 204;
    // As a worker that died after the answer and before the record would leave it.
    await db.query(
      "update delivery set state = 'claimed', fence = fence + 1, claimed_by = gen_random_uuid() where id = $1",
      [parsePublicId('msg', id)],
    );
    const twice = await until('sent again', async () => downstream.received.length === 2 && downstream.received);
    expect(twice.map((r) => r.id)).toEqual([id, id]);
    const attempts = await t.api<{ items: { errorClass: string; status: number | null }[] }>(
      'GET',
      `/deliveries/${id}/attempts`,
    );
    await until('delivered', async () => (await log()).find((d) => d.id === id)?.state === 'delivered');
    expect(attempts.body.items.slice(0, 2)).toMatchObject([{ status: 500 }, { errorClass: 'lost', status: null }]);
  });
});
