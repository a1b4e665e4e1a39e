import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect as connectNats, type NatsConnection } from '@nats-io/transport-node';
import { type Channel, type ChannelModel, connect as connectRabbit } from 'amqplib';
import { verifyWebhook } from '#webhooks';
import { startTestHub, type TestHub, until } from '../support/hub.js';
import { withServer } from '../support/servers.js';

interface Made {
  id: string;
  secret: string;
}

async function deliveriesOf(t: TestHub, id: string) {
  const { body } = await t.api<{ items: { id: string; state: string; lastError: string }[] }>(
    'GET',
    `/endpoints/${id}/deliveries`,
  );
  return body.items;
}

async function testOf(t: TestHub, id: string, type: string): Promise<string> {
  const { body } = await t.api<{ delivery: string }>('POST', `/endpoints/${id}/test`, { type });
  return body.delivery;
}

withServer('TEST_RABBITMQ')('deliveries into RabbitMQ', () => {
  const exchange = `events-${randomUUID()}`;
  const queue = `q-${randomUUID()}`;
  let t: TestHub;
  let rabbit: ChannelModel;
  let channel: Channel;

  beforeAll(async () => {
    rabbit = await connectRabbit(process.env['TEST_RABBITMQ']!);
    channel = await rabbit.createChannel();
    await channel.assertExchange(exchange, 'topic', { durable: true });
    await channel.assertQueue(queue, { durable: true });
    await channel.bindQueue(queue, exchange, 'segment.#');
    t = await startTestHub();
  });
  afterAll(async () => {
    await t.stop();
    await channel.deleteQueue(queue);
    await channel.deleteExchange(exchange);
    await rabbit.close();
  });

  it('are acknowledged, persistent and signed; what no queue takes is an error', async () => {
    const made = await t.api<Made>('POST', '/endpoints', {
      name: 'rabbit',
      kind: 'rabbitmq',
      url: 'amqp://127.0.0.1:5672/',
      target: { exchange, routingKey: '{type}' },
      login: { user: 'guest', password: 'guest' },
    });
    expect(made.status).toBe(201);
    const delivery = await testOf(t, made.body.id, 'segment.entered');
    const message = await until('the message', async () => channel.get(queue));
    channel.ack(message);
    const { properties, content } = message;
    expect(properties).toMatchObject({
      deliveryMode: 2,
      messageId: delivery,
      contentType: 'application/cloudevents+json',
    });
    const h = properties.headers as Record<string, string>;
    const headers = { id: h['webhook-id'], timestamp: h['webhook-timestamp'], signature: h['webhook-signature'] };
    expect(verifyWebhook([made.body.secret], headers, content.toString(), new Date())).toEqual({ ok: true });
    await until('recorded', async () => (await deliveriesOf(t, made.body.id))[0]?.state === 'delivered');

    const lost = await testOf(t, made.body.id, 'client.created');
    const refused = await until('refused', async () =>
      (await deliveriesOf(t, made.body.id)).find((d) => d.id === lost && d.lastError !== ''),
    );
    expect(refused).toMatchObject({ state: 'ready', lastError: expect.stringMatching(/no queue takes messages/) });
    expect(JSON.stringify((await t.api('GET', `/endpoints/${made.body.id}`)).body)).not.toContain('password');
  });

  it('say which exchange is not there, as trouble of the broker', async () => {
    const made = await t.api<Made>('POST', '/endpoints', {
      name: 'no exchange',
      kind: 'rabbitmq',
      url: 'amqp://127.0.0.1:5672/',
      target: { exchange: 'nowhere' },
      login: { user: 'guest', password: 'guest' },
    });
    const delivery = await testOf(t, made.body.id, 'segment.left');
    const attempt = await until('tried', async () => {
      const { body } = await t.api<{ items: { status: number; error: string }[] }>(
        'GET',
        `/deliveries/${delivery}/attempts`,
      );
      return body.items[0];
    });
    expect(attempt).toMatchObject({ status: 503, error: expect.stringMatching(/NOT_FOUND - no exchange 'nowhere'/) });
  });

  it('wait for a broker that lets nobody in', async () => {
    const made = await t.api<Made>('POST', '/endpoints', {
      name: 'locked',
      kind: 'rabbitmq',
      url: 'amqp://127.0.0.1:5672/',
      target: { exchange },
      login: { user: 'guest', password: 'wrong' },
    });
    await testOf(t, made.body.id, 'segment.left');
    const d = await until('tried', async () => (await deliveriesOf(t, made.body.id)).find((x) => x.lastError !== ''));
    expect(d).toMatchObject({ state: 'ready', lastError: expect.stringMatching(/ACCESS.REFUSED|Handshake/) });
  });
});

withServer('TEST_NATS')('deliveries into NATS JetStream', () => {
  const name = `s${randomUUID().replaceAll('-', '')}`;
  let t: TestHub;
  let nats: NatsConnection;

  beforeAll(async () => {
    nats = await connectNats({ servers: '127.0.0.1:4222' });
    const manager = await jetstreamManager(nats);
    await manager.streams.add({ name, subjects: [`${name}.segment.*`] });
    t = await startTestHub();
  });
  afterAll(async () => {
    await t.stop();
    await (await jetstreamManager(nats)).streams.delete(name);
    await nats.close();
  });

  it('are stored once, however often they are sent; without a stream they are an error', async () => {
    const made = await t.api<Made>('POST', '/endpoints', {
      name: 'nats',
      kind: 'nats',
      url: 'nats://127.0.0.1:4222',
      target: { subject: `${name}.{type}` },
    });
    expect(made.status).toBe(201);
    const delivery = await testOf(t, made.body.id, 'segment.entered');
    await until('recorded', async () => (await deliveriesOf(t, made.body.id))[0]?.state === 'delivered');
    await t.api('POST', `/deliveries/${delivery}/resend`);
    await until('sent twice', async () => {
      const { body } = await t.api<{ items: { body: string }[] }>('GET', `/deliveries/${delivery}/attempts`);
      return body.items.some((a) => a.body.endsWith('a repeat'));
    });
    const stored = await (await jetstreamManager(nats)).streams.info(name);
    expect(stored.state.messages).toBe(1);
    const message = (await (await jetstreamManager(nats)).streams.getMessage(name, { seq: 1 }))!;
    const headers = {
      id: message.header.get('webhook-id'),
      timestamp: message.header.get('webhook-timestamp'),
      signature: message.header.get('webhook-signature'),
    };
    expect(headers.id).toBe(delivery);
    expect(verifyWebhook([made.body.secret], headers, message.string(), new Date())).toEqual({ ok: true });

    const lost = await testOf(t, made.body.id, 'client.created');
    const refused = await until('refused', async () =>
      (await deliveriesOf(t, made.body.id)).find((d) => d.id === lost && d.lastError !== ''),
    );
    expect(refused).toMatchObject({ state: 'ready', lastError: expect.stringMatching(/no stream takes messages/) });
  });
});
