import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientTCP, MessagePattern, type MicroserviceOptions, Payload, Transport } from '@nestjs/microservices';
import amqp from 'amqplib';
import { TransientError } from '#connector-kit';
import { type Answer, ask, BrokerClient, BrokerServer, NotSentError, RemoteError } from '#systems';
import { freePort } from '#platform';
import { until } from '../support/hub.js';
import { withServer } from '../support/servers.js';
import { TcpLine } from '../support/tcp-line.js';

/** What the other side was asked. */
const asked: string[] = [];

@Controller()
class Echo {
  @MessagePattern<string>('echo')
  echo(@Payload() text: string): Answer<string> {
    asked.push(text);
    return { ok: true, value: text };
  }

  @MessagePattern<string>('refuse')
  refuse(): Answer<string> {
    return { ok: false, code: 'NO', message: 'it may not be' };
  }

  @MessagePattern<string>('never')
  never(): Promise<Answer<string>> {
    return new Promise(() => {});
  }
}

@Module({ controllers: [Echo] })
class EchoModule {}

function serve(options: MicroserviceOptions) {
  return NestFactory.createMicroservice<MicroserviceOptions>(EchoModule, options);
}

describe('asking over TCP', () => {
  let road: TcpLine;
  let stop: () => Promise<void>;
  let client: ClientTCP;
  beforeAll(async () => {
    const port = await freePort();
    const app = await serve({ transport: Transport.TCP, options: { host: '127.0.0.1', port } });
    await app.listen();
    road = await TcpLine.to({ host: '127.0.0.1', port });
    client = new ClientTCP({ host: '127.0.0.1', port: road.port });
    stop = () => app.close();
  });
  afterAll(async () => {
    client.close();
    await road.stop();
    await stop();
  });

  it('gives the answer, whatever characters and size it has', async () => {
    for (const text of ['陈晓𠮷', 'x'.repeat(3_000_000)]) expect(await ask(client, 'echo', text, 5000)).toBe(text);
  });

  it('throws what the other side refuses', async () => {
    const refused = ask(client, 'refuse', {}, 5000);
    await expect(refused).rejects.toThrow(RemoteError);
    await expect(refused).rejects.toMatchObject({ code: 'NO', message: 'it may not be' });
  });

  it('waits no longer than it may, and no longer than there is a connection', async () => {
    await expect(ask(client, 'never', {}, 200)).rejects.toThrow(TransientError);
    const waiting = ask(client, 'never', {}, 60_000);
    setTimeout(() => road.breakAll(), 100);
    await expect(waiting).rejects.toThrow(TransientError);
    expect(await ask(client, 'echo', 'again', 5000)).toBe('again');
  });

  it('ends when this side is stopping', async () => {
    await expect(ask(client, 'never', {}, 60_000, AbortSignal.timeout(100))).rejects.toThrow('this side is stopping');
  });

  it('says when a request has certainly not left', async () => {
    const nobody = new ClientTCP({ host: '127.0.0.1', port: await freePort() });
    await expect(ask(nobody, 'echo', 'x', 2000)).rejects.toThrow(NotSentError);
    nobody.close();
  });
});

withServer('TEST_RABBITMQ')('asking over a broker', () => {
  const queue = `isthmus-test-${randomUUID()}`;
  const broker = new URL(process.env['TEST_RABBITMQ'] || 'amqp://127.0.0.1');
  let road: TcpLine;
  let client: BrokerClient;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    road = await TcpLine.to({ host: broker.hostname, port: Number(broker.port || 5672) });
    const app = await serve({ strategy: new BrokerServer({ url: broker.href, queue, noAck: true, prefetch: 8 }) });
    await app.listen();
    stop = () => app.close();
    client = new BrokerClient(`amqp://${broker.username}:${broker.password}@127.0.0.1:${road.port}`, queue);
  });
  afterAll(async () => {
    await client.close();
    await stop();
    const admin = await amqp.connect(broker.href);
    await (await admin.createChannel()).deleteQueue(queue);
    await admin.close();
    await road.stop();
  });

  it('gives the answer', async () => {
    expect(await ask(client, 'echo', '陈晓𠮷', 5000)).toBe('陈晓𠮷');
  });

  it('sends a request once, although the connection broke before the broker had confirmed it', async () => {
    const text = randomUUID();
    const cure = road.swallowAnswers(() => true);
    const waiting = ask(client, 'echo', text, 30_000);
    waiting.catch(() => {});
    await until('the request at the other side', async () => asked.includes(text));
    cure();
    await expect(waiting).rejects.toThrow(TransientError);
    // The next one goes by a new connection, on which a repeat would have come first.
    await until('a new connection', () => ask(client, 'echo', 'next', 5000).catch(() => undefined));
    expect(asked.filter((t) => t === text)).toEqual([text]);
  });

  it('does not send later what could not be sent in time', async () => {
    const away = new BrokerClient(`amqp://guest:guest@127.0.0.1:${await freePort()}`, queue);
    await expect(ask(away, 'echo', 'too late', 500)).rejects.toThrow(NotSentError);
    await away.close();
    expect(asked).not.toContain('too late');
  });
});
