import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { type Downstream, startDownstream } from './downstream.js';

const secret = `whsec_${randomBytes(32).toString('base64')}`;

describe('the downstream', () => {
  let dataDir: string;
  let told: string | undefined;
  let downstream: Downstream;
  const start = () =>
    startDownstream({
      dataDir,
      hub: () =>
        told === undefined
          ? undefined
          : { url: 'http://127.0.0.1:1', callWebhook: '', mailWebhook: '', webhookSecret: told },
    });
  async function deliver(id: string, signedWith: string, body = '{"type":"segment.entered"}'): Promise<number> {
    const at = new Date();
    const response = await fetch(downstream.url, {
      method: 'POST',
      headers: {
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(signedWith).sign(id, at, body),
      },
      body,
    });
    return response.status;
  }

  beforeEach(async () => {
    told = undefined;
    dataDir = await mkdtemp(join(tmpdir(), 'sim-down-'));
    downstream = await start();
  });
  afterEach(async () => {
    await downstream.close();
    await rm(dataDir, { recursive: true });
  });

  it('takes what is signed rightly and refuses what is not, counting each id once', async () => {
    expect(await deliver('msg_1', secret)).toBe(503);
    told = secret;
    expect(await deliver('msg_1', secret)).toBe(204);
    expect(await deliver('msg_1', secret)).toBe(204);
    expect(await deliver('msg_2', secret, '{"名":"陈晓"}')).toBe(204);
    expect(await deliver('msg_3', `whsec_${randomBytes(32).toString('base64')}`)).toBe(401);
    expect((await fetch(downstream.url, { method: 'POST', body: '{}' })).status).toBe(401);
    expect(downstream.counts()).toEqual({ received: 3, refused: 2, distinct: 2 });
  });

  it('remembers the secret and the counts over a restart that is told no secret', async () => {
    told = secret;
    await deliver('msg_1', secret);
    const { url } = downstream;
    await downstream.close();
    told = undefined;
    downstream = await start();
    expect(downstream.url).toBe(url);
    expect(await deliver('msg_2', secret)).toBe(204);
    expect(await deliver('msg_3', `whsec_${randomBytes(32).toString('base64')}`)).toBe(401);
    expect(downstream.counts()).toEqual({ received: 2, refused: 1, distinct: 2 });
  });

  it('takes another port when somebody has taken its own', async () => {
    const { port } = new URL(downstream.url);
    await downstream.close();
    const squatter = createServer().listen(Number(port), '127.0.0.1');
    await once(squatter, 'listening');
    downstream = await start();
    expect(new URL(downstream.url).port).not.toBe(port);
    squatter.close();
  });
});
