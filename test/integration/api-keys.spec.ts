import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiKeys } from '#access';
import { Database, parsePublicId, systemClock } from '#platform';
import { projectRoot } from '../../apps/hub/src/project.js';
import { startTestHub, type TestHub } from '../support/hub.js';

interface Key {
  readonly id: string;
  readonly prefix: string;
  readonly name: string;
  readonly owner: string;
  readonly scopes: string[];
  readonly state: string;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
  readonly successor: string | null;
}
interface Made {
  readonly id: string;
  readonly key: string;
  readonly expiresAt: string | null;
  readonly retiresAt: string;
}
interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string }[];
}

const DAY_MS = 86_400_000;
const CLI = join(projectRoot, 'dist/apps/hub/src/cli/main.js');

describe('API keys', () => {
  let t: TestHub;
  let db: Database;

  beforeAll(async () => {
    t = await startTestHub({ env: { ISTHMUS_ROLE: 'api' } });
    db = t.hub.app.get(Database);
    await t.api('POST', '/users', { login: 'robot', name: 'Robot', roles: ['operator'] });
  });
  afterAll(() => t.stop());

  const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
  async function make(body: object): Promise<Made> {
    const made = await t.api<Made>('POST', '/api-keys', { name: 'a key', user: 'robot', ...body });
    expect(made.status).toBe(201);
    return made.body;
  }
  async function rotate(id: string, overlapHours: number): Promise<Made> {
    const made = await t.api<Made>('POST', `/api-keys/${id}/rotate`, { overlapHours });
    expect(made.status).toBe(201);
    return made.body;
  }
  const list = async (ended = true) =>
    (await t.api<{ items: Key[] }>('GET', `/api-keys?limit=500&ended=${ended}`)).body.items;
  const keyOf = async (id: string) => (await list()).find((k) => k.id === id)!;
  const call = async (key: string, method = 'GET', path = '/segments', body?: object) =>
    (
      await fetch(`${t.hub.url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    ).status;

  it('are shown once; the hub keeps a hash and how they begin', async () => {
    const expiresAt = inDays(90);
    const { id, key } = await make({ name: 'nightly export', scopes: ['read'], expiresAt });
    expect(await keyOf(id)).toEqual({
      id,
      prefix: key.slice(0, 20),
      name: 'nightly export',
      owner: 'robot',
      scopes: ['read'],
      state: 'active',
      createdBy: 'admin',
      createdAt: expect.any(String),
      expiresAt,
      lastUsedAt: null,
      revokedAt: null,
      successor: null,
    });
    const secret = key.slice(20);
    expect(secret.length).toBeGreaterThan(30);
    const rows = await db.query(`select t::text as row from api_key t union all select t::text from audit t`);
    expect(rows.length).toBeGreaterThan(3);
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  it('do what their scopes say, and never more than their owner may', async () => {
    const { key } = await make({ scopes: ['read'] });
    expect([await call(key), await call(key, 'POST', '/segments/count', { rule: 'true' })]).toEqual([200, 403]);
    const all = await make({});
    expect((await keyOf(all.id)).scopes).toEqual(['read', 'write']);
    expect(await call(all.key, 'POST', '/segments/count', { rule: 'true' })).toBe(200);
    const beyond = await t.api<Problem>('POST', '/api-keys', { name: 'x', user: 'robot', scopes: ['read', 'approve'] });
    expect(beyond).toMatchObject({ status: 403, body: { code: 'SCOPE_MISSING' } });
    // Whoever loses a role takes it from every key that acts for them.
    await db.query(`update app_user set roles = '{viewer}' where login = 'robot'`);
    expect((await new ApiKeys(db, systemClock).actorOf(all.key))!.scopes).toEqual(['read']);
    await db.query(`update app_user set roles = '{operator}', disabled = true where login = 'robot'`);
    expect(await new ApiKeys(db, systemClock).actorOf(all.key)).toBeUndefined();
    await db.query(`update app_user set disabled = false where login = 'robot'`);
  });

  it('expire, and are not made for a time that has passed', async () => {
    const past = await t.api<Problem>('POST', '/api-keys', { name: 'late', expiresAt: '2020-01-01T00:00:00+08:00' });
    expect(past).toMatchObject({ status: 400, body: { code: 'KEY_EXPIRY_PAST', errors: [{ pointer: '/expiresAt' }] } });
    const { id, key } = await make({ expiresAt: inDays(1) });
    await db.query(`update api_key set expires_at = now() where id = $1`, [parsePublicId('key', id)]);
    expect(await call(key)).toBe(401);
    expect((await keyOf(id)).state).toBe('expired');
    expect((await list(false)).map((k) => k.id)).not.toContain(id);
  });

  it('are followed by another of the same kind, and work beside it until the overlap is over', async () => {
    const first = await make({ name: 'feed', scopes: ['read'], expiresAt: inDays(90) });
    expect(await call(first.key)).toBe(200);
    const second = await rotate(first.id, 48);
    expect([await call(first.key), await call(second.key)]).toEqual([200, 200]);
    expect(await keyOf(first.id)).toMatchObject({ state: 'retiring', successor: second.id });
    expect(await keyOf(first.id)).toMatchObject({ expiresAt: second.retiresAt });
    expect(Math.abs(Date.parse(second.retiresAt) - Date.parse(inDays(2)))).toBeLessThan(60_000);
    const after = await keyOf(second.id);
    expect(after).toMatchObject({ name: 'feed', owner: 'robot', scopes: ['read'], state: 'active' });
    // For as long again as the first was made for.
    expect(Math.abs(Date.parse(after.expiresAt!) - Date.parse(inDays(90)))).toBeLessThan(60_000);
    const again = await t.api<Problem>('POST', `/api-keys/${first.id}/rotate`, {});
    expect(again).toMatchObject({ status: 409, body: { code: 'KEY_ENDED' } });

    const third = await rotate(second.id, 0);
    expect([await call(second.key), await call(third.key)]).toEqual([401, 200]);
    expect((await keyOf(second.id)).state).toBe('replaced');
    const audit = await t.api<{ items: { action: string; object: string; detail: object }[] }>('GET', '/audit?limit=1');
    expect(audit.body.items).toMatchObject([
      { action: 'api_key.rotate', object: `api_key/${second.id}`, detail: { successor: third.id } },
    ]);
  });

  it('do not live longer by being followed', async () => {
    const end = inDays(1);
    const first = await make({ expiresAt: end });
    const second = await rotate(first.id, 720);
    expect(second.retiresAt).toBe(end);
    expect((await keyOf(first.id)).expiresAt).toBe(end);
    const forGood = await make({});
    expect((await rotate(forGood.id, 1)).expiresAt).toBeNull();
  });

  it('are followed once, however many ask at the same moment', async () => {
    const { id } = await make({ name: 'contested' });
    const answers = await Promise.all(Array.from({ length: 6 }, () => t.api('POST', `/api-keys/${id}/rotate`, {})));
    expect(answers.map((a) => a.status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409, 409, 409]);
    expect((await list()).filter((k) => k.name === 'contested')).toHaveLength(2);
  });

  it('are refused at once when they are revoked, and stay so', async () => {
    const { id, key } = await make({ name: 'lost laptop' });
    expect(await call(key)).toBe(200);
    expect((await t.api('DELETE', `/api-keys/${id}`)).status).toBe(204);
    expect(await call(key)).toBe(401);
    const { revokedAt } = await keyOf(id);
    expect((await t.api('DELETE', `/api-keys/${id}`)).status).toBe(204);
    expect(await keyOf(id)).toMatchObject({ state: 'revoked', revokedAt });
    expect((await t.api<Problem>('POST', `/api-keys/${id}/rotate`, {})).body.code).toBe('KEY_ENDED');
    expect((await t.api('DELETE', '/api-keys/key_00000000000000000000000000')).status).toBe(404);
  });

  it('note when they were used, at most once a minute', async () => {
    const { id, key } = await make({});
    const row = async () =>
      (
        await db.query<{ version: string; used: Date | null }>(
          'select xmin::text as version, last_used_at as used from api_key where id = $1',
          [parsePublicId('key', id)],
        )
      )[0]!;
    // Processes that have not seen the key before: each looks it up.
    const use = () => new ApiKeys(db, systemClock).actorOf(key);
    await Promise.all([use(), use(), use()]);
    const noted = await row();
    expect(Date.now() - noted.used!.getTime()).toBeLessThan(60_000);
    for (let i = 0; i < 5; i++) expect(await use()).toBeDefined();
    expect(await row()).toEqual(noted);
    await db.query(`update api_key set last_used_at = now() - interval '61 seconds' where id = $1`, [
      parsePublicId('key', id),
    ]);
    await use();
    expect((await row()).used!.getTime()).toBeGreaterThanOrEqual(noted.used!.getTime());
  });

  it('are made, listed, followed and revoked from the command line', async () => {
    const admin = await t.api<Made>('POST', '/api-keys', { name: 'command line' });
    const env = { PATH: process.env['PATH'], ISTHMUS_URL: t.hub.url, ISTHMUS_API_KEY: admin.body.key };
    const run = (...args: string[]) => promisify(execFile)(process.execPath, [CLI, '-o', 'json', ...args], { env });
    const isthmus = async <T>(...args: string[]) => JSON.parse((await run(...args)).stdout) as T;
    const end = inDays(30);
    const made = await isthmus<Made>('keys', 'add', 'cron', '--user', 'robot', '--scopes', 'read', '--expires', end);
    expect(await call(made.key)).toBe(200);
    const next = await isthmus<Made>('keys', 'rotate', made.id, '--overlap', '1');
    const listed = await isthmus<{ items: Key[] }>('keys', 'list');
    expect(listed.items.filter((k) => k.name === 'cron').map((k) => [k.id, k.state])).toEqual([
      [next.id, 'active'],
      [made.id, 'retiring'],
    ]);
    await expect(run('keys', 'revoke', next.id)).rejects.toMatchObject({ code: 2 });
    expect(await call(next.key)).toBe(200);
    await run('--yes', 'keys', 'revoke', next.id);
    expect(await call(next.key)).toBe(401);
    const { items } = await isthmus<{ items: Key[] }>('keys', 'list', '--ended');
    expect(items.find((k) => k.id === next.id)!.state).toBe('revoked');
  });
});
