import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Peer } from '../peer.js';
import { recentLogin } from '../people/recent-login.js';
import { makeWorld } from '../people/world.js';
import { PretendHub, until } from '../testing/pretend-hub.js';
import type { SiteEvent } from './site-event.js';
import { startWebSite } from './web-site.js';

// Calls, readers and pauses take their time; on a busy machine more.
jest.setTimeout(30_000);

const asOf = new Date('2026-11-23T10:00:00Z');
const world = makeWorld({ seed: 'site', clients: 1000, asOf });
const users = world.people.filter((p) => p.userId !== undefined);

describe('the web site', () => {
  let dataDir: string;
  let hub: PretendHub;
  let peer: Peer;
  let told = true;
  const start = (folder = dataDir) =>
    startWebSite({ world, dataDir: folder, hub: () => (told ? hub.address() : undefined) });
  const from = (path: string) =>
    hub.accepted
      .filter((r) => r.path === path)
      .flatMap((r) => (JSON.parse(r.raw) as { batch: (SiteEvent & Record<string, unknown>)[] }).batch);
  const put = (id: string, userId: string) =>
    fetch(`${String(peer.card['url'])}/messages/${id}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${String(peer.card['token'])}` },
      body: JSON.stringify({ userId, title: '您好', body: '…', link: '' }),
    });

  beforeEach(async () => {
    told = true;
    dataDir = await mkdtemp(join(tmpdir(), 'sim-web-'));
    hub = await PretendHub.start();
    peer = await start();
  });
  afterEach(async () => {
    await peer.close();
    await hub.stop();
    await rm(dataDir, { recursive: true });
  });

  it('imports its history once, whole, though the hub is ill and the site restarts', async () => {
    hub.answer = (_, n) => (n <= 2 ? 200 : 503);
    await until(() => hub.received.length > 2);
    await peer.close();
    expect(await peer.rows()).toEqual({ events: 200 });
    hub.answer = (_, n) => (n % 2 === 0 ? 500 : 200);
    peer = await start();
    await until(async () => (await peer.rows())['events'] === 300);
    await peer.close();
    peer = await start();
    const ids = from('/v1/import').map((e) => e.messageId);
    expect(ids.length).toBe(300);
    expect(new Set(ids).size).toBe(300);
    const key = Buffer.from(`${String(peer.card['writeKey'])}:`).toString('base64');
    expect(hub.accepted.every((r) => r.headers.authorization === `Basic ${key}`)).toBe(true);
  });

  it('has a login within 14 days of exactly those who use it these days', async () => {
    await until(async () => (await peer.rows())['events'] === 300);
    const events = from('/v1/import');
    const recent = asOf.getTime() - 14 * 86_400_000;
    const late = events.filter((e) => Date.parse(e.timestamp) > recent);
    const logins = late.filter((e) => e.type === 'track' && e.event === 'Logged In').map((e) => e.userId);
    expect(new Set(logins)).toEqual(new Set(users.filter(recentLogin).map((p) => p.userId)));
    const leaving = new Set(users.filter((p) => p.atRisk).map((p) => p.userId));
    expect(late.filter((e) => leaving.has(e.userId))).toEqual([]);
    const tied = new Set(events.flatMap((e) => (e.type === 'identify' ? (e.traits['customerNo'] ?? []) : [])));
    for (const p of users.filter((u) => u.nearMiss === 'login')) expect(tied).toContain(p.customerNo);
  });

  it('sends live events by the SDK, each until the hub has taken it', async () => {
    await until(async () => (await peer.rows())['events'] === 300);
    hub.answer = () => 500;
    for (let i = 0; i < 60; i++) await peer.act();
    await until(() => hub.received.some((r) => r.path === '/v1/batch'));
    expect(await peer.rows()).toEqual({ events: 300 });
    await peer.close();
    hub.answer = () => 200;
    peer = await start();
    await until(async () => (await peer.rows())['events'] === 360);
    const live = from('/v1/batch');
    expect(new Set(live.map((e) => e.messageId)).size).toBe(60);
    const byLogin = live.filter((e) => e.type === 'track' && e.event === 'Logged In').map((e) => e.userId);
    expect(byLogin.length).toBeGreaterThan(0);
    const actual = new Set(users.filter(recentLogin).map((p) => p.userId));
    expect(byLogin.filter((u) => !actual.has(u))).toEqual([]);
    expect(live[0]).toMatchObject({ context: { library: { name: '@segment/analytics-node' } } });
  });

  it('keeps a message once, and says when it is read', async () => {
    const reader = users.find((p) => p.draws.web < 0.5)!;
    const other = users.find((p) => p.draws.web >= 0.5)!;
    expect((await put('m1', reader.userId!)).status).toBe(201);
    expect((await put('m1', reader.userId!)).status).toBe(200);
    expect((await put('m2', other.userId!)).status).toBe(201);
    expect((await put('m3', '')).status).toBe(400);
    await until(() => from('/v1/batch').length > 0);
    expect(from('/v1/batch')).toMatchObject([
      { type: 'track', event: 'Message Read', userId: reader.userId, properties: { messageId: 'm1' } },
    ]);
    expect(await peer.effects()).toMatchObject([
      { id: 'm1', arrivals: 2, outcome: 'read' },
      { id: 'm2', arrivals: 1 },
    ]);
  });

  it('waits until it is told where the hub is', async () => {
    await peer.close();
    await hub.stop();
    hub = await PretendHub.start();
    told = false;
    peer = await start(join(dataDir, 'later'));
    await peer.act();
    expect(await peer.rows()).toEqual({ events: 0 });
    told = true;
    await until(async () => (await peer.rows())['events'] === 301);
    expect(hub.accepted.length).toBe(4);
  });
});
