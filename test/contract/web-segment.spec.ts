import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Peer } from '../../apps/simulator/src/peer.js';
import { startWebSite } from '../../apps/simulator/src/web/web-site.js';
import {
  conformsInAction,
  conformsInForm,
  conformsInWebhook,
  open,
  type Subject,
} from '../../libs/connector-kit/testing/index.js';
import connector, { type WebSettings } from '../../libs/connectors/web-segment/connector.js';
import { smallFirm } from '../support/firm.js';

let firm: Awaited<ReturnType<typeof smallFirm>>;
let peer: Peer;
const card = () => peer.card as { url: string; token: string; writeKey: string };

beforeAll(async () => {
  firm = await smallFirm('web');
  peer = await startWebSite({ ...firm, hub: () => undefined });
});
afterAll(async () => {
  await peer.close();
  await firm.remove();
});

const subject: Subject<WebSettings> = {
  connector,
  settings: () => ({ writeKey: card().writeKey, inboxUrl: card().url, inboxToken: card().token }),
  badCredential: () => ({ ...subject.settings(), inboxToken: 'not-the-token' }),
  aimedAt: (host, port) => ({ ...subject.settings(), inboxUrl: `http://${host}:${port}` }),
};

conformsInForm(subject);

const event = (more: Record<string, unknown>) => ({
  messageId: 'm1',
  type: 'track',
  event: 'Logged In',
  userId: 'u1',
  timestamp: '2026-11-23T01:00:00.000Z',
  ...more,
});
const batch = (...events: object[]) => JSON.stringify({ batch: events, sentAt: '2026-11-23T01:00:01.000Z' });

conformsInWebhook(subject, {
  request: (body, at) => ({
    method: 'POST',
    path: '/batch',
    query: {},
    headers: { authorization: `Basic ${Buffer.from(`${card().writeKey}:`).toString('base64')}` },
    body: Buffer.from(body),
    receivedAt: at,
  }),
  bodies: [
    {
      title: 'a batch of every kind of call',
      body: batch(
        event({}),
        event({ messageId: 'm2', type: 'identify', event: undefined, traits: { name: '陈晓' }, anonymousId: 'a1' }),
        event({ messageId: 'm3', type: 'page', event: undefined, name: '持仓', properties: { url: '/positions' } }),
        event({ messageId: 'm4', type: 'alias', event: undefined, previousId: 'a1' }),
        event({ messageId: 'm5', type: 'group', event: undefined, groupId: 'g1', traits: {} }),
        event({ messageId: 'm6', type: 'screen', event: undefined, name: '行情', context: { app: {} } }),
      ),
      records: ['events', 'events', 'events', 'events', 'events', 'events'],
    },
    {
      title: 'a message that was read',
      body: batch(event({ event: 'Message Read', properties: { messageId: randomUUID() } })),
      records: ['events'],
      outcomes: ['read'],
    },
    {
      title: 'an event that names nobody, among others',
      body: batch(event({}), event({ messageId: 'm2', userId: undefined }), event({ messageId: 'm3' })),
      records: ['events', 'events'],
      quarantined: 1,
    },
  ],
  proof: ['authorization'],
  // The Segment API knows a key and no signature: a repeat is dropped by its message id instead.
  covers: { body: false, time: false },
});

conformsInAction(subject, {
  action: 'web.message',
  params: () => ({ userId: 'u1', title: '提示', body: '您好', link: '' }),
  refused: { userId: '', title: '提示', body: '您好', link: '' },
  effects: async (id) => (await peer.effects()).filter((e) => e.id === id).length,
  losesAnswers: () => sick({ dropAnswerRatio: 1 }),
  fails: () => sick({ failRatio: 1 }),
});

function sick(faults: Parameters<Peer['setFaults']>[0]) {
  peer.setFaults(faults);
  return () => peer.setFaults({});
}

describe('web-segment without an inbox', () => {
  it('receives, and does not offer to send messages', async () => {
    const o = await open(subject, { writeKey: card().writeKey });
    try {
      expect((await o.instance.check(AbortSignal.timeout(1000))).map((r) => r.status)).toEqual(['ok']);
      expect(o.instance.perform).toBeUndefined();
    } finally {
      await o.close();
    }
  });
});
