import { createHmac, randomUUID } from 'node:crypto';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { startMailSystem } from '../../apps/simulator/src/mail/mail-system.js';
import type { ReachingPeer } from '../../apps/simulator/src/peer.js';
import {
  conformsInAction,
  conformsInForm,
  conformsInPull,
  conformsInWebhook,
  open,
  type Subject,
} from '../../libs/connector-kit/testing/index.js';
import type { ActionResult } from '../../libs/connector-kit/index.js';
import { ConfigError } from '../../libs/connector-kit/index.js';
import connector, { type MailSettings } from '../../libs/connectors/email-smtp/connector.js';
import { smallFirm } from '../support/firm.js';

interface Card {
  url: string;
  token: string;
  webhookSecret: string;
  smtp: { host: string; port: number; user: string; password: string; from: string };
}

let firm: Awaited<ReturnType<typeof smallFirm>>;
let peer: ReachingPeer;
const card = () => peer.card as unknown as Card;

beforeAll(async () => {
  firm = await smallFirm('mail');
  peer = await startMailSystem({ ...firm, hub: () => undefined });
});
afterAll(async () => {
  await peer.close();
  await firm.remove();
});

const subject: Subject<MailSettings> = {
  connector,
  settings: () => ({
    ...card().smtp,
    apiUrl: card().url,
    apiToken: card().token,
    webhookSecret: card().webhookSecret,
  }),
  badCredential: () => ({ ...subject.settings(), password: 'not-the-password', apiToken: 'not-the-token' }),
  aimedAt: (host, port) => ({ ...subject.settings(), host, port, apiUrl: `http://${host}:${port}` }),
};
const command = (to = 'reader@mail.example.com', id: string = randomUUID()) => ({
  id,
  action: 'email.send' as const,
  params: { to, subject: '市场周报', text: '您好\r\n.一行\r\n', html: '<p>您好</p>' },
  attempt: 1,
});

conformsInForm(subject);

conformsInPull(subject, { atLeast: { subscribers: 20, events: 20 } });

const event = (more: Record<string, unknown>) => ({
  eventId: 'e1',
  type: 'delivered',
  messageId: '<018f2a3e-0000-7000-8000-000000000001@isthmus>',
  recipient: 'reader@mail.example.com',
  subscriberNo: 'S1',
  occurredAt: '2026-11-23T01:00:00.000Z',
  ...more,
});
const batch = (...events: object[]) => JSON.stringify({ events });

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
      title: 'what became of a mail of the hub',
      body: batch(
        event({ eventId: 'e0', type: 'sent' }),
        event({}),
        event({ eventId: 'e2', type: 'opened' }),
        event({ eventId: 'e3', type: 'clicked' }),
        event({ eventId: 'e4', type: 'bounced', reason: '550 5.1.1 User unknown' }),
        event({ eventId: 'e5', type: 'unsubscribed' }),
        event({ eventId: 'e6', type: 'complained' }),
      ),
      records: ['events', 'events', 'events', 'events', 'events', 'events', 'events'],
      outcomes: ['delivered', 'opened', 'clicked', 'bounced', 'unsubscribed', 'complained'],
    },
    {
      title: 'what became of a newsletter',
      body: batch(event({ messageId: '<newsletter-3.S1@mail.firm.example>' })),
      records: ['events'],
    },
    {
      title: 'an event among others that names nothing',
      body: batch(event({}), { type: 'opened' }, event({ eventId: 'e2' })),
      records: ['events', 'events'],
      outcomes: ['delivered', 'delivered'],
      quarantined: 1,
    },
  ],
  proof: ['x-signature', 'x-timestamp'],
  covers: { body: true, time: true },
  windowSeconds: 300,
});

conformsInAction(subject, {
  action: 'email.send',
  params: () => command().params,
  // A mail server sends what it is handed, as often as it is handed it.
  effects: async (id) => (await peer.effects()).find((e) => e.id === id)?.arrivals ?? 0,
  losesAnswers: () => sick({ dropAnswerRatio: 1 }),
  fails: () => sick({ failRatio: 1 }),
});

function sick(faults: Parameters<ReachingPeer['setFaults']>[0]) {
  peer.setFaults(faults);
  return () => peer.setFaults({});
}

describe('email-smtp with many mails at the same moment', () => {
  it('hands in each once', async () => {
    const o = await open(subject, subject.settings());
    try {
      const commands = Array.from({ length: 60 }, () => command());
      const send = o.instance.perform!['email.send']!;
      const results = await Promise.all(commands.map((c) => send(c, AbortSignal.timeout(10_000))));
      expect(new Set(results.map((r) => r.status))).toEqual(new Set(['accepted']));
      const arrivals = new Map((await peer.effects()).map((e) => [e.id, e.arrivals]));
      expect(commands.map((c) => arrivals.get(c.id))).toEqual(commands.map(() => 1));
    } finally {
      await o.close();
    }
  });
});

describe('email-smtp with a mail server that', () => {
  const servers: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const s of servers.splice(0)) await s.close();
  });

  /** Sends one mail to a server of its own. */
  async function sentTo(
    options: SMTPServerOptions,
    over: Partial<MailSettings> = {},
    mails = 1,
  ): Promise<{ results: (ActionResult | Error)[]; taken: string[]; connections: number }> {
    const taken: string[] = [];
    const sockets = new Set<Socket>();
    let connections = 0;
    const server = new SMTPServer({
      authMethods: ['PLAIN'],
      allowInsecureAuth: true,
      disableReverseLookup: true,
      disabledCommands: ['STARTTLS'],
      onAuth: (auth, _session, done) => done(null, { user: auth.username ?? '' }),
      onData(stream, _session, done) {
        const parts: Buffer[] = [];
        stream.on('data', (d: Buffer) => parts.push(d));
        stream.on('end', () => {
          taken.push(Buffer.concat(parts).toString());
          done();
        });
      },
      ...options,
    });
    server.on('error', () => {});
    server.server.on('connection', (socket: Socket) => {
      connections++;
      sockets.add(socket);
    });
    await new Promise<void>((ok) => server.listen(0, '127.0.0.1', ok));
    servers.push({
      close: async () => {
        for (const s of sockets) s.destroy();
        await new Promise<void>((ok) => server.close(ok));
      },
    });
    const { port } = server.server.address() as AddressInfo;
    const o = await open(subject, { ...subject.settings(), host: '127.0.0.1', port, ...over });
    try {
      const results: (ActionResult | Error)[] = [];
      for (let n = 0; n < mails; n++)
        results.push(
          await o.instance.perform!['email.send']!(command(), AbortSignal.timeout(3000)).catch(
            (e: unknown) => e as Error,
          ),
        );
      return { results, taken, connections };
    } finally {
      await o.close();
    }
  }
  const refusing = (responseCode: number) => Object.assign(new Error('no'), { responseCode });

  it('takes it gets the mail whole, with our id in both places, over one connection', async () => {
    const { results, taken, connections } = await sentTo({}, {}, 3);
    expect(results.map((r) => 'status' in r && r.status)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(connections).toBe(1);
    const id = /^X-Isthmus-Command: (.+)\r$/im.exec(taken[0]!)![1]!;
    expect(taken[0]).toContain(`Message-ID: <${id}@isthmus>`);
    expect(results[0]).toMatchObject({ externalId: `<${id}@isthmus>` });
    expect(taken[0]).toMatch(/^Subject: =\?UTF-8\?/m);
    expect(taken[0]).toContain('Content-Type: multipart/alternative');
  });

  it.each<[string, SMTPServerOptions, string]>([
    ['refuses the recipient for good', { onRcptTo: (_a, _s, done) => done(refusing(550)) }, 'rejected'],
    ['refuses the recipient for now', { onRcptTo: (_a, _s, done) => done(refusing(450)) }, 'retry'],
    [
      'refuses the text for good',
      { onData: (stream, _s, done) => void stream.resume().on('end', () => done(refusing(554))) },
      'rejected',
    ],
    [
      'refuses the text for now',
      { onData: (stream, _s, done) => void stream.resume().on('end', () => done(refusing(452))) },
      'retry',
    ],
    ['is closing', { onMailFrom: (_a, _s, done) => done(refusing(421)) }, 'retry'],
    ['cannot check the login just now', { onAuth: (_a, _s, done) => done(refusing(454)) }, 'retry'],
  ])('%s', async (_what, options, wanted) => {
    const { results, taken } = await sentTo(options);
    expect(results).toMatchObject([{ status: wanted }]);
    expect(taken).toEqual([]);
  });

  it('refuses the sender is a matter for the operator', async () => {
    const { results } = await sentTo({ onMailFrom: (_a, _s, done) => done(refusing(550)) });
    expect(results[0]).toBeInstanceOf(ConfigError);
  });

  it('goes away before the text surely does not have it', async () => {
    const { results } = await sentTo({
      onRcptTo: (_a, session) => destroy(session.remotePort),
      onConnect: remember,
    });
    expect(results).toMatchObject([{ status: 'retry' }]);
  });

  it('goes away in the text, or after it, may have it', async () => {
    const { results } = await sentTo({
      onConnect: remember,
      onData: (stream, session) => void stream.resume().on('end', () => destroy(session.remotePort)),
    });
    expect(results).toMatchObject([{ status: 'unknown' }]);
  });

  it('never answers the text may have it', async () => {
    const { results } = await sentTo({ onData: (stream) => void stream.resume() });
    expect(results).toMatchObject([{ status: 'unknown' }]);
  });

  it('never answers the recipient does not have it', async () => {
    const { results } = await sentTo({ onRcptTo: () => {} });
    expect(results).toMatchObject([{ status: 'retry' }]);
  });

  it('offers STARTTLS with a certificate that nobody signed is not spoken to in the open', async () => {
    const { results, taken } = await sentTo({ disabledCommands: [] });
    expect(results).toMatchObject([{ status: 'retry' }]);
    expect(taken).toEqual([]);
  });

  const sessions = new Map<number, () => void>();
  const remember: NonNullable<SMTPServerOptions['onConnect']> = function (this: SMTPServer, session, done) {
    for (const c of this.connections as Set<{ remotePort: number; _socket: Socket }>)
      if (c.remotePort === session.remotePort) sessions.set(session.remotePort, () => c._socket.destroy());
    done();
  };
  const destroy = (port: number) => sessions.get(port)!();
});
