import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AuditService } from '#access';
import { Pins, Recomputes } from '#clients';
import { Decisions } from '#identity';
import { CLOCK, type Clock, Envelope } from '#platform';
import { expirePins } from '../../apps/hub/src/jobs/expire-pins.js';
import { dump, type Pipeline, record, startPipeline } from '../support/pipeline.js';

const CLI = join(import.meta.dirname, '../../dist/apps/hub/src/cli/main.js');
const DAY_MS = 86_400_000;
const said = { reason: 'test', by: 'test' };
/** Synthetic; its check digit is right. */
const DOCUMENT = '11010519491231002X';

interface Detail {
  readonly id: string;
  readonly version: number;
  readonly name: string | null;
  readonly tier: string | null;
  readonly lineage: Readonly<Record<string, { rule: string; pin: string | null; system: string | null }>>;
}
interface PinView {
  readonly id: string;
  readonly field: string;
  readonly value: string;
  readonly state: string;
  readonly identity: { readonly type: string };
}
interface Lineage {
  readonly policyVersion: number;
  readonly items: readonly {
    readonly field: string;
    readonly value: unknown;
    readonly rule: string;
    readonly order: readonly string[];
    readonly winner: { system: string; key: string; record: number; mapping: number; value: unknown } | null;
    readonly pins: readonly { id: string; value: unknown }[];
    readonly losers: readonly { system: string; lostBy: string; value: unknown; record: number }[];
  }[];
}
interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

describe('which value a client shows', () => {
  let p: Pipeline;
  let decisions: Decisions;

  beforeAll(async () => {
    p = await startPipeline();
    decisions = p.hub.hub.app.get(Decisions, { strict: false });
  });
  afterAll(() => p.stop());
  beforeEach(() => p.reset());

  const row = (no: string, at: string, fields: Record<string, unknown>) =>
    record('clients', `${no}@${at}`, { no, at: `${at}T00:00:00Z`, ...fields });
  const api = <T>(method: string, path: string, body?: unknown) => p.hub.api<T>(method, path, body);

  async function feed(no: string, at: string, fields: Record<string, unknown>, system = 'counter'): Promise<void> {
    await p.feed([row(no, at, fields)], 'live', system);
    await p.apply();
  }
  async function clientOf(no: string): Promise<Detail> {
    const { body } = await api<{ items: { id: string }[] }>('GET', `/clients?search=${no}`);
    return (await api<Detail>('GET', `/clients/${body.items[0]!.id}`)).body;
  }
  async function pin(no: string, field: string, value: unknown, more: object = {}) {
    const { id, version } = await clientOf(no);
    return api<PinView & Problem>('POST', `/clients/${id}/pins`, { version, field, value, reason: 'seen', ...more });
  }
  async function unpin(no: string, pinned: PinView) {
    const { id, version } = await clientOf(no);
    return api<PinView & Problem>('POST', `/clients/${id}/pins/${pinned.id}/remove`, { version, reason: 'wrong' });
  }
  async function pinsOf(no: string, ended = false) {
    const { id } = await clientOf(no);
    return (await api<{ items: PinView[] }>('GET', `/clients/${id}/pins${ended ? '?ended=true' : ''}`)).body.items;
  }
  async function lineageOf(no: string, field: string, how = '') {
    const { id } = await clientOf(no);
    const { body } = await api<Lineage>('GET', `/clients/${id}/lineage${how}`);
    return { ...body.items.find((i) => i.field === field)!, policyVersion: body.policyVersion };
  }
  async function uuidOf(no: string): Promise<string> {
    const [found] = await p.db.query<{ id: string }>(
      `select client_id as id from source_identity where type = 'customer_no' and key = $1`,
      [no],
    );
    return found!.id;
  }
  const identityOf = async (no: string) =>
    (
      await p.db.query<{ id: number }>(`select id from source_identity where type = 'customer_no' and key = $1`, [no])
    )[0]!.id;
  const updates = async () =>
    (await p.db.query<{ n: number }>(`select count(*)::int as n from event where type = 'client.updated'`))[0]!.n;
  /** Runs the clock job as it will be at some other time. */
  async function upkeepAt(now: Date): Promise<void> {
    const { app } = p.hub.hub;
    const clock: Clock = { ...app.get<Clock>(CLOCK), now: () => now };
    await expirePins(p.db, new Pins(p.db, app.get(Envelope), clock), app.get(AuditService));
  }

  describe('when a person pins a field', () => {
    it('shows the pinned value whatever sources state, until it is unpinned; both are audited and told', async () => {
      await feed('1001', '2026-01-01', { name: '王小明', tier: 'silver' });
      const before = await updates();
      const pinned = await pin('1001', 'tier', 'gold');
      expect(pinned.status).toBe(201);
      expect(pinned.body).toMatchObject({ field: 'tier', value: 'gold', state: 'wins' });
      expect(await updates()).toBe(before + 1);
      await feed('1001', '2026-02-01', { name: '王小明', tier: 'bronze' });
      const shown = await clientOf('1001');
      expect(shown.tier).toBe('gold');
      expect(shown.lineage['tier']).toMatchObject({ rule: 'pin', pin: pinned.body.id, system: null });

      const told = await updates();
      const ended = await unpin('1001', pinned.body);
      expect(ended.body).toMatchObject({ state: 'removed', endReason: 'wrong' });
      expect((await clientOf('1001')).tier).toBe('bronze');
      expect(await updates()).toBe(told + 1);
      const { body } = await api<{ items: { action: string; object: string; detail: object }[] }>('GET', '/audit');
      expect(body.items.slice(0, 2)).toMatchObject([
        { action: 'client.unpin', object: `client/${shown.id}`, detail: { pin: pinned.body.id, field: 'tier' } },
        { action: 'client.pin', object: `client/${shown.id}`, detail: { pin: pinned.body.id, field: 'tier' } },
      ]);
    });

    it('replaces an earlier pin of the same field, and lists both', async () => {
      await feed('1001', '2026-01-01', { tier: 'silver' });
      await pin('1001', 'tier', 'gold');
      await pin('1001', 'tier', 'platinum');
      expect((await clientOf('1001')).tier).toBe('platinum');
      expect((await pinsOf('1001')).map((x) => x.value)).toEqual(['platinum']);
      expect((await pinsOf('1001', true)).map((x) => x.state)).toEqual(['wins', 'replaced']);
    });

    it('seals an identity document, and never repeats it', async () => {
      await feed('1001', '2026-01-01', { name: '王小明' });
      const { body } = await pin('1001', 'idDocument', DOCUMENT.toLowerCase());
      expect(body.value).toBe('***');
      const [stored] = await p.db.query<{ all: string; document: Buffer }>(
        'select (select jsonb_agg(to_jsonb(f))::text from field_pin f) as all, id_document as document from client',
      );
      expect(stored!.all).not.toMatch(new RegExp(DOCUMENT, 'i'));
      expect(p.hub.hub.app.get(Envelope).open(stored!.document, 'client/id_document')).toBe(DOCUMENT);
      expect((await lineageOf('1001', 'idDocument')).value).toBe('***');
      expect((await lineageOf('1001', 'idDocument', '/revealed')).value).toBe(DOCUMENT);
    });

    it('sets what no source states: a list, and an attribute', async () => {
      await feed('1001', '2026-01-01', { name: '王小明' });
      expect((await pin('1001', 'phones', ['138 0000 0000'])).body.value).toEqual(['+86138****0000']);
      await pin('1001', 'attributes.hobby', 'chess');
      const { body } = await api<{ phones: string[]; attributes: object }>(
        'GET',
        `/clients/${(await clientOf('1001')).id}`,
      );
      expect(body).toMatchObject({ phones: ['+86138****0000'], attributes: { hobby: 'chess' } });
    });

    it.each([
      ['no such field', { field: 'shoeSize', value: '42' }, 400, 'FIELD_UNKNOWN', '/field', 'found "shoeSize"'],
      [
        'another code',
        { field: 'gender', value: 'x' },
        400,
        'PIN_VALUE_INVALID',
        '/value',
        'found "x"; needed: one of',
      ],
      ['no day', { field: 'opened', value: '2026-02-30' }, 400, 'PIN_VALUE_INVALID', '/value', 'needed: a day such as'],
      ['a text for a list', { field: 'phones', value: '1' }, 400, 'PIN_VALUE_INVALID', '/value', 'needed: a list of 1'],
      ['no phone', { field: 'phones', value: ['x'] }, 400, 'PIN_VALUE_INVALID', '/value', 'needed: phone numbers'],
      [
        'nothing',
        { field: 'name', value: ' ' },
        400,
        'PIN_VALUE_INVALID',
        '/value',
        'found nothing; needed: a text of 1',
      ],
      [
        'an end that has passed',
        { field: 'tier', value: 'gold', expiresAt: '2020-01-01T00:00:00Z' },
        400,
        'PIN_EXPIRY_PAST',
        '/expiresAt',
        'found 2020-01-01T00:00:00.000Z; needed: a time after',
      ],
      ['a version that was not seen', { field: 'tier', value: 'gold', version: 999 }, 412, 'VERSION_MISMATCH', '', ''],
    ])('refuses %s, and says what was found and what is needed', async (_, body, status, code, pointer, text) => {
      await feed('1001', '2026-01-01', { name: '王小明' });
      const refused = await pin('1001', body.field, body.value, body);
      expect(refused).toMatchObject({ status, body: { code } });
      const error = refused.body.errors?.[0] ?? { pointer: '', detail: '' };
      expect(error.pointer).toBe(pointer);
      expect(error.detail).toContain(text);
      expect(await pinsOf('1001', true)).toEqual([]);
    });

    it('refuses to end what has ended, or hangs on somebody else', async () => {
      await feed('1001', '2026-01-01', { tier: 'silver' });
      await feed('1002', '2026-01-01', { tier: 'silver' });
      const { body } = await pin('1001', 'tier', 'gold');
      expect(await unpin('1002', body)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
      await unpin('1001', body);
      const again = await unpin('1001', body);
      expect(again).toMatchObject({ status: 409, body: { code: 'PIN_ENDED' } });
      expect(again.body.detail).toContain('removed');
    });
  });

  describe('when the time of a pin comes', () => {
    it('ends it by the clock: the sources decide again, downstream hears, the audit log says so', async () => {
      await feed('1001', '2026-01-01', { tier: 'silver' });
      const expiresAt = new Date(Date.now() + DAY_MS);
      const { body } = await pin('1001', 'tier', 'gold', { expiresAt: expiresAt.toISOString() });
      await pin('1001', 'attributes.hobby', 'chess');
      const before = await updates();
      await upkeepAt(new Date(expiresAt.getTime() - 1));
      expect((await clientOf('1001')).tier).toBe('gold');
      await upkeepAt(expiresAt);
      await upkeepAt(expiresAt);
      const shown = await clientOf('1001');
      expect(shown.tier).toBe('silver');
      expect(await updates()).toBe(before + 1);
      expect((await pinsOf('1001', true)).map((x) => [x.field, x.state])).toEqual([
        ['attributes.hobby', 'wins'],
        ['tier', 'expired'],
      ]);
      const audit = await api<{ items: { actor: string; action: string; detail: object }[] }>('GET', '/audit?limit=1');
      expect(audit.body.items[0]).toMatchObject({
        actor: 'clock',
        action: 'client.pin_expired',
        detail: { pin: body.id, field: 'tier' },
      });
    });
  });

  describe('when clients with pins are merged and parted', () => {
    it('lets the newest pin win, shows both, and gives each back exactly', async () => {
      await feed('1001', '2026-01-01', { name: '王小明', tier: 'silver' });
      await feed('1002', '2026-01-01', { name: '王晓明', tier: 'bronze' });
      await pin('1002', 'tier', 'second');
      await pin('1002', 'attributes.hobby', 'chess');
      await pin('1001', 'tier', 'first');
      const apart = await dump(p.db);

      const ids = await Promise.all(['1001', '1002'].map(uuidOf));
      const merged = await p.db.tx((tx) => decisions.merge(tx, ids, said));
      const one = await clientOf('1002');
      expect(one.id).toBe((await clientOf('1001')).id);
      expect(one).toMatchObject({ tier: 'first', attributes: { hobby: 'chess' } });
      expect((await pinsOf('1001')).map((x) => [x.field, x.value, x.state])).toEqual([
        ['tier', 'first', 'wins'],
        ['attributes.hobby', 'chess', 'wins'],
        ['tier', 'second', 'waits'],
      ]);
      expect((await lineageOf('1001', 'tier')).pins.map((x) => x.value)).toEqual(['first', 'second']);

      await p.db.tx((tx) => decisions.revoke(tx, merged.decisions[0]!, 'test'));
      expect(await dump(p.db)).toBe(apart);

      const again = await p.db.tx((tx) => decisions.merge(tx, ids, said));
      await unpin(
        '1001',
        (await pinsOf('1001')).find((x) => x.value === 'first')!,
      );
      expect((await clientOf('1001')).tier).toBe('second');
      await p.db.tx((tx) => decisions.revoke(tx, again.decisions[0]!, 'test'));
      expect((await clientOf('1001')).tier).toBe('silver');
      expect((await clientOf('1002')).tier).toBe('second');
    });

    it('leaves a pin that was set on the joined client with the identity that founded it', async () => {
      await feed('1001', '2026-01-01', { tier: 'silver' });
      await feed('1002', '2026-01-01', { tier: 'bronze' });
      await p.db.tx(async (tx) => decisions.merge(tx, await Promise.all(['1001', '1002'].map(uuidOf)), said));
      await pin('1002', 'tier', 'gold');
      const founder = await clientOf('1001');
      await p.db.tx(async (tx) => decisions.unmerge(tx, await uuidOf('1001'), [await identityOf('1002')], said));
      const parted = [await clientOf('1001'), await clientOf('1002')];
      expect(parted.find((c) => c.id === founder.id)!.tier).toBe('gold');
      expect(parted.find((c) => c.id !== founder.id)!.lineage['tier']!.rule).toBe('only');
    });

    it('pins the client that an old id means now', async () => {
      await feed('1001', '2026-01-01', { tier: 'silver' });
      await feed('1002', '2026-01-01', { tier: 'bronze' });
      const before = [await clientOf('1001'), await clientOf('1002')];
      await p.db.tx(async (tx) => decisions.merge(tx, await Promise.all(['1001', '1002'].map(uuidOf)), said));
      const { id, version } = await clientOf('1001');
      const old = before.find((c) => c.id !== id)!;
      const done = await api('POST', `/clients/${old.id}/pins`, { version, field: 'tier', value: 'gold', reason: 'x' });
      expect(done.status).toBe(201);
      expect((await clientOf('1001')).tier).toBe('gold');
    });
  });

  describe('when what decides changes', () => {
    const recompute = () => p.hub.hub.app.get(Recomputes, { strict: false }).run();
    interface Pass {
      state: string;
      cause: string;
      done: number;
      total: number | null;
      changed: number;
    }
    const passes = async () => (await api<{ items: Pass[] }>('GET', '/survivorship/recomputes')).body.items;

    it('computes every client anew under a new policy, with progress, and once told', async () => {
      for (const no of ['1001', '1002']) {
        await p.feed([row(no, '2026-01-01', { tier: 'counter' })], 'live', 'counter');
        await p.feed([row(no, '2026-02-01', no === '1001' ? { tier: 'crm' } : { name: '王小明' })], 'live', 'crm');
      }
      await p.apply();
      expect((await clientOf('1001')).tier).toBe('counter');
      const { body: shipped } = await api<{ version: number; order: string[] }>('GET', '/survivorship/policy');
      const before = await updates();
      const put = await api<{ version: number } & Problem>('PUT', '/survivorship/policy', {
        version: shipped.version,
        order: shipped.order,
        fields: { tier: ['recency'] },
      });
      expect(put).toMatchObject({ status: 200, body: { version: shipped.version + 1, fields: { tier: ['recency'] } } });
      // Records decide by it at once; the others by and by.
      await feed('1003', '2026-01-01', { tier: 'counter' });
      await feed('1003', '2026-02-01', { tier: 'crm' }, 'crm');
      expect((await clientOf('1003')).tier).toBe('crm');
      expect((await clientOf('1001')).tier).toBe('counter');
      expect((await passes())[0]).toMatchObject({ cause: 'policy', state: 'waiting', done: 0, total: null });
      const changes = await updates();
      await recompute();
      expect((await passes())[0]).toMatchObject({ state: 'done', done: 3, total: 3, changed: 1 });
      expect((await clientOf('1001')).tier).toBe('crm');
      expect((await updates()) - changes).toBe(1);
      expect(changes).toBeGreaterThanOrEqual(before);
      const account = await lineageOf('1001', 'tier');
      expect(account).toMatchObject({ rule: 'recency', order: ['recency'], policyVersion: shipped.version + 1 });

      const stale = await api<Problem>('PUT', '/survivorship/policy', { version: shipped.version, order: ['recency'] });
      expect(stale).toMatchObject({ status: 412, body: { code: 'VERSION_MISMATCH' } });
      for (const [bad, pointer] of [
        [{ order: ['recency', 'recency'] }, '/order'],
        [{ order: ['luck'] }, '/order/0'],
        [{ order: ['recency'], fields: { shoeSize: ['recency'] } }, '/fields/shoeSize'],
      ] as const) {
        const refused = await api<Problem>('PUT', '/survivorship/policy', { version: shipped.version + 1, ...bad });
        expect(refused).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
      }
      const { body: audit } = await api<{ items: { action: string }[] }>('GET', '/audit');
      expect(audit.items.map((a) => a.action)).toContain('survivorship.policy');
      await api('PUT', '/survivorship/policy', { version: shipped.version + 1, order: shipped.order });
      await recompute();
      expect((await clientOf('1001')).tier).toBe('counter');
    });

    it('starts no journey: who enters a segment by a pin or a policy has not just done anything', async () => {
      const entries = async () =>
        (await p.db.query<{ n: number }>('select count(*)::int as n from segment_entry'))[0]!.n;
      const members = async () =>
        (await p.db.query<{ n: number }>('select count(*)::int as n from segment_member'))[0]!.n;
      for (const no of ['1001', '1002', '1003']) await feed(no, '2026-01-01', { tier: 'silver' });
      await feed('1001', '2026-02-01', { tier: 'crm' }, 'crm');
      expect((await api('POST', '/segments', { code: 'crm', name: 'CRM', rule: 'tier == "crm"' })).status).toBe(201);
      await p.evaluate();
      expect(await members()).toBe(0);
      const { body: shipped } = await api<{ version: number; order: string[] }>('GET', '/survivorship/policy');
      await api('PUT', '/survivorship/policy', { version: shipped.version, order: ['recency'] });
      await recompute();
      await pin('1002', 'tier', 'crm');
      await p.evaluate();
      expect([await members(), await entries()]).toEqual([2, 0]);
      await feed('1003', '2026-03-01', { tier: 'crm' });
      await p.evaluate();
      expect([await members(), await entries()]).toEqual([3, 1]);
      await api('PUT', '/survivorship/policy', { version: shipped.version + 1, order: shipped.order });
      await recompute();
    });

    it('goes on from where a crash left it, and what was asked for before the newest is done with it', async () => {
      for (const no of ['1001', '1002', '1003']) await feed(no, '2026-01-01', { tier: 'silver' });
      const [first] = await p.db.query<{ id: string }>('select id from client order by id limit 1');
      await p.db.query(
        `insert into client_recompute (cause, asked_by, after, done, total, failure)
         values ('system', 'test', default, 0, null, null), ('policy', 'test', $1, 1, 3, 'the connection broke')`,
        [first!.id],
      );
      await recompute();
      expect(await passes()).toMatchObject([
        { cause: 'policy', state: 'done', done: 3, total: 3, changed: 0, failure: null },
        { cause: 'system', state: 'done', done: 0 },
      ]);
    });

    it('believes what a system has verified before a system that is believed more', async () => {
      await p.feed([row('1001', '2026-01-01', { name: '王', tier: 'counter' })], 'live', 'counter');
      await p.feed([row('1001', '2026-01-01', { name: '王小明', tier: 'crm' })], 'live', 'crm');
      await p.apply();
      const { version } = (await api<{ version: number }>('GET', '/systems/crm')).body;
      const set = await api<{ version: number }>('PATCH', '/systems/crm', { version, verified: ['name'] });
      expect(set.body).toMatchObject({ verified: ['name'], priority: 20 });
      await recompute();
      const shown = await clientOf('1001');
      expect(shown).toMatchObject({ name: '王**', tier: 'counter' });
      expect(shown.lineage['name']!.rule).toBe('verified');
      expect((await passes())[0]).toMatchObject({ cause: 'system', state: 'done', changed: 1 });
      const refused = await api<Problem>('PATCH', '/systems/crm', {
        version: set.body.version,
        verified: ['shoeSize'],
      });
      expect(refused).toMatchObject({ status: 400, body: { errors: [{ pointer: '/verified/0' }] } });
      await api('PATCH', '/systems/crm', { version: set.body.version, verified: [] });
      await recompute();
      expect((await clientOf('1001')).name).toBe('王*');
    });
  });

  describe('the lineage of a client', () => {
    it('names the winner, the rule and the losers, masked; in clear and down to the raw record for who may', async () => {
      await p.feed([row('1001', '2026-01-01', { name: '王小明', phone: '13800000000' })], 'live', 'counter');
      await p.feed([row('1001', '2026-03-01', { name: '王晓明', phone: '13900000000' })], 'live', 'crm');
      await p.apply();
      const name = await lineageOf('1001', 'name');
      expect(name).toMatchObject({
        value: '王**',
        rule: 'priority',
        winner: { system: 'counter', mapping: 1, value: '王**' },
        losers: [{ system: 'crm', lostBy: 'priority', value: '王**' }],
      });
      expect((await lineageOf('1001', 'phones')).losers).toMatchObject([{ system: 'crm', lostBy: 'union' }]);
      const clear = await lineageOf('1001', 'name', '/revealed');
      expect([clear.winner!.value, clear.losers[0]!.value]).toEqual(['王小明', '王晓明']);

      const { id } = await clientOf('1001');
      const raw = await api<{ name: string }>('GET', `/clients/${id}/records/${clear.losers[0]!.record}/raw`);
      expect(raw.body).toMatchObject({ no: '1001', name: '王晓明' });
      await feed('1002', '2026-01-01', { name: '李雷' });
      const other = await clientOf('1002');
      const refused = await api<Problem>('GET', `/clients/${other.id}/records/${clear.losers[0]!.record}/raw`);
      expect(refused).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
      const audit = await api<{ items: { action: string }[] }>('GET', '/audit');
      expect(audit.body.items.slice(0, 2).map((a) => a.action)).toEqual(['client.read_raw', 'client.reveal_lineage']);
      // Who may only read and approve sees neither.
      for (const path of [`/clients/${id}/lineage/revealed`, `/clients/${id}/records/${clear.winner!.record}/raw`])
        expect((await p.hub.api<Problem>('GET', path, undefined, 'approver')).status).toBe(403);
      expect((await p.hub.api('GET', `/clients/${id}/lineage`, undefined, 'approver')).status).toBe(200);
      const body = { version: 1, field: 'tier', value: 'gold', reason: 'x' };
      expect((await p.hub.api('POST', `/clients/${id}/pins`, body, 'approver')).status).toBe(403);
    });
  });

  describe('the command line', () => {
    let env: Record<string, string | undefined>;
    beforeAll(async () => {
      const { body } = await api<{ key: string }>('POST', '/api-keys', { name: 'command line' });
      env = { PATH: process.env['PATH'], ISTHMUS_URL: p.hub.hub.url, ISTHMUS_API_KEY: body.key };
    });

    async function isthmus<T>(...args: string[]): Promise<T> {
      const { stdout } = await promisify(execFile)(process.execPath, [CLI, '-o', 'json', ...args], { env });
      return JSON.parse(stdout) as T;
    }

    it('pins, unpins, accounts for a field, and steers what decides', async () => {
      await p.feed([row('1001', '2026-01-01', { tier: 'silver', phone: '13800000000' })], 'live', 'counter');
      await p.feed([row('1001', '2026-01-01', { tier: 'bronze' })], 'live', 'crm');
      await p.apply();
      const { id } = await clientOf('1001');
      const end = new Date(Date.now() + DAY_MS).toISOString();
      const pinned = await isthmus<PinView>('clients', 'pin', id, 'tier', 'gold', '--reason', 'seen', '--until', end);
      await isthmus('clients', 'pin', id, 'phones', '+8613900000000,+8613700000000');
      const { items: both } = await isthmus<{ items: PinView[] }>('clients', 'pins', id);
      expect(both.map((x) => x.value)).toEqual([['+86139****0000', '+86137****0000'], 'gold']);
      const { items: lines } = await isthmus<{ items: object[] }>('clients', 'lineage', id, '--field', 'tier');
      expect(lines).toMatchObject([
        { field: 'tier', value: 'gold', rule: 'pin', from: pinned.id },
        { rule: 'lost: pin', value: 'silver' },
        { rule: 'lost: pin', value: 'bronze' },
      ]);
      expect(await isthmus('clients', 'unpin', id, pinned.id, '--reason', 'wrong')).toMatchObject({ state: 'removed' });
      const { items: ended } = await isthmus<{ items: PinView[] }>('clients', 'pins', id, '--ended');
      expect(ended.map((x) => x.state)).toEqual(['wins', 'removed']);

      const changed = await isthmus('clients', 'policy', 'set', '--field', 'tier', '--rules', 'recency,frequency');
      expect(changed).toMatchObject({ fields: { tier: ['recency', 'frequency'] } });
      const back = await isthmus<{ version: number }>('clients', 'policy', 'set', '--field', 'tier', '--rules', '');
      expect(await isthmus('clients', 'policy', 'show')).toMatchObject({ version: back.version, fields: {} });
      expect((await isthmus<{ items: object[] }>('clients', 'policy', 'list')).items.length).toBe(back.version + 1);
      const trusted = await isthmus('systems', 'trust', 'crm', '--verified', 'name,phones', '--priority', '30');
      expect(trusted).toMatchObject({ verified: ['name', 'phones'], priority: 30 });
      const restored = await isthmus('systems', 'trust', 'crm', '--verified', '', '--priority', '20');
      expect(restored).toMatchObject({ verified: [], priority: 20 });
      const { items: passes } = await isthmus<{ items: object[] }>('clients', 'policy', 'progress');
      expect(passes).toHaveLength(4);
    });
  });
});
