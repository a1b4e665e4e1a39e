import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import type { ReachingPeer } from '../peer.js';
import type { Person } from '../people/person.js';
import { makeWorld } from '../people/world.js';
import { PretendHub, readAll, rightlySigned, until } from '../testing/pretend-hub.js';
import type { MailEvent } from './mail-event.js';
import { startMailSystem } from './mail-system.js';

// Calls, readers and pauses take their time; on a busy machine more.
jest.setTimeout(30_000);

const world = makeWorld({ seed: 'mails', clients: 1000, asOf: new Date('2026-11-23T10:00:00Z') });
const withMail = world.people.filter((p) => p.email !== undefined);
/** Somebody whose draw makes a mail end so. */
const drawn = (from: number, below: number) => withMail.find((p) => p.draws.mail >= from && p.draws.mail < below)!;

describe('the mail system', () => {
  let dataDir: string;
  let hub: PretendHub;
  let peer: ReachingPeer;
  const start = () => startMailSystem({ world, dataDir, hub: () => hub.address() });
  const told = () => hub.accepted.flatMap((r) => (JSON.parse(r.raw) as { events: MailEvent[] }).events);
  const typesOf = (id: string) => told().flatMap((e) => (e.messageId === `<${id}@isthmus>` ? [e.type] : []));
  async function send(id: string, to: Person, password?: string): Promise<unknown> {
    const smtp = peer.card['smtp'] as { host: string; port: number; user: string; password: string; from: string };
    const transport = createTransport({
      host: smtp.host,
      port: smtp.port,
      auth: { user: smtp.user, pass: password ?? smtp.password },
    });
    try {
      return await transport.sendMail({
        from: smtp.from,
        to: to.email!,
        subject: '您好',
        text: '文'.repeat(3000),
        messageId: `<${id}@isthmus>`,
        headers: { 'X-Isthmus-Command': id },
      });
    } finally {
      transport.close();
    }
  }
  const get = (path: string) =>
    fetch(`${String(peer.card['url'])}${path}`, { headers: { authorization: `Bearer ${String(peer.card['token'])}` } });

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'sim-mail-'));
    hub = await PretendHub.start();
    peer = await start();
  });
  afterEach(async () => {
    await peer.close();
    await hub.stop();
    await rm(dataDir, { recursive: true });
  });

  it('delivers, bounces and takes opt-outs as the reader decides, and tells it in signed batches', async () => {
    const clicks = drawn(0, 0.09);
    const leaves = drawn(0.98, 0.995);
    await Promise.all([send('clicks', clicks), send('bounces', drawn(0.92, 0.98)), send('leaves', leaves)]);
    await until(() => ['clicks', 'bounces', 'leaves'].flatMap(typesOf).length === 9);
    expect(typesOf('clicks')).toEqual(['sent', 'delivered', 'opened', 'clicked']);
    expect(typesOf('bounces')).toEqual(['sent', 'bounced']);
    expect(typesOf('leaves')).toEqual(['sent', 'delivered', 'unsubscribed']);
    expect(told().find((e) => e.type === 'bounced')!.reason).toMatch(/^5\d\d /);
    expect(
      hub.received.every((r) => r.path === '/in/mail/events' && rightlySigned(r, peer.card['webhookSecret'])),
    ).toBe(true);
    expect(peer.reached()).toEqual(new Set([clicks.index, leaves.index]));
    expect((await peer.rows())['events']).toBe(209);
  });

  it('counts a repeated command, and knows what became of a message', async () => {
    await send('twice', drawn(0.4, 0.9));
    await send('twice', drawn(0.4, 0.9));
    await until(() => typesOf('twice').length === 2);
    expect(await peer.effects()).toMatchObject([{ id: 'twice', arrivals: 2, outcome: 'delivered' }]);
    const path = `/messages/${encodeURIComponent('<twice@isthmus>')}`;
    expect(await (await get(path)).json()).toEqual({ messageId: '<twice@isthmus>', status: 'delivered' });
    expect((await get('/messages/twice@isthmus')).status).toBe(200);
    expect((await get('/messages/other@isthmus')).status).toBe(404);
  });

  it('goes on after a restart, and tells what the hub did not take before', async () => {
    hub.answer = () => 500;
    await send('kept', drawn(0, 0.09));
    await until(() => hub.received.length > 0);
    await peer.close();
    hub.answer = () => 200;
    peer = await start();
    await until(() => new Set(typesOf('kept')).size === 4);
    expect(await peer.effects()).toMatchObject([{ id: 'kept', arrivals: 1, outcome: 'clicked' }]);
    expect((await peer.rows())['events']).toBe(204);
  });

  it('pages subscribers and past and live events to the end', async () => {
    await peer.act();
    await until(() => told().length === 1);
    const rows = await peer.rows();
    const url = String(peer.card['url']);
    const subscribers = await readAll<{ subscriberNo: string; consent: string }>(
      `${url}/subscribers`,
      peer.card['token'],
      50,
    );
    expect(new Set(subscribers.map((s) => s.subscriberNo)).size).toBe(rows['subscribers']);
    expect(new Set(subscribers.map((s) => s.consent))).toEqual(new Set(['yes', 'no']));
    const events = await readAll<MailEvent>(`${url}/events`, peer.card['token'], 41);
    expect(new Set(events.map((e) => e.eventId)).size).toBe(rows['events']);
    expect(events.at(-1)).toEqual(told()[0]);
    const consent = new Map(subscribers.map((s) => [s.subscriberNo, s.consent]));
    const optOuts = events.filter((e) => e.type === 'unsubscribed');
    expect(optOuts.filter((e) => consent.get(e.subscriberNo!) !== 'no')).toEqual([]);
  });

  it('refuses a wrong password, and is sick as it is told', async () => {
    const to = drawn(0.4, 0.9);
    await expect(send('refused', to, 'wrong')).rejects.toMatchObject({ responseCode: 535 });
    peer.setFaults({ failRatio: 1 });
    await expect(send('failed', to)).rejects.toMatchObject({ responseCode: 451 });
    peer.setFaults({ dropAnswerRatio: 1 });
    await expect(send('lost', to)).rejects.toThrow();
    expect((await peer.effects()).map((e) => e.id)).toEqual(['lost']);
  });
});
