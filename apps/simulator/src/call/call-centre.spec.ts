import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReachingPeer } from '../peer.js';
import { makeWorld } from '../people/world.js';
import { PretendHub, readAll, rightlySigned, until } from '../testing/pretend-hub.js';
import { type Call, dispositionOf } from './call.js';
import { startCallCentre } from './call-centre.js';

// Calls, readers and pauses take their time; on a busy machine more.
jest.setTimeout(30_000);

const world = makeWorld({ seed: 'calls', clients: 1000, asOf: new Date('2026-11-23T10:00:00Z') });
const withPhone = world.people.filter((p) => p.mobile !== undefined);

describe('the call centre', () => {
  let dataDir: string;
  let hub: PretendHub;
  let peer: ReachingPeer;
  const start = (room: { agents?: number; mostWaiting?: number } = {}, folder = dataDir) =>
    startCallCentre({
      world,
      dataDir: folder,
      hub: () => hub.address(),
      ...room,
    });
  const post = (task: Record<string, unknown>, token = peer.card['token']) =>
    fetch(`${String(peer.card['url'])}/tasks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${String(token)}` },
      body: JSON.stringify(task),
    });
  const told = () => hub.accepted.map((r) => JSON.parse(r.raw) as Call);

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'sim-call-'));
    hub = await PretendHub.start();
    peer = await start();
  });
  afterEach(async () => {
    await peer.close();
    await hub.stop();
    await rm(dataDir, { recursive: true });
  });

  it('makes one call of a task, however often it comes, and tells how it ended', async () => {
    const person = withPhone[0]!;
    const task = { taskId: 't1', phone: `+86${person.mobile}`, name: person.name, script: 's', priority: 1, agent: '' };
    expect((await post(task)).status).toBe(202);
    const again = await post(task);
    expect(again.status).toBe(200);
    expect(await again.json()).toMatchObject({ taskId: 't1', duplicate: true });
    await until(() => told().length > 0);
    expect(told()[0]).toMatchObject({
      event: 'call.ended',
      taskId: 't1',
      disposition: dispositionOf(person.draws.call),
    });
    expect(
      hub.received.every((r) => r.path === '/in/call/events' && rightlySigned(r, peer.card['webhookSecret'])),
    ).toBe(true);
    const outcome = dispositionOf(person.draws.call);
    expect(await peer.effects()).toMatchObject([{ id: 't1', arrivals: 2, to: task.phone, outcome }]);
    expect((await peer.rows())['calls']).toBe(201);
  });

  it('tells every call in the end, though the hub is ill, and some twice', async () => {
    hub.answer = (_, n) => (n % 2 === 0 ? 500 : 200);
    const people = withPhone.slice(0, 150);
    await Promise.all(people.map((p) => post({ taskId: `t${p.index}`, phone: p.mobile, name: p.name })));
    await until(() => new Set(told().map((c) => c.taskId)).size === people.length);
    await until(() => told().length > people.length);
    expect(new Set(told().map((c) => c.eventId)).size).toBe(people.length);
    const spoken = people.filter((p) => ['ANSWERED', 'INTERESTED', 'REFUSED'].includes(dispositionOf(p.draws.call)));
    expect([...peer.reached()].sort((a, b) => a - b)).toEqual(spoken.map((p) => p.index));
  });

  it('goes on after a restart where it stood, at the same address', async () => {
    hub.answer = () => 503;
    const { url } = peer.card;
    await post({ taskId: 'done', phone: withPhone[1]!.mobile, name: '' });
    await until(async () => (await peer.effects())[0]?.outcome !== undefined);
    await post({ taskId: 'under way', phone: withPhone[2]!.mobile, name: '' });
    await peer.close();
    hub.answer = () => 200;
    peer = await start();
    expect(peer.card['url']).toBe(url);
    await until(() => new Set(told().map((c) => c.taskId)).size === 2);
    expect(await (await post({ taskId: 'done', phone: '13800000000' })).json()).toMatchObject({ duplicate: true });
    expect(await peer.rows()).toMatchObject({ calls: 202 });
  });

  it('pages its history to the end, live calls last, and each call once', async () => {
    await peer.act();
    const { calls, contacts } = await peer.rows();
    const url = String(peer.card['url']);
    const read = await readAll<Call>(`${url}/calls`, peer.card['token'], 37);
    expect(new Set(read.map((c) => c.callId)).size).toBe(calls);
    expect(read.length).toBe(calls);
    expect(read.map((c) => c.startedAt)).toEqual(read.map((c) => c.startedAt).toSorted());
    const book = await readAll<{ contactNo: string; customerNo?: string }>(`${url}/contacts`, peer.card['token'], 500);
    expect(new Set(book.map((c) => c.contactNo)).size).toBe(contacts);
    expect(book.some((c) => c.customerNo === undefined) && book.some((c) => c.customerNo)).toBe(true);
    await until(() => told().some((c) => c.callId === read.at(-1)!.callId));
    expect(read.at(-1)).not.toHaveProperty('taskId');
  });

  it('refuses a wrong token, a task without phone, and more tasks than it can take', async () => {
    expect((await post({ taskId: 'x', phone: '13800000000' }, 'wrong')).status).toBe(401);
    const bad = await post({ taskId: 'x', name: 'n' });
    expect(bad.status).toBe(400);
    expect(await bad.json()).toMatchObject({ field: 'phone' });
    await peer.close();
    peer = await start({ agents: 1, mostWaiting: 0 }, join(dataDir, 'small'));
    const full = await Promise.all(
      Array.from({ length: 20 }, (_, i) => post({ taskId: `f${i}`, phone: '13800000000' })),
    );
    expect(full.find((r) => r.status === 429)?.headers.get('retry-after') ?? 'none').toBe('1');
  });

  it('does nothing when it fails, and does it without a word when the answer is lost', async () => {
    const task = { taskId: 'sick', phone: withPhone[0]!.mobile, name: '' };
    peer.setFaults({ failRatio: 1 });
    expect((await post(task)).status).toBe(503);
    expect(await peer.effects()).toEqual([]);
    peer.setFaults({ dropAnswerRatio: 1 });
    await expect(post(task)).rejects.toThrow();
    peer.setFaults({ delayMs: 100 });
    const before = Date.now();
    expect((await post(task)).status).toBe(200);
    expect(Date.now() - before).toBeGreaterThanOrEqual(95);
    expect(await peer.effects()).toMatchObject([{ id: 'sick', arrivals: 2 }]);
  });
});
