import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect as connectNats } from '@nats-io/transport-node';
import { connect as connectRabbit } from 'amqplib';
import type { Browser, Page } from 'playwright-core';
import { expectAccessible, inBrowser, launchBrowser, listenTo, openPage } from '../support/browser.js';
import { builtConsole } from '../support/built-console.js';
import { startTestHub, type TestHub, until } from '../support/hub.js';
import { KafkaFront } from '../support/kafka/kafka-front.js';
import { KafkaPeer } from '../support/kafka/kafka-peer.js';
import { makePki } from '../support/pki.js';
import { ReceiverZoo } from '../support/receiver-zoo.js';
import { withServer } from '../support/servers.js';
import { TlsReceiver } from '../support/tls-receiver.js';

/** Where a person can send events by the form alone, each against the real thing; see kafka/mock-cluster.c for Kafka. */
inBrowser('destinations in the console', () => {
  let t: TestHub;
  let browser: Browser;
  let page: Page;
  let heard: ReturnType<typeof listenTo>;

  beforeAll(async () => {
    await builtConsole();
    t = await startTestHub();
    browser = await launchBrowser();
    page = await openPage(browser);
    heard = listenTo(page, t.hub.url);
    await page.goto(`${t.hub.url}/sign-in/${t.hub.access.signInToken}`);
    await page.getByRole('heading', { name: 'No system is registered yet' }).waitFor();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await t?.stop();
  });

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const dialog = () => page.getByRole('dialog');
  const field = (label: string) => page.getByLabel(label, { exact: true });
  const detail = () => page.getByRole('article', { name: 'Delivery' });

  async function begin(name: string, kind: string, address: string): Promise<void> {
    await page.goto(`${t.hub.url}/developers/endpoints/new`);
    await field('Name').fill(name);
    await page.getByRole('radio', { name: kind, exact: true }).check();
    await field('Address').fill(address);
  }
  const unfold = () => page.getByText('Headers and signing in').click();
  const seal = (legend: string) =>
    page.getByRole('group', { name: legend }).getByRole('radio', { name: 'Set', exact: true }).check();

  /** Creates it, sends a sample, and waits until the page says that it has arrived. @returns the webhook-id. */
  async function createAndTest(name: string): Promise<string> {
    await button('Create the endpoint').click();
    await button('I have kept it').click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    await button('Send a test event').click();
    await dialog().getByLabel('Sample of a type').click();
    await page.keyboard.type('segment.entered');
    await page.keyboard.press('Enter');
    await button('Send').click();
    await dialog().waitFor({ state: 'detached' });
    await detail().getByText('Delivered', { exact: true }).waitFor();
    return (await detail().textContent())!.match(/msg_[0-9a-z]{26}/)![0];
  }
  const shown = async () => (await detail().textContent())!;

  withServer('TEST_RABBITMQ')('RabbitMQ', () => {
    it('gets a message', async () => {
      const rabbit = await connectRabbit(process.env['TEST_RABBITMQ']!);
      const channel = await rabbit.createChannel();
      const [exchange, queue] = [`e-${randomUUID()}`, `q-${randomUUID()}`];
      try {
        await channel.assertExchange(exchange, 'topic');
        await channel.assertQueue(queue);
        await channel.bindQueue(queue, exchange, 'segment.#');
        const { hostname, port, username, password } = new URL(process.env['TEST_RABBITMQ']!);
        await begin('Rabbit', 'RabbitMQ', `amqp://${hostname}:${port}`);
        await field('Exchange').fill(exchange);
        await field('Routing key').fill('{type}');
        await unfold();
        await seal('Login at the broker');
        await field('User').fill(username);
        await field('Password').fill(password);
        const id = await createAndTest('Rabbit');
        const message = await until('it is there', async () => channel.get(queue, { noAck: true }));
        expect([message.properties.messageId, message.fields.routingKey]).toEqual([id, 'segment.entered']);
        expect(await shown()).toContain('confirmed');
      } finally {
        await channel.deleteQueue(queue);
        await channel.deleteExchange(exchange);
        await rabbit.close();
      }
    }, 60_000);
  });

  withServer('TEST_NATS')('NATS', () => {
    it('gets a message', async () => {
      const { host } = new URL(process.env['TEST_NATS']!);
      const nats = await connectNats({ servers: host });
      const manager = await jetstreamManager(nats);
      const stream = `s${randomUUID().replaceAll('-', '')}`;
      try {
        await manager.streams.add({ name: stream, subjects: [`${stream}.>`] });
        await begin('Nats', 'NATS JetStream', `nats://${host}`);
        await field('Subject').fill(`${stream}.{type}`);
        const id = await createAndTest('Nats');
        const message = (await manager.streams.getMessage(stream, { seq: 1 }))!;
        expect([message.header.get('webhook-id'), message.subject]).toEqual([id, `${stream}.segment.entered`]);
        expect(await shown()).toContain(`stored in ${stream} as 1`);
      } finally {
        await manager.streams.delete(stream);
        await nats.close();
      }
    }, 60_000);
  });

  withServer('TEST_KAFKA')('Kafka', () => {
    it('gets a record, signed in by SCRAM and certificate', async () => {
      const { peer, brokers } = await KafkaPeer.start();
      const pki = makePki();
      const login = { user: 'isthmus', password: 'very-secret' };
      const front = await KafkaFront.before(Number(brokers.split(':')[1]), { pki, login });
      try {
        await peer.createTopic('isthmus.events', 3);
        await begin('Kafka', 'Kafka', `kafka+ssl://127.0.0.1:${front.port}`);
        await field('Topic').fill('isthmus.events');
        await field('Key').click();
        await page.getByTitle('The client', { exact: true }).click();
        await unfold();
        await seal('Login at the broker');
        await field('User').fill(login.user);
        await field('Password').fill(login.password);
        await page.getByRole('radio', { name: 'SCRAM-SHA-512' }).check();
        await seal('Client certificate (mutual TLS)');
        await field('Certificate, PEM').fill(pki.clientCert);
        await field('Private key, PEM').fill(pki.clientKey);
        await seal('Authority of the server (private CA)');
        await field('CA of the server, PEM').fill(pki.ca);
        await expectAccessible(page, (l) => page.getByText(l === 'en' ? 'Where events go' : '投递目标').waitFor());
        const id = await createAndTest('Kafka');
        const record = await until('it is there', async () => peer.records[0]);
        expect(record).toMatchObject({ headers: { 'webhook-id': id }, key: expect.stringMatching(/^cli_/) });
        expect(front.seen.at(-1)).toEqual({ certificate: 'isthmus-hub', user: 'isthmus' });
        expect(await shown()).toContain(`stored in isthmus.events, partition ${record.partition}, as 0`);
        await page.getByRole('link', { name: 'Settings and keys' }).click();
        await field('Topic').waitFor();
        expect(await field('Topic').inputValue()).toBe('isthmus.events');
        await page.getByText('The client', { exact: true }).first().waitFor();
        await button('Save').click();
        await page.getByText('Saved. It holds from the next attempt on.').waitFor();
        const { body } = await t.api<{ items: { name: string; target: unknown }[] }>('GET', '/endpoints');
        const saved = body.items.find((e) => e.name === 'Kafka')!;
        expect(saved.target).toEqual({ topic: 'isthmus.events', key: '{client}', sasl: 'scram-sha-512' });
      } finally {
        await front.stop();
        await peer.stop();
      }
    }, 600_000);
  });

  it('an endpoint behind OAuth 2.0 gets a message; the answer is shown with its headers', async () => {
    const zoo = await ReceiverZoo.start();
    try {
      const tokenUrl = zoo.at('/token', (_q, r) => void r.end('{"access_token":"t-1","expires_in":3600}'));
      const url = zoo.at('/hooks', (q, r) => {
        const known = q.headers.authorization === 'Bearer t-1';
        r.writeHead(known ? 200 : 401, { 'x-request-id': 'r-77', 'set-cookie': 'sid=hush-hush' }).end('stored');
      });
      await begin('Behind OAuth', 'HTTP', url);
      await page.getByText('What a message carries').click();
      await button('Add a rule').click();
      await field('Place 1').fill('text.content');
      await field('Expression 1').fill('concat("client ", data.client)');
      await unfold();
      await seal('OAuth 2.0, client credentials');
      await field('Token address').fill(tokenUrl);
      await field('Client id').fill('hub');
      await field('Client secret').fill('very-secret');
      const id = await createAndTest('Behind OAuth');
      const [call] = zoo.of('/hooks');
      expect(call!.headers).toMatchObject({ 'webhook-id': id, authorization: 'Bearer t-1' });
      const token = Buffer.from(String(zoo.of('/token')[0]!.headers['authorization']).slice(6), 'base64').toString();
      expect(token).toBe('hub:very-secret');
      const sent = detail().getByRole('group', { name: 'The body that was sent' });
      expect(JSON.parse((await sent.textContent())!)).toEqual(JSON.parse(call!.body));
      const headers = (await detail().getByRole('group', { name: 'Response headers' }).textContent())!;
      expect(headers).toContain('x-request-id: r-77');
      expect(headers).toContain('set-cookie: …');
      for (const secret of ['hush-hush', 'very-secret', 't-1 ']) expect(await page.content()).not.toContain(secret);
      await expectAccessible(page, (l) =>
        page
          .getByText(l === 'en' ? 'Response headers' : '应答头')
          .first()
          .waitFor(),
      );
    } finally {
      await zoo.stop();
    }
  }, 90_000);

  it('an endpoint that asks for a certificate gets a message', async () => {
    const pki = makePki();
    const tls = await TlsReceiver.start(pki);
    try {
      await begin('Mutual', 'HTTP', tls.url);
      await unfold();
      await seal('Client certificate (mutual TLS)');
      await field('Certificate, PEM').fill(pki.clientCert);
      await field('Private key, PEM').fill(pki.clientKey);
      await seal('Authority of the server (private CA)');
      await field('CA of the server, PEM').fill(pki.ca);
      await createAndTest('Mutual');
      expect(tls.seen).toEqual(['isthmus-hub']);
      await page.getByRole('link', { name: 'Settings and keys' }).click();
      await unfold();
      await page.getByText(/CN=isthmus-hub · valid until/).waitFor();
      await page.getByText(/CN=test ca · valid until/).waitFor();
      expect(await page.content()).not.toContain('PRIVATE KEY');
    } finally {
      await tls.stop();
    }
  }, 60_000);

  it('asks nothing of any other server, and has nothing to complain of', () => {
    expect(heard).toEqual({ strangers: [], complaints: [] });
  });
});
