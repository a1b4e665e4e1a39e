import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { DRAINS } from '#canonical';
import { Database, publicId, uuidv7, Wakes, writeEvents } from '#platform';
import { verifyWebhook } from '#webhooks';
import { startTestHub, type TestHub, until } from '../support/hub.js';
import { KafkaFront } from '../support/kafka/kafka-front.js';
import { ERRORS, KafkaPeer, PRODUCE } from '../support/kafka/kafka-peer.js';
import { makePki } from '../support/pki.js';
import { withServer } from '../support/servers.js';

interface Made {
  id: string;
  secret: string;
}
interface Delivery {
  id: string;
  state: string;
  attempts: number;
  lastError: string;
}
interface Attempt {
  status: number | null;
  errorClass: string;
  error: string;
  body: string;
  ip: string;
  headers: Record<string, string>;
}

// The peer is librdkafka's mock cluster, not Apache Kafka's broker: see test/support/kafka/mock-cluster.c.
withServer('TEST_KAFKA')('deliveries into Kafka', () => {
  let t: TestHub;
  let peer: KafkaPeer;
  let brokers: string;
  const endpoints: string[] = [];

  beforeAll(async () => {
    ({ peer, brokers } = await KafkaPeer.start());
    t = await startTestHub();
  }, 600_000);
  afterEach(async () => {
    for (const id of endpoints.splice(0)) await t.api('DELETE', `/endpoints/${id}`);
  });
  afterAll(async () => {
    await t.stop();
    await peer.stop();
  });

  const db = () => t.hub.app.get(Database);
  async function topicOf(partitions = 3): Promise<string> {
    const topic = `t-${randomUUID()}`;
    await peer.createTopic(topic, partitions);
    return topic;
  }
  async function endpoint(topic: string, o: Record<string, unknown> = {}): Promise<Made> {
    const made = await t.api<Made>('POST', '/endpoints', {
      name: topic,
      kind: 'kafka',
      url: `kafka://${brokers}`,
      target: { topic },
      types: ['client.updated'],
      retrySeconds: [1, 1, 1, 1, 1],
      timeoutMs: 3000,
      ...o,
    });
    expect([made.status, JSON.stringify(made.body)]).toEqual([201, expect.any(String)]);
    endpoints.push(made.body.id);
    return made.body;
  }
  async function tell(count: number, client = () => uuidv7()): Promise<void> {
    await db().tx(async (tx) => {
      await writeEvents(
        tx,
        Array.from({ length: count }, (_, version) => {
          const clientId = client();
          const subject = `client/${publicId('cli', clientId)}`;
          return { type: 'client.updated', clientId, subject, origin: 'live' as const, data: { version } };
        }),
      );
      tx.afterCommit(() => t.hub.app.get(Wakes).wake(DRAINS.route));
    });
  }
  const deliveries = async (e: Made, query = '') =>
    (await t.api<{ items: Delivery[] }>('GET', `/endpoints/${e.id}/deliveries?limit=500${query}`)).body.items;
  const delivered = (e: Made, count: number) =>
    until('delivered', async () => (await deliveries(e, '&state=delivered')).length === count);
  async function attempts(e: Made): Promise<Attempt[]> {
    const [d] = await until('tried', async () => {
      const tried = (await deliveries(e)).filter((x) => x.attempts > 0);
      return tried.length > 0 && tried;
    });
    return (await t.api<{ items: Attempt[] }>('GET', `/deliveries/${d!.id}/attempts`)).body.items;
  }

  it('are stored once, acknowledged, signed, with the subject as the key', async () => {
    const topic = await topicOf();
    const e = await endpoint(topic, { headers: { 'X-Api-Key': 'hush-hush' } });
    const client = uuidv7();
    await tell(1, () => client);
    await delivered(e, 1);
    const [record, ...more] = await until('stored', async () => peer.of(topic).length > 0 && peer.of(topic));
    expect(more).toEqual([]);
    expect(record).toMatchObject({
      key: `client/${publicId('cli', client)}`,
      headers: { 'content-type': 'application/cloudevents+json', 'X-Api-Key': 'hush-hush' },
    });
    const h = record!.headers;
    const headers = { id: h['webhook-id'], timestamp: h['webhook-timestamp'], signature: h['webhook-signature'] };
    expect(headers.id).toBe((await deliveries(e))[0]!.id);
    expect(verifyWebhook([e.secret], headers, record!.value, new Date())).toEqual({ ok: true });
    const [attempt] = await attempts(e);
    expect(attempt).toMatchObject({
      status: 200,
      ip: '127.0.0.1',
      body: `stored in ${topic}, partition ${record!.partition}, as ${record!.offset}`,
    });
    expect(JSON.stringify(attempt)).not.toContain('hush-hush');
  });

  it('are each stored once when many go at once, those of one client in one partition', async () => {
    const topic = await topicOf(4);
    const clients = Array.from({ length: 25 }, () => uuidv7());
    const e = await endpoint(topic, { concurrency: 64 });
    let n = 0;
    await tell(500, () => clients[n++ % clients.length]!);
    await delivered(e, 500);
    await until('stored', async () => peer.of(topic).length >= 500);
    expect(peer.of(topic)).toHaveLength(500);
    expect(new Set(peer.of(topic).map((r) => r.headers['webhook-id'])).size).toBe(500);
    const places = new Map(peer.of(topic).map((r) => [r.key, new Set<number>()]));
    for (const r of peer.of(topic)) places.get(r.key)!.add(r.partition);
    expect([...places.values()].map((p) => p.size)).toEqual(clients.map(() => 1));
    expect(new Set(peer.of(topic).map((r) => r.partition)).size).toBe(4);
  });

  it('go in order when order is asked for, and without a key into every partition', async () => {
    const [ordered, spread] = [await topicOf(), await topicOf()];
    const inOrder = await endpoint(ordered, { ordering: 'client', target: { topic: ordered, key: '{client}' } });
    const anywhere = await endpoint(spread, { target: { topic: spread, key: '' } });
    const client = uuidv7();
    await tell(30, () => client);
    await delivered(inOrder, 30);
    await delivered(anywhere, 30);
    await until('stored', async () => peer.of(ordered).length === 30 && peer.of(spread).length === 30);
    expect(new Set(peer.of(ordered).map((r) => r.key))).toEqual(new Set([publicId('cli', client)]));
    const version = (value: string) => (JSON.parse(value) as { data: { version: number } }).data.version;
    expect(peer.of(ordered).map((r) => version(r.value))).toEqual(Array.from({ length: 30 }, (_, i) => i));
    expect(new Set(peer.of(spread).map((r) => r.key))).toEqual(new Set([null]));
    expect(new Set(peer.of(spread).map((r) => r.partition)).size).toBe(3);
  });

  it('wait for a broker that is down, and none is lost', async () => {
    const topic = await topicOf();
    const e = await endpoint(topic, { retrySeconds: Array.from({ length: 20 }, () => 1) });
    await tell(20);
    await delivered(e, 20);
    await peer.down();
    await tell(20);
    const vain = (d: Delivery) => d.state === 'ready' && d.lastError !== '';
    await until('tried in vain', async () => (await deliveries(e)).some(vain));
    expect(await deliveries(e, '&state=delivered')).toHaveLength(20);
    await peer.up();
    await until('all', async () => {
      await db().query("update endpoint_flow set open_until = now() where breaker = 'open'");
      return (await deliveries(e, '&state=delivered')).length === 40;
    });
    await until('stored', async () => new Set(peer.of(topic).map((r) => r.headers['webhook-id'])).size === 40);
    const ids = new Set(peer.of(topic).map((r) => r.headers['webhook-id']));
    expect(ids).toEqual(new Set((await deliveries(e)).map((d) => d.id)));
  });

  it('are sent again at once when the broker cannot for the moment, in the same attempt', async () => {
    const topic = await topicOf(1);
    const e = await endpoint(topic);
    await peer.failNext(PRODUCE, 2, ERRORS.NOT_ENOUGH_REPLICAS);
    await tell(1);
    await delivered(e, 1);
    expect(await deliveries(e)).toMatchObject([{ attempts: 1 }]);
    await until('stored', async () => peer.of(topic).length === 1);
  });

  it.each([
    [
      ERRORS.NOT_ENOUGH_REPLICAS,
      4,
      { status: 503, errorClass: '', error: expect.stringMatching(/NOT_ENOUGH_REPLICAS/) },
    ],
    [ERRORS.MESSAGE_TOO_LARGE, 1, { status: 422, errorClass: '', error: expect.stringMatching(/MESSAGE_TOO_LARGE/) }],
    [ERRORS.REQUEST_TIMED_OUT, 4, { status: null, errorClass: 'maybe_sent' }],
  ])('are tried again by schedule when the broker answers error %i', async (error, count, expected) => {
    const topic = await topicOf(1);
    const e = await endpoint(topic);
    await peer.failNext(PRODUCE, count, error);
    await tell(1);
    await delivered(e, 1);
    const all = await attempts(e);
    expect([all.length, all[0], all[1]]).toEqual([
      2,
      expect.objectContaining(expected),
      expect.objectContaining({ status: 200 }),
    ]);
    await until('stored', async () => peer.of(topic).length === 1);
  });

  it('are refused by a topic that is not there, which is not made', async () => {
    const e = await endpoint(`missing-${randomUUID()}`);
    await tell(1);
    const [attempt] = await attempts(e);
    expect(attempt).toMatchObject({ status: 422, errorClass: '', error: expect.stringMatching(/there is no topic/) });
  });

  it('do not follow a cluster to an address that may not be called', async () => {
    const topic = await topicOf(1);
    const front = await KafkaFront.before(Number(brokers.split(':')[1]), { advertise: '10.10.0.1' });
    try {
      const e = await endpoint(topic, { url: `kafka://127.0.0.1:${front.port}` });
      await tell(1);
      const [attempt] = await attempts(e);
      expect(attempt).toMatchObject({ status: null, errorClass: 'not_sent' });
      expect(attempt!.error).toMatch(/10\.10\.0\.1 may not be called: the address is not public/);
      expect(peer.of(topic)).toEqual([]);
    } finally {
      await front.stop();
    }
  });

  it('sign in by SCRAM and by certificate, and check the broker’s', async () => {
    const topic = await topicOf(1);
    const pki = makePki();
    const login = { user: 'isthmus', password: 'very-secret' };
    const front = await KafkaFront.before(Number(brokers.split(':')[1]), { pki, login, advertise: 'localhost' });
    try {
      const own = { cert: pki.clientCert, key: pki.clientKey };
      const o = { url: `kafka+ssl://localhost:${front.port}`, login, mutualTls: own, serverCa: pki.ca };
      const e = await endpoint(topic, o);
      const wrong = await endpoint(topic, { ...o, name: 'wrong', login: { ...login, password: 'guessed' } });
      const untrusting = await endpoint(topic, { ...o, name: 'untrusting', serverCa: undefined });
      await tell(1);
      await delivered(e, 1);
      await until('stored', async () => peer.of(topic).length === 1);
      expect(new Set(front.seen.map((s) => `${s.certificate} ${s.user}`))).toEqual(new Set(['isthmus-hub isthmus']));
      for (const [other, error] of [
        [wrong, /SASL|authentication/i],
        [untrusting, /certificate/i],
      ] as const) {
        const [attempt] = await attempts(other);
        expect(attempt).toMatchObject({ errorClass: 'not_sent', error: expect.stringMatching(error) });
      }
      expect(peer.of(topic)).toHaveLength(1);
      const shown = JSON.stringify((await t.api('GET', `/endpoints/${e.id}`)).body);
      for (const secret of ['very-secret', 'PRIVATE KEY']) expect(shown).not.toContain(secret);
    } finally {
      await front.stop();
    }
  });
});
