import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestHub, type TestHub, until } from '../support/hub.js';
import { connectionUrl, testDatabase } from '../support/servers.js';
import { TcpLine } from '../support/tcp-line.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

describe('a delivery whose claim was never answered', () => {
  let t: TestHub;
  let road: TcpLine;
  let receiver: WebhookReceiver;

  beforeAll(async () => {
    receiver = await WebhookReceiver.start();
    const connection = await testDatabase();
    road = await TcpLine.to({ host: connection.host, port: connection.port });
    const url = connectionUrl({ ...connection, host: '127.0.0.1', port: road.port });
    t = await startTestHub({ env: { ISTHMUS_DATABASE_URL: url } });
  });
  afterAll(async () => {
    await t.stop();
    await road.stop();
    await receiver.stop();
  });

  it('goes again as soon as the database answers, and not at the end of its lease', async () => {
    const { body: e } = await t.api<{ id: string; secret: string }>('POST', '/endpoints', {
      name: 'e',
      url: receiver.url,
      types: ['client.updated'],
    });
    receiver.secret = e.secret;
    receiver.answer = () => 204;
    const claimed = async () => {
      const { body } = await t.api<{ items: { state: string }[] }>('GET', `/endpoints/${e.id}/deliveries`);
      return body.items.map((d) => d.state);
    };
    const cure = road.swallowAnswers((sent) => sent.includes('webhooks.claim'));
    await t.api('POST', `/endpoints/${e.id}/test`, {});
    await until('claimed', async () => (await claimed())[0] === 'claimed');
    expect(receiver.received).toEqual([]);
    const began = performance.now();
    cure();
    await until('delivered', async () => (await claimed().catch(() => []))[0] === 'delivered', 30_000);
    // Its lease is of five minutes, and its worker lives.
    expect(performance.now() - began).toBeLessThan(25_000);
    expect(receiver.received).toHaveLength(1);
    expect(receiver.refused).toBe(0);
  }, 60_000);
});
