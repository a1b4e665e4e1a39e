import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startCallCentre } from '../../apps/simulator/src/call/call-centre.js';
import type { Call } from '../../apps/simulator/src/call/call.js';
import type { ReachingPeer } from '../../apps/simulator/src/peer.js';
import {
  conformsInAction,
  conformsInForm,
  conformsInPull,
  conformsInWebhook,
  eventually,
  open,
  type Subject,
} from '../../libs/connector-kit/testing/index.js';
import connector, { type CallSettings } from '../../libs/connectors/call-webhook/connector.js';
import { smallFirm } from '../support/firm.js';

let firm: Awaited<ReturnType<typeof smallFirm>>;
let peer: ReachingPeer;
const card = () => peer.card as { url: string; token: string; webhookSecret: string };
const command = (id: string, phone: string) => ({
  id,
  action: 'call.task' as const,
  params: { phone, clientName: '陈晓', script: '您好', priority: 5, manager: 'A001' },
  attempt: 1,
});

beforeAll(async () => {
  firm = await smallFirm('call');
  peer = await startCallCentre({ ...firm, hub: () => undefined });
});
afterAll(async () => {
  await peer.close();
  await firm.remove();
});

const subject: Subject<CallSettings> = {
  connector,
  settings: () => ({
    baseUrl: card().url,
    token: card().token,
    signature: { preset: 'hmac-sha256', secret: card().webhookSecret },
  }),
  badCredential: () => ({ ...subject.settings(), token: 'not-the-token-of-this-centre' }),
  aimedAt: (host, port) => ({ ...subject.settings(), baseUrl: `http://${host}:${port}` }),
};

conformsInForm(subject);

conformsInPull(subject, {
  atLeast: { contacts: 20, calls: 20 },
  foreignStates: [{ v: 1, stream: 'events', after: '3', done: 3 }],
});

const ended = (more: Record<string, unknown>) =>
  JSON.stringify({
    event: 'call.ended',
    eventId: 'ended-C1',
    callId: 'C1',
    phone: '13800138000',
    contactNo: 'K1',
    disposition: 'ANSWERED',
    agent: 'A001',
    startedAt: '2026-11-23T01:00:00.000Z',
    endedAt: '2026-11-23T01:01:00.000Z',
    seconds: 60,
    ...more,
  });

conformsInWebhook(subject, {
  request: (body, at) => {
    const timestamp = String(Math.floor(at.getTime() / 1000));
    const mac = createHmac('sha256', card().webhookSecret).update(`${timestamp}.${body}`).digest('hex');
    return {
      method: 'POST',
      path: '/events',
      query: {},
      headers: { 'x-timestamp': timestamp, 'x-signature': `sha256=${mac}` },
      body: Buffer.from(body),
      receivedAt: at,
    };
  },
  bodies: [
    {
      title: 'a call that the hub asked for',
      body: ended({ taskId: 'task-1' }),
      records: ['calls'],
      outcomes: ['answered'],
    },
    { title: 'a call of a client', body: ended({ customerNo: '10000001' }), records: ['calls'] },
    {
      title: 'a call whose end has no meaning',
      body: ended({ taskId: 'task-1', disposition: 'FAX' }),
      records: ['calls'],
      quarantined: 1,
    },
  ],
  proof: ['x-signature', 'x-timestamp'],
  covers: { body: true, time: true },
  windowSeconds: 300,
});

conformsInAction(subject, {
  action: 'call.task',
  params: () => command('', firm.world.people.find((p) => p.mobile !== undefined)!.mobile!).params,
  refused: command('', '1').params,
  // A call is one effect; it is counted when it has ended.
  async effects(id) {
    if (!(await peer.effects()).some((e) => e.id === id)) return 0;
    const made = () => callsOf(id);
    await eventually(async () => (await made()).length > 0, 4000);
    return (await made()).length;
  },
  losesAnswers: () => sick({ dropAnswerRatio: 1 }),
  fails: () => sick({ failRatio: 1 }),
});

function sick(faults: Parameters<ReachingPeer['setFaults']>[0]) {
  peer.setFaults(faults);
  return () => peer.setFaults({});
}

async function callsOf(id: string): Promise<Call[]> {
  const response = await fetch(`${card().url}/calls?limit=1000`, {
    headers: { authorization: `Bearer ${card().token}` },
  });
  const { items } = (await response.json()) as { items: Call[] };
  return items.filter((c) => c.taskId === id);
}

describe('call-webhook with a call centre that has no room', () => {
  it('waits as long as it is told to', async () => {
    const full = await startCallCentre({
      ...firm,
      dataDir: `${firm.dataDir}/full`,
      hub: () => undefined,
      agents: 1,
      mostWaiting: 0,
    });
    const o = await open(subject, { ...subject.settings(), baseUrl: full.card['url'] });
    try {
      const perform = (id: string) =>
        o.instance.perform!['call.task']!(command(id, '13800138000'), AbortSignal.timeout(5000));
      const results = await Promise.all(Array.from({ length: 20 }, (_, n) => perform(`task-${n}`)));
      const waiting = results.filter((r) => r.status === 'retry');
      expect(waiting.length).toBeGreaterThan(0);
      expect(waiting).toEqual(waiting.map(() => expect.objectContaining({ afterMs: 1000 })));
      expect((await full.effects()).length).toBe(20 - waiting.length);
    } finally {
      await o.close();
      await full.close();
    }
  });
});

describe('a call that comes by webhook and by reading', () => {
  it('has the same ids on both roads, and its outcome on each', async () => {
    const o = await open(subject, subject.settings());
    try {
      const person = firm.world.people.find((p) => p.mobile !== undefined)!;
      const id = '018f2a3e-0000-7000-8000-0000000000aa';
      await o.instance.perform!['call.task']!(command(id, person.mobile!), AbortSignal.timeout(5000));
      await eventually(async () => (await callsOf(id)).length > 0, 5000);
      const [call] = await callsOf(id);
      const pushed = o.instance.webhook!.parse({
        method: 'POST',
        path: '/events',
        query: {},
        headers: {},
        body: Buffer.from(JSON.stringify(call)),
        receivedAt: new Date(),
      }).messages;
      const read = [];
      for await (const m of o.instance.pull!.read({
        stream: 'calls',
        state: undefined,
        maxRecords: 1000,
        signal: AbortSignal.timeout(5000),
      }))
        read.push(m);
      expect(pushed.map((m) => m.type)).toEqual(['record', 'outcome']);
      for (const m of pushed) expect(read).toContainEqual(m);
    } finally {
      await o.close();
    }
  });
});
