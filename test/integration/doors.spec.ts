import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccessService, User } from '#access';
import { Database } from '#platform';
import { startTestHub, type TestHub } from '../support/hub.js';

const PASSWORD = 'correct horse battery staple';
interface Route {
  readonly method: string;
  readonly path: string;
}

/** Every route of the router's own drawing, with `x` for each parameter. */
function routesIn(drawing: string): Route[] {
  const above: string[] = [];
  return drawing.split('\n').flatMap((line) => {
    const [, indent, segment, methods] = /^([\s│]*)[├└]── (\S+)(?: \((.*)\))?/.exec(line) ?? [];
    if (segment === undefined) return [];
    const depth = indent!.length / 4;
    const path = `${above.slice(0, depth).join('')}${segment}`.replaceAll(/:\w+/g, 'x').replaceAll('*', 'x');
    above[depth] = segment;
    above.length = depth + 1;
    return (methods ?? '')
      .split(', ')
      .filter((m) => m !== '' && m !== 'TRACE')
      .map((method) => ({ method, path }));
  });
}

const COOKIE = /isthmus_session=([^;]+)/;

describe('the doors of the hub', () => {
  let t: TestHub;
  let all: Route[];
  let routes: Route[];
  const keys = new Map<string, string>();
  const call = (method: string, path: string, headers: Record<string, string> = {}, body?: unknown) =>
    fetch(`${t.hub.url}${path}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'manual',
    });

  beforeAll(async () => {
    t = await startTestHub();
    const { paths } = (await (await call('GET', '/api/openapi.json')).json()) as { paths: object };
    const router = t.hub.app.getHttpAdapter().getInstance() as { printRoutes(o: object): string };
    all = routesIn(router.printRoutes({ commonPrefix: false }));
    routes = all.filter((r) => r.path.startsWith('/api/v1/') && r.method !== 'HEAD');
    expect(routes.length).toBeGreaterThanOrEqual(Object.values(paths).flatMap((p) => Object.keys(p as object)).length);
    for (const role of ['viewer', 'operator']) {
      await t.api('POST', '/users', { login: role, name: role, roles: [role], password: PASSWORD });
      const made = await t.api<{ key: string }>('POST', '/api-keys', { name: role, user: role });
      keys.set(role, made.body.key);
    }
  });
  afterAll(() => t.stop());

  it('open to nobody without a key, but for signing in, machines that sign, and pages that hold no data', async () => {
    expect(all.length).toBeGreaterThan(100);
    const answers = await Promise.all(all.map(async (r) => ({ ...r, status: (await call(r.method, r.path)).status })));
    const open = answers.filter((a) => a.status < 400 || (a.status >= 500 && a.path !== '/'));
    const pages =
      /^\/($|index\.html(\.gz|\.br)?$|sign-in|(clients|review|developers|keys)($|\/)|assets\/|early\.js$|[\w-]+\.(svg|png|ico|webmanifest)|livez$|healthz$|readyz$|startupz$|version$|errors\/|api\/openapi\.json$)/;
    const reading = (method: string) => method === 'GET' || method === 'HEAD';
    const preflight = (a: { method: string; path: string }) => a.method === 'OPTIONS' && a.path.startsWith('/v1/');
    expect(open.filter((a) => !(pages.test(a.path) && reading(a.method)) && !preflight(a))).toEqual([]);
    const api = answers.filter((a) => a.path.startsWith('/api/v1/') && a.status !== 401);
    expect(api.map((a) => `${a.method} ${a.path}`)).toEqual(['POST /api/v1/session']);
  });

  it.each(['viewer', 'operator'])('let a %s do what the role says and no more', async (role) => {
    const authorization = `Bearer ${keys.get(role)}`;
    const answers = await Promise.all(
      routes
        .filter((r) => !r.path.endsWith('/stream') && !r.path.startsWith('/api/v1/session'))
        .map(async (r) => ({ ...r, status: (await call(r.method, r.path, { authorization })).status })),
    );
    const refused = answers.filter((a) => a.status === 403);
    // They compute over what is sent to them, and keep nothing of it.
    const computing = /^\/api\/v1\/(endpoints\/transform-preview|webhooks\/(sign|verify))$/;
    const writes = answers.filter((a) => a.method !== 'GET' && !computing.test(a.path));
    if (role === 'viewer') expect(writes.filter((a) => a.status !== 403)).toEqual([]);
    const admin = /^\/api\/v1\/(users|api-keys|audit)/;
    expect(answers.filter((a) => admin.test(a.path) && a.status !== 403)).toEqual([]);
    expect(answers.filter((a) => /\/(approve|reject)$/.test(a.path)).map((a) => a.status)).toEqual([403, 403]);
    expect(refused.some((a) => a.path === '/api/v1/segments' && a.method === 'POST')).toBe(role === 'viewer');
    expect(refused.some((a) => a.path.endsWith('/raw'))).toBe(role === 'viewer');
  });

  it('keep a session in a cookie that scripts cannot read, and want its token for writes', async () => {
    const signedIn = await call('POST', '/api/v1/session', {}, { login: 'operator', password: PASSWORD });
    const header = signedIn.headers.get('set-cookie')!;
    expect(header).toMatch(/HttpOnly/);
    expect(header).toMatch(/SameSite=Lax/);
    const cookie = `isthmus_session=${COOKIE.exec(header)![1]}`;
    const { csrf } = (await (await call('GET', '/api/v1/session', { cookie })).json()) as { csrf: string };
    const write = (more: Record<string, string>) =>
      call('POST', '/api/v1/segments/count', { cookie, ...more }, { rule: 'true' });
    expect((await write({})).status).toBe(403);
    expect((await write({ 'x-csrf-token': `${csrf}x` })).status).toBe(403);
    expect((await write({ 'x-csrf-token': csrf })).status).toBe(200);
  });

  it('count guesses that come at the same moment', async () => {
    await t.api('POST', '/users', { login: 'guessed', name: 'Guessed', roles: ['viewer'], password: PASSWORD });
    const guess = (password: string) => call('POST', '/api/v1/session', {}, { login: 'guessed', password });
    const guesses = await Promise.all(Array.from({ length: 12 }, (_, i) => guess(`wrong-${i}`)));
    expect(guesses.map((g) => g.status)).toEqual(guesses.map(() => 401));
    // Five were looked at; the others, and the right one that comes after them, found the door locked.
    expect(
      await t.hub.app.get(Database).query("select failed_sign_ins as n from app_user where login = 'guessed'"),
    ).toEqual([{ n: 5 }]);
    expect((await guess(PASSWORD)).status).toBe(401);
    await t.hub.app.get(Database).query("update app_user set locked_until = now() where login = 'guessed'");
    expect((await guess(PASSWORD)).status).toBe(204);
    expect((await guess('wrong')).status).toBe(401);
    expect((await guess(PASSWORD)).status).toBe(204);
  });

  it('open once for a sign-in link, however many come with it at once', async () => {
    const access = t.hub.app.get(AccessService);
    const user = await t.hub.app.get(Database).manager.findOneByOrFail(User, { login: 'viewer' });
    const link = await access.createLink(user.id);
    const statuses = await Promise.all(
      Array.from({ length: 8 }, async () => (await call('POST', '/api/v1/session', {}, { link })).status),
    );
    expect(statuses.toSorted((a, b) => a - b)).toEqual([204, ...Array.from({ length: 7 }, () => 401)]);
  });

  it('give a made key again to a repeat, and keep it nowhere in clear', async () => {
    const admin = await t.api<{ key: string }>('POST', '/api-keys', { name: 'for the repeat' });
    const authorization = `Bearer ${admin.body.key}`;
    const make = () =>
      call('POST', '/api/v1/api-keys', { authorization, 'idempotency-key': 'k-1' }, { name: 'repeated' });
    const [first, again] = [await (await make()).text(), await (await make()).text()];
    expect(again).toBe(first);
    const { key } = JSON.parse(first) as { key: string };
    const rows = await t.hub.app.get(Database).query('select body from idempotency_key');
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(key);
  });

  const mail = {
    host: 'smtp.example.com',
    port: 465,
    user: 'hub',
    password: '$env:PASSWORD_AT_THE_AGENT',
    from: 'news@example.com',
    apiUrl: 'https://mail.example.com',
    apiToken: '$env:TOKEN_AT_THE_AGENT',
    webhookSecret: '$env:SECRET_AT_THE_AGENT',
  };
  const secrets = ['password', 'apiToken', 'webhookSecret'];
  const shown = Object.fromEntries(Object.entries(mail).filter(([name]) => !secrets.includes(name)));
  const registered = async (code: string, more: object) => {
    const body = { code, name: code, connector: 'email-smtp', ...more };
    const made = await t.api<{ version: number }>('POST', '/systems', body);
    expect(made.status).toBe(201);
    return made.body.version;
  };

  it('keep a reference a reference when other settings change, where its variable is not set too', async () => {
    const version = await registered('far', { agent: 'far-away', settings: mail });
    const changed = await t.api('PATCH', '/systems/far', { version, settings: { ...shown, pollMs: 5000 } });
    expect(changed.body).toMatchObject({ settings: { ...mail, pollMs: 5000 } });
  });

  it('send no kept secret to another address', async () => {
    const known = { password: 'password-1', apiToken: 'token-1', webhookSecret: 'secret-of-1' };
    const version = await registered('near', { settings: { ...mail, ...known } });
    const change = (settings: object) =>
      t.api<{ code: string; errors: { pointer: string }[] }>('PATCH', '/systems/near', { version, settings });
    const moved = { ...shown, apiUrl: 'https://thief.example.com' };
    for (const settings of [moved, { ...shown, host: 'thief.example.com' }, { ...moved, apiToken: 'mine' }])
      expect((await change(settings)).body.code).toBe('SECRET_FOR_OTHER_ADDRESS');
    expect((await change(moved)).body.errors.map((e) => e.pointer).toSorted()).toEqual([
      '/settings/apiToken',
      '/settings/password',
      '/settings/webhookSecret',
    ]);
    expect((await change({ ...moved, ...known })).status).toBe(200);
  });

  it('hand no variable of the hub to a system', async () => {
    const refused = await t.api<{ code: string; errors: { pointer: string }[] }>('POST', '/systems', {
      code: 'thief',
      name: 'Thief',
      connector: 'web-segment',
      settings: { writeKey: '$env:ISTHMUS_MASTER_KEYS', inboxUrl: 'https://thief.example.com' },
    });
    expect(refused.status).toBe(400);
    expect(refused.body.errors.map((e) => e.pointer)).toEqual(['/settings/writeKey']);
  });
});
