import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ModelWork } from '#identity';
import { publicId } from '#platform';
import { dump, type Pipeline, record, startPipeline } from '../support/pipeline.js';

interface Card {
  client: string;
  formerIds: string[];
  identities: { id: number; type: string; via: { kind: string; evidence: { parts: unknown[] } | null } | null }[];
  history: { kind: string; from: string; into: string; cause: string }[];
}
interface Changes {
  decisions: string[];
  merged: { from: string; into: string }[];
  split: { from: string; into: string }[];
}

describe('who is who', () => {
  let p: Pipeline;

  beforeAll(async () => {
    p = await startPipeline();
  });
  afterAll(() => p.stop());
  beforeEach(() => p.reset());

  const at = '2026-10-01T08:00:00+08:00';

  async function say(...rows: [stream: string, id: string, data: Record<string, unknown>][]) {
    await p.feed(rows.map(([stream, id, data]) => record(stream, `${id}@${JSON.stringify(data)}`, { at, ...data })));
    await p.apply();
  }

  async function clients(): Promise<string[][]> {
    const rows = await p.db.query<{ keys: string[] }>(
      `select array_agg(i.type || ' ' || i.key order by i.type, i.key) as keys
       from source_identity i group by i.client_id order by 1`,
    );
    return rows.map((r) => r.keys);
  }

  async function clientOf(key: string): Promise<string> {
    const [row] = await p.db.query<{ id: string }>('select client_id as id from source_identity where key = $1', [key]);
    return publicId('cli', row!.id);
  }

  const get = async <T>(path: string) => (await p.hub.api<T>('GET', path)).body;
  async function post<T = Changes>(path: string, body: unknown): Promise<T> {
    const answer = await p.hub.api<T>('POST', path, body);
    expect(answer).toMatchObject({ status: expect.any(Number) });
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
    return answer.body;
  }

  it('joins by what a source states, and follows the row when it is corrected', async () => {
    await say(['clients', 'c1', { no: '10001' }], ['clients', 'c2', { no: '10002' }]);
    await say(['accounts', 'a1', { fund: '88001', no: '10001' }]);
    expect(await clients()).toEqual([['customer_no 10001', 'fund_account 88001'], ['customer_no 10002']]);
    await say(['accounts', 'a1', { fund: '88001', no: '10002', at: '2026-10-02T08:00:00+08:00' }]);
    expect(await clients()).toEqual([['customer_no 10001'], ['customer_no 10002', 'fund_account 88001']]);
  });

  it('joins by evidence: one identity document under two customer numbers, one name and phone at two desks', async () => {
    await say(
      ['clients', 'c1', { no: '10001', name: '欧阳晓霖', idNo: '11010519491231002X', phone: '13800000001' }],
      ['clients', 'c2', { no: '90001', name: '欧阳晓霖', idNo: '11010519491231002X' }],
      ['clients', 'c3', { no: '10003', name: '王芳', idNo: '440524188001010014', phone: '13800000001' }],
    );
    expect(await clients()).toEqual([['customer_no 10001', 'customer_no 90001'], ['customer_no 10003']]);
    const card = await get<Card>(`/clients/${await clientOf('10001')}/identity`);
    expect(card.identities.map((i) => i.via?.kind ?? null)).toEqual([null, 'scored']);
    expect(card.identities[1]!.via!.evidence!.parts.length).toBeGreaterThan(2);
  });

  it('never joins two people by a phone that they share', async () => {
    await say(
      ['clients', 'c1', { no: '10001', name: '陈晓', phone: '13800000001' }],
      ['clients', 'c2', { no: '10002', name: '王芳', phone: '13800000001' }],
    );
    expect(await clients()).toHaveLength(2);
  });

  it('undoes a merge exactly, with its ids', async () => {
    await say(
      ['clients', 'c1', { no: '10001', name: '陈晓', phone: '13800000001' }],
      ['clients', 'c2', { no: '10002', name: '王芳', tier: 'gold' }],
    );
    const [a, b] = [await clientOf('10001'), await clientOf('10002')];
    const before = await Promise.all([a, b].map((id) => get<Record<string, unknown>>(`/clients/${id}`)));
    const dry = await post('/clients/merge', { clients: [a, b], reason: 'one person', dryRun: true });
    expect(dry.merged).toEqual([{ from: b, into: a }]);
    expect(await clients()).toHaveLength(2);

    const merged = await post('/clients/merge', { clients: [a, b], reason: 'one person' });
    expect(await clients()).toHaveLength(1);
    expect(await get(`/clients/${b}`)).toMatchObject({ id: a, tier: 'gold' });
    expect((await get<Card>(`/clients/${a}/identity`)).formerIds).toEqual([b]);

    await post(`/identity/decisions/${merged.decisions[0]}/revoke`, {});
    const after = await Promise.all([a, b].map((id) => get<Record<string, unknown>>(`/clients/${id}`)));
    const content = ({ version: _v, updatedAt: _u, ...rest }: Record<string, unknown>) => rest;
    expect(after.map(content)).toEqual(before.map(content));
  });

  it('keeps what a person parted apart, against every later record, until that is revoked', async () => {
    const same = { name: '欧阳晓霖', idNo: '11010519491231002X' };
    await say(['clients', 'c1', { no: '10001', ...same }], ['clients', 'c2', { no: '90001', ...same }]);
    const client = await clientOf('10001');
    const card = await get<Card>(`/clients/${client}/identity`);
    const other = card.identities.find((i) => i.via !== null)!;
    const parted = await post(`/clients/${client}/unmerge`, { identities: [other.id], reason: 'two people' });
    expect(parted.split).toEqual([{ from: client, into: await clientOf('90001') }]);
    await say(['clients', 'c2', { no: '90001', ...same, phone: '13800000002', at: '2026-10-03T08:00:00+08:00' }]);
    expect(await clients()).toHaveLength(2);
    await post(`/identity/decisions/${parted.decisions[0]}/revoke`, {});
    expect(await clients()).toHaveLength(1);
    const events = await p.db.query<{ type: string }>(
      `select type from event where type in ('client.merged', 'client.split') order by seq`,
    );
    expect(events.map((e) => e.type)).toEqual(['client.split', 'client.merged']);
  });

  it('asks a person where sources state one user for two identity numbers, and remembers the answer', async () => {
    await say(
      ['clients', 'c1', { no: '10001', name: '欧阳晓霖', idNo: '11010519491231002X', user: 'u1' }],
      ['clients', 'c2', { no: '10002', name: '欧阳晓霖', idNo: '310101198001010034', user: 'u1' }],
    );
    expect(await clients()).toHaveLength(2);
    const { items } = await get<{ items: { id: string; cause: string }[] }>('/identity/reviews');
    expect(items).toMatchObject([{ cause: 'unique_id' }]);
    const review = await get<{ evidence: { parts: unknown[] } }>(`/identity/reviews/${items[0]!.id}`);
    expect(review.evidence.parts.length).toBeGreaterThan(1);
    const decided = await post(`/identity/reviews/${items[0]!.id}/decide`, { verdict: 'same', reason: 'seen both' });
    expect(decided.merged).toHaveLength(1);
    const { items: decisions } = await get<{ items: { source: string; state: string }[] }>('/identity/decisions');
    expect(decisions).toMatchObject([{ source: 'review', state: 'standing' }]);
    expect((await get<{ items: unknown[] }>('/identity/reviews')).items).toEqual([]);
  });

  it('shows a record that fits two clients, moves it to the other at a word, and takes that back exactly', async () => {
    const named = { name: '欧阳晓霖', phone: '13800000001' };
    await say(
      [
        'clients',
        'c1',
        { no: '10001', ...named, idNo: '11010519491231002X', born: '1949-12-31', mail: 'xl@example.com' },
      ],
      [
        'clients',
        'c2',
        { no: '10002', ...named, idNo: '310101198001010034', born: '1980-01-01', mail: 'oy@example.org' },
      ],
      ['clients', 'c3', { no: '90001', ...named }],
    );
    const before = await clients();
    expect(before).toHaveLength(2);
    interface Pair {
      id: string;
      cause: string;
      left: { client: string };
      right: { client: string };
      contested: { side: { identity: { key: string }; phones: string[] }; left: object; right: object } | null;
    }
    const { items } = await get<{ items: Pair[] }>('/identity/reviews');
    expect(items).toMatchObject([{ cause: 'contested_record', left: { client: await clientOf('90001') } }]);
    const { id, right } = items[0]!;
    const shown = await get<Pair>(`/identity/reviews/${id}`);
    const likely = { probability: expect.any(Number), parts: expect.any(Array) };
    expect(shown.contested).toMatchObject({ side: { phones: ['+86138****0001'] }, left: likely, right: likely });
    expect(JSON.stringify(shown)).not.toContain('欧阳晓霖');
    const clear = await get<{ contested: { name: string } }>(`/identity/reviews/${id}/revealed`);
    expect(clear.contested.name).toBe('欧阳晓霖');

    const dry = await post(`/identity/reviews/${id}/decide`, { verdict: 'moves', reason: 'called her', dryRun: true });
    expect(dry.decisions).toEqual([]);
    expect(await clients()).toEqual(before);
    const moved = await post(`/identity/reviews/${id}/decide`, { verdict: 'moves', reason: 'called her' });
    expect(await clientOf('90001')).toBe(right.client);
    expect(await clients()).toHaveLength(2);
    expect((await get<{ items: unknown[] }>('/identity/reviews')).items).toEqual([]);
    await say(['clients', 'c3', { no: '90001', ...named, mail: 'xl@example.com', at: '2026-10-03T08:00:00+08:00' }]);
    expect(await clientOf('90001')).toBe(right.client);
    await say(['clients', 'c3', { no: '90001', ...named, at: '2026-10-04T08:00:00+08:00' }]);

    for (const decision of moved.decisions) await post(`/identity/decisions/${decision}/revoke`, {});
    expect(await clients()).toEqual(before);
  });

  it('moves nothing where no record fits two clients', async () => {
    await say(
      ['clients', 'c1', { no: '10001', name: '欧阳晓霖', idNo: '11010519491231002X', user: 'u1' }],
      ['clients', 'c2', { no: '10002', name: '欧阳晓霖', idNo: '310101198001010034', user: 'u1' }],
    );
    const { items } = await get<{ items: { id: string }[] }>('/identity/reviews');
    const answer = await p.hub.api('POST', `/identity/reviews/${items[0]!.id}/decide`, {
      verdict: 'moves',
      reason: 'x',
    });
    expect(answer).toMatchObject({ status: 400, body: { code: 'REVIEW_NOTHING_MOVES' } });
    expect((answer.body as { detail: string }).detail).toContain('unique_id');
  });

  it('gives a browser to the one client that it is known of, and takes part in nothing else', async () => {
    const code = `web-${Date.now()}`;
    await post('/systems', { code, name: code, connector: 'web-segment', settings: { writeKey: `key-of-${code}` } });
    const send = async (id: string, data: Record<string, unknown>) => {
      await p.feed([record('events', id, { messageId: id, ...data }, at)], 'live', code);
      await p.apply();
    };
    await send('e1', { type: 'page', anonymousId: 'b-1', name: 'Home' });
    expect(await clients()).toEqual([['anonymous_id b-1']]);
    await send('e2', { type: 'identify', userId: 'u1', anonymousId: 'b-1', traits: { name: '陈晓' } });
    expect(await clients()).toEqual([['anonymous_id b-1', 'user_id u1']]);
    await send('e3', { type: 'identify', userId: 'u2', anonymousId: 'b-1', traits: { name: '王芳' } });
    expect(await clients()).toEqual([['anonymous_id b-1'], ['user_id u1'], ['user_id u2']]);
  });

  it('loses no link when eight workers are fed the same people at the same moment', async () => {
    const people = Array.from({ length: 80 }, (_, i) => i);
    const feeds = [0, 1, 2, 3, 4, 5, 6, 7].map((desk) =>
      people.map((i) => {
        const name = `${'王李张刘陈杨黄赵吴周'[i % 10]}${'伟芳娜敏静磊军洋勇艳'[Math.floor(i / 10)]}`;
        const phone = `139000000${String(i).padStart(2, '0')}`;
        const data = { at, no: `${desk}0${i}`, name, phone, born: `19${50 + (i % 40)}-0${1 + (i % 9)}-1${i % 9}` };
        return record('clients', `d${desk}-${i}@1`, data);
      }),
    );
    for (const feed of feeds) await p.feed(feed);
    await p.apply();
    const alone = await dump(p.db);
    expect(await clients()).toHaveLength(people.length);
    await p.reset();
    await Promise.all([...feeds.map((feed) => p.feed(feed)), p.applyTogether(8)]);
    await p.applyTogether(8);
    expect(await dump(p.db)).toBe(alone);
  });

  it('starts no journey: who matches a segment by a merge has not just begun to', async () => {
    await say(
      ['clients', 'c1', { no: '10001', name: '欧阳晓霖' }],
      ['clients', 'c2', { no: '10002', phone: '13900000001' }],
    );
    await post('/segments', { code: 'both', name: 'Both', rule: 'has(phones) && name == "欧阳晓霖"' });
    await p.evaluate();
    const count = async (table: string) =>
      (await p.db.query<{ n: number }>(`select count(*)::int as n from ${table}`))[0]!.n;
    expect(await count('segment_member')).toBe(0);
    await post('/clients/merge', { clients: [await clientOf('10001'), await clientOf('10002')], reason: 'test' });
    await p.evaluate();
    expect([await count('segment_member'), await count('segment_entry')]).toEqual([1, 0]);
    await say(['clients', 'c3', { no: '10003', name: '欧阳晓霖', phone: '13900000077' }]);
    await p.evaluate();
    expect(await count('segment_entry')).toBe(1);
  });

  it('trains, previews and activates a model, and ends where a full pass ends', async () => {
    const people = Array.from({ length: 60 }, (_, i) => ({
      no: `2000${i}`,
      name: `${'王李张刘陈杨黄赵吴周'[i % 10]}${'伟芳娜敏静磊军洋勇艳'[Math.floor(i / 10)]}`,
      phone: `139000000${String(i).padStart(2, '0')}`,
      mail: `p${i}@mail.example.com`,
    }));
    await say(
      ...people.map((x): [string, string, Record<string, unknown>] => ['clients', `c${x.no}`, x]),
      ...people
        .slice(0, 20)
        .map((x): [string, string, Record<string, unknown>] => [
          'clients',
          `d${x.no}`,
          { ...x, no: `9${x.no.slice(1)}` },
        ]),
    );
    const work = p.hub.hub.app.get(ModelWork, { strict: false });
    const trained = await post<{ version: number; state: string }>('/identity/models', {});
    expect(trained.state).toBe('training');
    await work.run();
    const tuned = await post<{ version: number }>('/identity/models/tune', { from: trained.version, link: 0.999999 });
    await post(`/identity/models/${tuned.version}/preview`, {});
    await work.run();
    const preview = (
      await get<{ preview: { clients: number; clientsAfter: number } }>(`/identity/models/${tuned.version}`)
    ).preview;
    const activate = () => p.hub.api<{ code: string }>('POST', `/identity/models/${tuned.version}/activate`, {});
    await p.db.query(`update match_model set previewed_at = now() - interval '8 days'`);
    expect(await activate()).toMatchObject({ status: 409, body: { code: 'MODEL_NOT_PREVIEWED' } });
    await p.db.query('update match_model set previewed_at = now()');
    expect((await activate()).status).toBeLessThan(300);
    await work.run();
    const found = await clients();
    expect(preview.clients).not.toBe(0);
    expect(found).toHaveLength(preview.clientsAfter);
    expect(await work.reconcile('reconcile')).toEqual({ merged: 0, split: 0 });
    expect(await clients()).toEqual(found);
    await p.db.query('delete from match_model');
  });

  it('tunes by the precision to expect, once it was measured', async () => {
    const twice = Array.from({ length: 10 }, (_, i) => ({
      name: `司马承${'伟芳娜敏静磊军洋勇艳'[i]}`,
      phone: `1360000001${i}`,
    }));
    await say(
      ...twice.flatMap((x, i): [string, string, Record<string, unknown>][] => [
        ['clients', `t${i}`, { ...x, no: `3000${i}` }],
        ['clients', `u${i}`, { ...x, no: `3100${i}` }],
      ]),
    );
    const work = p.hub.hub.app.get(ModelWork, { strict: false });
    const tune = (body: Record<string, unknown>) =>
      p.hub.api<{ code?: string; detail?: string; version: number }>('POST', '/identity/models/tune', body);
    expect((await tune({ from: 0, precision: 0.99 })).body.code).toBe('MODEL_NOT_MEASURED');
    expect((await tune({ from: 0, link: 0.1 })).body.code).toBe('LINK_BELOW_REVIEW');
    const { version } = (await tune({ from: 0, link: 0.6, diameterLimit: 9 })).body;
    await post(`/identity/models/${version}/preview`, {});
    await work.run();
    interface Shown {
      settings: { link: number; diameterLimit: number };
      preview: { expected: { link: number; pairs: number; precision: number; wrong: number; asked: number }[] };
    }
    const shown = await get<Shown>(`/identity/models/${version}`);
    expect(shown.settings).toMatchObject({ link: 0.6, diameterLimit: 9 });
    const { expected } = shown.preview;
    const [scored] = await p.db.query<{ n: number }>('select count(*)::int as n from match_edge');
    expect(scored!.n).toBeGreaterThan(0);
    expect(expected.map((e) => e.link)).toContain(0.6);
    for (const [i, e] of expected.entries()) {
      expect(e.pairs + e.asked).toBeLessThanOrEqual(scored!.n);
      if (i > 0) expect(e.precision).toBeGreaterThanOrEqual(expected[i - 1]!.precision);
    }
    expect(expected[0]!.pairs).toBeGreaterThan(0);
    const asked = expected[0]!.precision - 0.001;
    const { settings } = await get<Shown>(
      `/identity/models/${(await tune({ from: version, precision: asked })).body.version}`,
    );
    // The pairs of the test weigh alike, and nothing weighs less: their weight is the threshold.
    expect(settings.link).toBeGreaterThan(0.6);
    expect(settings.link).toBeLessThanOrEqual(expected[0]!.precision);
    expect(settings.diameterLimit).toBe(9);
    const beyond = (await tune({ from: version, precision: 0.999999999 })).body;
    expect(beyond.code).toBe('PRECISION_OUT_OF_REACH');
    expect(Number(/reaches (\d\.\d+)/.exec(beyond.detail ?? '')?.[1])).toBeGreaterThanOrEqual(asked);
    await p.db.query('delete from match_model');
  });
});
