import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BlockedValues, Decisions, identityErrors, ModelWork } from '#identity';
import { IsthmusError, publicId } from '#platform';
import { message, row } from '../support/counter-rows.js';
import { dump, type Pipeline, record, startPipeline } from '../support/pipeline.js';

interface Side {
  client: string;
  identity: number;
}
interface Review {
  id: string;
  cause: string;
  left: Side;
  right: Side;
  limits: { name: string; nameText: { zh: string }; most: number; found: number; left: string[]; right: string[] }[];
}
interface Changes {
  decisions: string[];
  merged: { from: string; into: string }[];
  split: { from: string; into: string }[];
}
interface BlockedChange {
  value: { id: string; value: string };
  stating: number;
  later: boolean;
  changes: Changes;
}

const CLI = join(import.meta.dirname, '../../dist/apps/hub/src/cli/main.js');
const AT = '2026-10-01T08:00:00+08:00';
const SAME = { name: '欧阳晓霖', idNo: '11010519491231002X' };

let p: Pipeline;
let work: ModelWork;

beforeAll(async () => {
  p = await startPipeline({ clock: { now: () => new Date('2026-11-23T04:00:00Z'), sleep: async () => {} } });
  work = p.hub.hub.app.get(ModelWork, { strict: false });
});
afterAll(() => p.stop());

type Row = [stream: string, id: string, data: Record<string, unknown>];

async function say(...rows: Row[]): Promise<void> {
  await p.feed(rows.map(([stream, id, data]) => record(stream, `${id}@${JSON.stringify(data)}`, { at: AT, ...data })));
  await p.apply();
}

/** Customers, by the numbers of those who are one client. */
async function customers(): Promise<string[]> {
  const rows = await p.db.query<{ keys: string }>(
    `select string_agg(key, ' ' order by key) as keys from source_identity where type = 'customer_no' group by client_id order by 1`,
  );
  return rows.map((r) => r.keys);
}

async function clientOf(key: string): Promise<string> {
  const [found] = await p.db.query<{ id: string }>('select client_id as id from source_identity where key = $1', [key]);
  return publicId('cli', found!.id);
}

const get = async <T>(path: string) => (await p.hub.api<T>('GET', path)).body;
async function post<T = Changes>(path: string, body: unknown): Promise<T> {
  const answer = await p.hub.api<T>('POST', path, body);
  if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
  return answer.body;
}

/** Puts limits in force the way a person does. @returns how many parts would leave a client. */
async function limit(valueLimits: Record<string, number | null>): Promise<number> {
  const { version } = await post<{ version: number }>('/identity/models/tune', { from: 0, valueLimits });
  await post(`/identity/models/${version}/preview`, {});
  await work.run();
  const shown = await get<{ preview: { counts: { parting: number } } }>(`/identity/models/${version}`);
  await post(`/identity/models/${version}/activate`, {});
  await work.run();
  return shown.preview.counts.parting;
}

describe('limits per kind of value', () => {
  beforeEach(async () => {
    await p.reset();
    await p.db.query('delete from match_model');
  });

  const three: Row[] = [
    ['clients', 'c1', { no: '10001', ...SAME, phone: '13812345671' }],
    ['clients', 'c2', { no: '10002', ...SAME, phone: '13812345672' }],
    ['clients', 'c3', { no: '10003', ...SAME, phone: '13812345673' }],
  ];

  it('are previewed, put in force, and told of with the values that are too many', async () => {
    await say(...three);
    expect(await customers()).toEqual(['10001 10002 10003']);
    expect(await limit({ phone: 2 })).toBe(1);
    expect(await customers()).toEqual(['10001 10002', '10003']);
    const { items } = await get<{ items: Review[] }>('/identity/reviews?cause=limit');
    expect(items).toHaveLength(1);
    const review = await get<Review>(`/identity/reviews/${items[0]!.id}`);
    expect(review.limits).toHaveLength(1);
    expect(review.limits[0]).toMatchObject({ name: 'phone', nameText: { zh: '电话' }, most: 2, found: 3 });
    const masked = ['+86138****5671', '+86138****5672', '+86138****5673'];
    expect([...review.limits[0]!.left, ...review.limits[0]!.right].toSorted()).toEqual(masked);
    const clear = await get<Review>(`/identity/reviews/${items[0]!.id}/revealed`);
    expect([...clear.limits[0]!.left, ...clear.limits[0]!.right]).toContain('+8613812345673');
  });

  it('hold in any order of arrival, and stand where a full pass stands', async () => {
    await limit({ phone: 2 });
    await say(...three);
    const once = await dump(p.db);
    expect(await customers()).toEqual(['10001 10002', '10003']);
    expect(await work.reconcile('reconcile')).toEqual({ merged: 0, split: 0 });
    for (const rows of [three.toReversed(), [three[1]!, three[2]!, three[0]!]]) {
      await p.reset();
      for (const r of rows) await say(r);
      expect(await dump(p.db)).toBe(once);
    }
  });

  it('give way to a person, and to the same person taking it back', async () => {
    await limit({ phone: 2 });
    await say(...three);
    const before = await dump(p.db);
    const [review] = (await get<{ items: Review[] }>('/identity/reviews')).items;
    const { decisions } = await post(`/identity/reviews/${review!.id}/decide`, { verdict: 'same', reason: 'seen' });
    expect(await customers()).toEqual(['10001 10002 10003']);
    expect((await get<{ items: Review[] }>('/identity/reviews')).items).toEqual([]);
    const third = await p.db.query<{ id: number }>(`select id from source_identity where key = '10003'`);
    const parted = await post(`/clients/${await clientOf('10001')}/unmerge`, {
      identities: third.map((i) => i.id),
      reason: 'not after all',
    });
    expect(await customers()).toEqual(['10001 10002', '10003']);
    for (const d of [...parted.decisions, ...decisions]) await post(`/identity/decisions/${d}/revoke`, {});
    expect(await dump(p.db)).toBe(before);
  });

  it('hold for kinds of key, also where a row of a source names two', async () => {
    const rows: Row[] = [
      ['clients', 'c1', { no: '10001', name: '陈晓', user: 'u1' }],
      ['clients', 'c2', { no: '10002', name: '陈晓', user: 'u1' }],
    ];
    await say(...rows);
    expect(await customers()).toEqual(['10001 10002']);
    await limit({ customer_no: 1 });
    expect(await customers()).toEqual(['10001', '10002']);
    const [open] = (await get<{ items: Review[] }>('/identity/reviews')).items;
    const review = await get<Review>(`/identity/reviews/${open!.id}`);
    expect(review.limits).toMatchObject([{ name: 'customer_no', nameText: { zh: '客户号' }, most: 1, found: 2 }]);
  });

  it('name what they were given and what they need', async () => {
    const tune = (valueLimits: unknown) => p.hub.api('POST', '/identity/models/tune', { from: 0, valueLimits });
    expect(JSON.stringify((await tune({ phones: 3 })).body)).toContain('needed: one of');
    expect(JSON.stringify((await tune({ email: 0 })).body)).toContain('at least 1');
    expect(JSON.stringify((await tune({ device: 'ten' })).body)).toContain('needed: a number');
    interface Shown {
      settings: { valueLimits: { name: string; most: number | null }[] };
    }
    const { version } = await post<{ version: number }>('/identity/models/tune', {
      from: 0,
      valueLimits: { phone: 5, device: 10, email: null },
    });
    const { settings } = await get<Shown>(`/identity/models/${version}`);
    const most = Object.fromEntries(settings.valueLimits.map((l) => [l.name, l.most]));
    expect(most).toMatchObject({ phone: 5, device: 10, email: null, customer_no: 20, fund_account: null });
  });
});

describe('blocked values', () => {
  beforeAll(() => p.db.query('delete from match_model'));
  beforeEach(() => p.reset());

  const two: Row[] = [
    ['clients', 'c1', { no: '10001', name: '欧阳晓霖', phone: '0571-88886666' }],
    ['clients', 'c2', { no: '10002', name: '欧阳晓霖', phone: '(0571) 88886666' }],
  ];
  const block = (body: Record<string, unknown>) =>
    post<BlockedChange>('/identity/blocked-values', { reason: 'the landline of a branch', ...body });

  it('are no evidence from the moment on, with a reason, and count again as if nothing had been', async () => {
    await say(...two);
    expect(await customers()).toEqual(['10001 10002']);
    const before = await dump(p.db);
    const landline = { kind: 'phone', value: '0571 8888 6666' };
    const dry = await block({ ...landline, dryRun: true });
    expect(dry).toMatchObject({ stating: 2, later: false, changes: { dryRun: true } });
    expect(dry.changes.split).toHaveLength(1);
    expect(await customers()).toEqual(['10001 10002']);

    const made = await block(landline);
    expect(made.changes.split).toEqual(dry.changes.split);
    expect(await customers()).toEqual(['10001', '10002']);
    expect(made.value.value).toMatch(/^0571.*\*{4}6666$/);
    const again = await p.hub.api<{ code: string }>('POST', '/identity/blocked-values', {
      ...landline,
      reason: 'again',
    });
    expect(again).toMatchObject({ status: 409, body: { code: 'VALUE_BLOCKED' } });
    await say(['clients', 'c3', { no: '10003', name: '欧阳晓霖', phone: '057188886666' }]);
    expect(await customers()).toEqual(['10001', '10002', '10003']);
    expect(await work.reconcile('reconcile')).toEqual({ merged: 0, split: 0 });

    await post(`/identity/blocked-values/${made.value.id}/unblock`, { reason: 'it is a family’s after all' });
    expect(await customers()).toEqual(['10001 10002 10003']);
    expect(await work.reconcile('reconcile')).toEqual({ merged: 0, split: 0 });
    const twice = await p.hub.api<{ code: string }>('POST', `/identity/blocked-values/${made.value.id}/unblock`, {
      reason: 'again',
    });
    expect(twice).toMatchObject({ status: 409, body: { code: 'VALUE_UNBLOCKED' } });
    const { items } = await get<{ items: { reason: string; unblockReason: string }[] }>(
      '/identity/blocked-values?ended=true',
    );
    expect(items).toMatchObject([{ reason: 'the landline of a branch', unblockReason: 'it is a family’s after all' }]);
    expect((await get<{ items: unknown[] }>('/identity/blocked-values')).items).toEqual([]);
    const audited = await p.db.query<{ action: string; detail: unknown }>(
      `select action, detail from audit where action in ('identity.block', 'identity.unblock') order by at`,
    );
    expect(audited.map((a) => a.action)).toEqual(['identity.block', 'identity.unblock']);
    expect(JSON.stringify(audited)).not.toContain('8888');

    await p.reset();
    await say(...two);
    expect(await dump(p.db)).toBe(before);
  });

  it('may be numbers that are kept as hashes, and are no valid number of anybody then', async () => {
    await say(
      ['clients', 'c1', { no: '10001', ...SAME }],
      ['clients', 'c2', { no: '10002', ...SAME, name: '司马静' }],
      ['clients', 'c3', { no: '10003', name: '王芳', idNo: '310101198001010034', user: 'u1' }],
      ['clients', 'c4', { no: '10004', name: '王芳', idNo: SAME.idNo, user: 'u1' }],
    );
    expect(await customers()).toEqual(['10001 10002 10004', '10003']);
    const made = await block({ kind: 'idNumber', value: '11010519491231002x', reason: 'typed for whoever has none' });
    expect(made.stating).toBe(3);
    expect(made.value.value).not.toContain('19491231');
    expect(await customers()).toEqual(['10001', '10002', '10003 10004']);
  });

  it('have to be one value that is compared', async () => {
    for (const body of [
      { kind: 'phone', value: 'none' },
      { kind: 'phone', value: '13812345671; 13812345672' },
      { kind: 'phone', value: '13800000000' },
      { kind: 'email', value: 'ann.leehost.com' },
    ])
      expect(await p.hub.api('POST', '/identity/blocked-values', { ...body, reason: 'x' })).toMatchObject({
        status: 400,
        body: { code: 'VALUE_UNREADABLE' },
      });
    for (const body of [
      { kind: 'surname', value: '王', reason: 'x' },
      { kind: 'phone', value: '0571-88886666' },
    ])
      expect((await p.hub.api('POST', '/identity/blocked-values', body)).status).toBe(400);
  });

  it('that very many state are gone through step by step', async () => {
    const many = Array.from({ length: 2_100 }, (_, i): Row => [
      'clients',
      `m${i}`,
      { no: `2${String(i).padStart(5, '0')}`, phone: '0571-88886666' },
    ]);
    await say(...two, ...many);
    expect(await customers()).toContain('10001 10002');
    const made = await block({ kind: 'phone', value: '0571-88886666' });
    expect(made).toMatchObject({ stating: 2_102, later: true, changes: { split: [] } });
    const [row_] = await p.db.query<{ id: string }>('select id from blocked_value');
    await p.hub.hub.app.get(BlockedValues, { strict: false }).lookAgain(row_!.id);
    expect(await customers()).toContain('10001');
    expect(await work.reconcile('reconcile')).toEqual({ merged: 0, split: 0 });
  });
});

describe('from the command line', () => {
  let key: string;
  beforeAll(async () => {
    await p.reset();
    await p.db.query('delete from match_model');
    const body = { name: 'command line', scopes: ['read', 'write', 'admin'] };
    ({ key } = await post<{ key: string }>('/api-keys', body));
  });

  /** A program of its own, as a person runs it; answers what it printed. */
  function isthmus(language: string, ...args: string[]): Promise<string> {
    const env = { PATH: process.env['PATH'], ISTHMUS_URL: p.hub.hub.url, ISTHMUS_API_KEY: key, LC_ALL: language };
    return new Promise((ok) => {
      execFile(process.execPath, [CLI, 'identity', ...args], { env }, (_e, out, err) => ok(out + err));
    });
  }

  it('limits are set and shown, and values blocked and unblocked, in both languages', async () => {
    const limits = ['--value-limits', 'phone=1,email=none'];
    expect(await isthmus('en_US.UTF-8', 'models', 'tune', '0', ...limits)).toMatch(/version\s+1/);
    expect(await isthmus('en_US.UTF-8', 'models', 'tune', '0', '--value-limits', 'phones=1')).toContain(
      'found a limit on "phones"; needed: one of phone, email',
    );
    await isthmus('en_US.UTF-8', 'models', 'preview', '1');
    await work.run();
    await isthmus('en_US.UTF-8', 'models', 'activate', '1', '--yes');
    await work.run();
    await say(
      ['clients', 'c1', { no: '10001', ...SAME, phone: '13812345671' }],
      ['clients', 'c2', { no: '10002', ...SAME, phone: '13812345672' }],
    );
    const [open] = (await get<{ items: Review[] }>('/identity/reviews')).items;
    expect(await isthmus('zh_CN.UTF-8', 'reviews', 'list')).toContain('limit');
    const shown = await isthmus('zh_CN.UTF-8', 'reviews', 'show', open!.id);
    expect(shown).toContain('合并后某类信息超过数量上限');
    expect(shown).toContain('电话');
    expect(shown).toMatch(/\+86138\*{4}5671/);
    expect(await isthmus('en_US.UTF-8', 'block', 'phone', '13812345672', '--reason', 'a lent phone')).toContain(
      'a lent phone',
    );
    expect(await customers()).toEqual(['10001 10002']);
    const listed = await isthmus('en_US.UTF-8', 'blocked', 'list');
    expect(listed).toMatch(/138\*{4}5672\s+a lent phone/);
    const id = /blk_\w+/.exec(listed)![0];
    await isthmus('en_US.UTF-8', 'unblock', id, '--reason', 'returned');
    expect(await customers()).toEqual(['10001', '10002']);
    await p.db.query('delete from match_model');
  });
});

const said = { reason: 'property', by: 'test' };
const REFUSALS = new Set<string>(Object.keys(identityErrors));
const VALUES = [
  ['phone', '13900000002'],
  ['idNumber', '310101198001010030'],
  ['idNumber', '11010519491231002X'],
] as const;
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('feed' as const), rows: fc.array(row, { maxLength: 8 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('merge' as const), a: fc.nat(), b: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unmerge' as const), a: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('block' as const), a: fc.nat(VALUES.length - 1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unblock' as const), a: fc.nat() }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

describe('a history under limits, with values blocked and unblocked', () => {
  let decisions: Decisions;
  let blocked: BlockedValues;

  beforeAll(async () => {
    decisions = p.hub.hub.app.get(Decisions, { strict: false });
    blocked = p.hub.hub.app.get(BlockedValues, { strict: false });
    await p.reset();
    await p.db.query('delete from match_model');
    await limit({ phone: 1, idNumber: 2, customer_no: 2 });
  });

  async function take(s: Step): Promise<void> {
    if (s.do === 'feed') {
      if (s.rows.length > 0) await p.feed(s.rows.map(message), 'live');
      return p.apply();
    }
    try {
      if (s.do === 'block') {
        const [kind, text] = VALUES[s.a]!;
        await p.db.tx((tx) => blocked.block(tx, kind, text, '…', said));
      } else if (s.do === 'unblock') {
        const standing = await blocked.list({ ended: false }, 10);
        const chosen = standing[s.a % (standing.length || 1)];
        if (chosen) await p.db.tx((tx) => blocked.unblock(tx, chosen.id, said));
      } else {
        const clients = await p.db.query<{ id: string; identities: number[] }>(
          'select client_id as id, array_agg(id order by type, key) as identities from source_identity group by 1 order by 1',
        );
        const a = clients[s.a % (clients.length || 1)];
        if (!a) return;
        if (s.do === 'unmerge') await p.db.tx((tx) => decisions.unmerge(tx, a.id, a.identities.slice(0, 1), said));
        else await p.db.tx((tx) => decisions.merge(tx, [...new Set([a.id, clients[s.b % clients.length]!.id])], said));
      }
    } catch (e) {
      if (!(e instanceof IsthmusError) || !REFUSALS.has(e.code)) throw e;
    }
  }

  it('stands where a full pass stands, and leaves no trace when all is taken back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
        const rows = steps.flatMap((s) => (s.do === 'feed' ? s.rows : []));
        await p.reset();
        await take({ do: 'feed', rows });
        const never = await dump(p.db);

        await p.reset();
        for (const s of steps) await take(s);
        const before = await dump(p.db);
        expect(await work.reconcile('reconcile')).toEqual({ merged: 0, split: 0 });
        expect(await dump(p.db)).toBe(before);
        for (const b of await blocked.list({ ended: false }, 10))
          await p.db.tx((tx) => blocked.unblock(tx, b.id, said));
        for (const d of await decisions.list(500))
          if (d.revokedAt === null) await p.db.tx((tx) => decisions.revoke(tx, d.id, 'test'));
        expect(await dump(p.db)).toBe(never);
      }),
      { numRuns: 40, endOnFailure: true, seed: Number(process.env['TEST_SEED'] ?? 20_261_201) },
    );
  });
});
