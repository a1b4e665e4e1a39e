import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Audits, bitsOf, type Calibration, DEFAULT_MODEL, ModelWork, probabilityOf, seededRandom } from '#identity';
import { parsePublicId } from '#platform';
import { type Pipeline, record, startPipeline } from '../support/pipeline.js';

interface Audit {
  id: string;
  pairs: number;
  answered: number;
  gone: number;
  seed: number;
}
interface State {
  n: number;
  answer: string | null;
  answeredBy: string | null;
  gone: boolean;
}
interface Pair extends State {
  offer: string | null;
  left: { name: string | null; phones: string[]; identity: { type: string } } | null;
  right: { name: string | null; phones: string[] } | null;
  evidence: { comparison: string; level: string }[];
}
interface Result {
  text: { en: string; zh: string };
  links: {
    pairs: number;
    told: number;
    expected: number | null;
    found: { share: number; low: number; high: number } | null;
  };
  strata: { from: number; to: number; pairs: number; drawn: number; same: number; different: number; gone: number }[];
}
interface Problem {
  code: string;
  detail: string;
}

const CLI = join(import.meta.dirname, '../../dist/apps/hub/src/cli/main.js');
const AT = '2026-10-01T08:00:00+08:00';
const SHIPPED = DEFAULT_MODEL.calibration;

describe('an audit of who is who', () => {
  let p: Pipeline;
  let work: ModelWork;

  beforeAll(async () => {
    p = await startPipeline();
    work = p.hub.hub.app.get(ModelWork, { strict: false });
    await p.db.query(`update app_user set roles = array_append(roles, 'operator') where login = 'approver'`);
    await p.db.query(`update api_key set scopes = array_append(scopes, 'write') where not 'write' = any(scopes)`);
  });
  afterAll(() => p.stop());

  const get = async <T>(path: string) => (await p.hub.api<T>('GET', path)).body;
  const start = async (body: object) => (await p.hub.api<Audit>('POST', '/identity/audits', body)).body;
  const refused = async (path: string, body: object, language?: string) =>
    (await p.hub.api<Problem>('POST', path, body, 'admin', language)).body;
  const answer = (id: string, n: number, said: string | null, as?: 'admin' | 'approver') =>
    p.hub.api<{ before: string | null; offer: string | null } & Problem>(
      'POST',
      `/identity/audits/${id}/pairs/${n}/answer`,
      { answer: said },
      as,
    );
  const sampleOf = (id: string) =>
    p.db.query<{ n: number; a: number; b: number; bits: number; weight: number }>(
      'select n, a, b, bits, weight from identity_audit_pair where audit_id = $1 order by n',
      [parsePublicId('aud', id)],
    );
  const said = (id: string) => get<{ sample: State[] }>(`/identity/audits/${id}`);
  const clientOf = async (no: string) =>
    (await p.db.query<{ id: string }>('select client_id as id from source_identity where key = $1', [no]))[0]!.id;

  async function say(rows: readonly Record<string, unknown>[]): Promise<void> {
    await p.feed(
      rows.map((data) => record('clients', `${String(data['no'])}@${JSON.stringify(data)}`, { at: AT, ...data })),
    );
    await p.apply();
  }

  /** Invented pairs of nobody, straight into the evidence: many near certainty, and few below. */
  async function invent(n: number): Promise<void> {
    const random = seededRandom(11);
    const least = bitsOf(0.25, SHIPPED);
    const bits = Array.from({ length: n }, () => least + 30 * random() ** 0.5);
    const ids = bits.map((_, i) => 1_000_000 + i);
    await p.db.query(
      `insert into match_edge (a, b, bits) select a, a + 5000000, bits from unnest($1::bigint[], $2::float8[]) as t(a, bits)`,
      [ids, bits],
    );
    await p.db.query(
      `insert into match_profile (identity_id, features, keys)
       select id, '{}'::json, '{}'::bigint[] from unnest($1::bigint[]) as t(id)
       union all select id + 5000000, '{}'::json, '{}'::bigint[] from unnest($1::bigint[]) as t(id)`,
      [ids],
    );
  }

  /** Everybody answers as a truth has it. */
  async function answerAs(id: string, truth: (bits: number) => number, seed: number): Promise<void> {
    const random = seededRandom(seed);
    const pairs = await sampleOf(id);
    await p.db.query(
      `update identity_audit_pair p set answer = t.answer, answered_by = 'test', answered_at = now()
       from unnest($2::int[], $3::text[]) as t(n, answer) where p.audit_id = $1 and p.n = t.n`,
      [
        parsePublicId('aud', id),
        pairs.map((x) => x.n),
        pairs.map((x) => (random() < truth(x.bits) ? 'same' : 'different')),
      ],
    );
  }

  it('has nothing to draw where nothing was weighed, and waits for a model that comes into force', async () => {
    expect((await refused('/identity/audits', {})).code).toBe('AUDIT_NOTHING_TO_DRAW');
    await p.db.query(
      `insert into match_model (version, state, task, created_by) values (90, 'active', 'reconcile', 'test')`,
    );
    await p.db.query(`update match_model set model = $1 where version = 90`, [JSON.stringify(DEFAULT_MODEL)]);
    const found = await refused('/identity/audits', {}, 'zh-CN');
    expect(found.code).toBe('AUDIT_WHILE_SETTLING');
    expect(found.detail).toContain('90');
    await p.db.query('delete from match_model');
  });

  it('draws by a seed over strata, so that the weights of the pairs add up to all that are stored', async () => {
    await invent(20_000);
    const audit = await start({ pairs: 200, seed: 5 });
    expect(audit).toMatchObject({ pairs: 200, answered: 0, gone: 0, seed: 5 });
    const sample = await sampleOf(audit.id);
    expect(new Set(sample.map((x) => x.a)).size).toBe(200);
    expect(sample.reduce((sum, x) => sum + x.weight, 0)).toBeCloseTo(20_000, 3);
    const again = await start({ pairs: 200, seed: 5 });
    expect(await sampleOf(again.id)).toEqual(sample);
    const other = await start({ pairs: 200, seed: 6 });
    const drawn = new Set(sample.map((x) => x.a));
    expect((await sampleOf(other.id)).filter((x) => drawn.has(x.a)).length).toBeLessThan(60);
    // The place of a pair tells nothing of its stratum.
    const certain = sample.filter((x) => probabilityOf(x.bits, SHIPPED) > 0.999).map((x) => x.n);
    expect(certain.length).toBeGreaterThan(60);
    expect(Math.abs(certain.reduce((sum, n) => sum + n, 0) / certain.length - 100)).toBeLessThan(25);
    const means = await Promise.all(
      Array.from({ length: 12 }, async (_, seed) => {
        const pairs = await sampleOf((await start({ pairs: 150, seed: 100 + seed })).id);
        return pairs.reduce((sum, x) => sum + x.weight * x.bits, 0) / 20_000;
      }),
    );
    const [all] = await p.db.query<{ mean: number }>('select avg(bits) as mean from match_edge');
    expect(means.reduce((x, y) => x + y) / means.length).toBeCloseTo(all!.mean, 0);
  });

  it('measures the precision of links beside what was expected, and says so when too few have answered', async () => {
    const audit = await start({ pairs: 400, seed: 8 });
    const few = await get<Result>(`/identity/audits/${audit.id}/result`);
    expect(few.links).toMatchObject({ told: 0, expected: null, found: null });
    expect(few.text.en).toContain('Too few answers');
    expect(few.text.zh).toContain('答案过少');
    const truth = (bits: number) => probabilityOf(bits, { scale: 0.5, offset: 0 });
    await answerAs(audit.id, truth, 21);
    const { links, strata, text } = await get<Result>(`/identity/audits/${audit.id}/result`);
    const above = (await p.db.query<{ bits: number }>('select bits from match_edge')).filter(
      (e) => probabilityOf(e.bits, SHIPPED) >= 0.5,
    );
    const mean = (c: Calibration) => above.reduce((sum, e) => sum + probabilityOf(e.bits, c), 0) / above.length;
    expect(links.pairs).toBe(above.length);
    expect(links.expected).toBeCloseTo(mean(SHIPPED), 2);
    expect(links.found!.low).toBeLessThan(mean({ scale: 0.5, offset: 0 }));
    expect(links.found!.high).toBeGreaterThan(mean({ scale: 0.5, offset: 0 }));
    expect(links.found!.high - links.found!.low).toBeLessThan(0.1);
    expect(strata.reduce((sum, s) => sum + s.same + s.different, 0)).toBe(400);
    expect(text.en).toMatch(/95 % interval/);
  });

  it('calibrates: refuses what says too little, and else makes a version near the truth, again and again the same', async () => {
    const { id } = await start({ pairs: 900, seed: 9 });
    const calibrate = (body: object) => refused('/identity/models/calibrate', { audit: id, ...body });
    expect((await calibrate({})).code).toBe('AUDIT_TOO_FEW');
    await answerAs(id, () => 1, 1);
    const oneSided = await calibrate({});
    expect(oneSided.code).toBe('AUDIT_ONE_SIDED');
    expect(oneSided.detail).toContain('bound of the offset');
    await answerAs(id, (bits) => (bits < 3 ? 1 : 0), 1);
    expect((await calibrate({})).code).toBe('AUDIT_AGAINST_EVIDENCE');
    await answerAs(id, (bits) => probabilityOf(bits, { scale: 0.55, offset: 0.2 }), 4);
    expect((await calibrate({ from: 7 })).code).toBe('NOT_FOUND');
    expect((await p.hub.api('POST', '/identity/models/calibrate', { audit: id }, 'approver')).status).toBe(403);

    interface Model {
      version: number;
      state: string;
      origin: { from: number; calibrated: { audit: string; answers: number } };
      settings: { link: number; review: number; calibration: Calibration; prior: number };
    }
    const made = await p.hub.api<Model>('POST', '/identity/models/calibrate', { audit: id });
    expect(made.status).toBe(201);
    const model = await get<Model>(`/identity/models/${made.body.version}`);
    expect(model).toMatchObject({ state: 'ready', origin: { from: 0, calibrated: { audit: id } } });
    expect(model.settings).toMatchObject({ link: 0.5, review: 0.25, prior: DEFAULT_MODEL.prior });
    expect(Math.abs(model.settings.calibration.scale - 0.55)).toBeLessThan(0.15);
    expect(Math.abs(model.settings.calibration.offset - 0.2)).toBeLessThan(0.5);
    const twice = await p.hub.api<Model>('POST', '/identity/models/calibrate', { audit: id, from: made.body.version });
    const second = await get<Model>(`/identity/models/${twice.body.version}`);
    expect(second.settings.calibration).toEqual(model.settings.calibration);

    const learned = await p.hub.hub.app.get(Audits, { strict: false }).judged(parsePublicId('aud', id)!);
    const uncertain = learned.strata.filter((x) => x.from < 0.999);
    expect(model.origin.calibrated.answers).toBe(learned.judged.length);
    expect(learned.judged.reduce((sum, j) => sum + j.weight, 0)).toBeCloseTo(
      uncertain.reduce((sum, x) => sum + x.pairs, 0),
      6,
    );
    // Certain pairs take no part, whatever is said of them.
    await p.db.query(`update identity_audit_pair set answer = 'different' where audit_id = $1 and bits >= $2`, [
      parsePublicId('aud', id),
      bitsOf(0.999, SHIPPED),
    ]);
    const third = await p.hub.api<Model>('POST', '/identity/models/calibrate', { audit: id });
    const { settings } = await get<Model>(`/identity/models/${third.body.version}`);
    expect(settings.calibration).toEqual(model.settings.calibration);

    const [stored] = await p.db.query<{ model: { prior: number } }>(
      'select model from match_model where version = $1',
      [made.body.version],
    );
    await p.db.query(`insert into match_model (version, state, model, created_by) values (50, 'ready', $1, 'test')`, [
      JSON.stringify({ ...stored!.model, prior: -11 }),
    ]);
    expect((await calibrate({ from: 50 })).code).toBe('AUDIT_OF_OTHER_WEIGHTS');
    await p.db.query('delete from match_model where version = 50');
  });

  describe('of people', () => {
    let id: string;
    const people = Array.from({ length: 30 }, (_, i) => ({
      name: `${'欧司诸上慕'[i % 5]}${'阳马葛官容'[i % 5]}${'伟芳娜敏静磊'[Math.floor(i / 5)]}`,
      phone: `136000012${String(i).padStart(2, '0')}`,
    }));
    const nOf = async (no: string) => {
      for (const { n, a } of await sampleOf(id)) {
        const [key] = await p.db.query<{ key: string }>('select key from source_identity where id = $1', [a]);
        if (key!.key.slice(1) === no) return n;
      }
      throw new Error(`no pair of ${no}`);
    };

    beforeAll(async () => {
      await p.db.query('delete from match_model');
      await p.reset();
      await say(
        ['1', '2'].flatMap((desk) =>
          people.map((x, i) => ({
            ...x,
            no: `${desk}${String(i).padStart(5, '0')}`,
            ...(i < 5 ? { user: `u${i}` } : {}),
          })),
        ),
      );
      ({ id } = await start({ pairs: 100, seed: 1 }));
    });

    it('leaves out whom rows tie', async () => {
      const [stored] = await p.db.query<{ n: number }>('select count(*)::int as n from match_edge');
      expect(stored!.n).toBe(30);
      expect((await get<Audit>(`/identity/audits/${id}`)).pairs).toBe(25);
    });

    it('shows both sides and what was compared, and not what the hub makes of them', async () => {
      const n = await nOf('00007');
      const { body } = await p.hub.api<Pair>('GET', `/identity/audits/${id}/pairs/${n}`);
      expect(body.left).toMatchObject({
        name: '诸**',
        identity: { type: 'customer_no' },
      });
      expect(body.right!.phones).toEqual(['+86136****1207']);
      expect(body.evidence).toContainEqual(expect.objectContaining({ comparison: 'phone', level: 'equal' }));
      expect(JSON.stringify(body)).not.toMatch(/bits|probab|weight|stratum|cli_|prior|guard|relatives/);
      const revealed = await get<{ left: { name: string } }>(`/identity/audits/${id}/pairs/${n}/revealed`);
      expect(revealed.left.name).toBe(people[7]!.name);
    });

    it('keeps the last of two answers, with both in the audit log, and takes one back', async () => {
      const n = await nOf('00008');
      expect((await answer(id, n, 'same')).body).toMatchObject({ before: null, offer: null });
      expect((await answer(id, n, 'cannot_tell', 'approver')).body).toMatchObject({ before: 'same', offer: null });
      expect((await said(id)).sample[n - 1]).toMatchObject({ answer: 'cannot_tell', answeredBy: 'approver' });
      await Promise.all([answer(id, n, 'same'), answer(id, n, 'different', 'approver')]);
      const log = await p.db.query<{ actor: string; detail: { answer: string; before: string } }>(
        `select actor, detail from audit where action = 'identity.audit_answer' order by seq desc limit 2`,
      );
      const last = (await said(id)).sample[n - 1]!;
      expect(log[0]).toMatchObject({ actor: last.answeredBy, detail: { answer: last.answer } });
      expect(log[0]!.detail.before).toBe(log[1]!.detail.answer);
      await answer(id, n, null);
      expect((await said(id)).sample[n - 1]).toMatchObject({ answer: null, answeredBy: null, gone: false });
      expect((await get<Audit>(`/identity/audits/${id}`)).answered).toBe(0);
      expect((await answer(id, 77, 'same')).body.code).toBe('NOT_FOUND');
      expect((await answer(id, n, 'perhaps')).status).toBe(400);
    });

    it('offers to part two that a person holds for different, as a decision that can be taken back', async () => {
      const n = await nOf('00009');
      const decide = (body: object) =>
        p.hub.api<{ decisions: string[]; split: unknown[] } & Problem>(
          'POST',
          `/identity/audits/${id}/pairs/${n}/decide`,
          body,
        );
      expect((await decide({ reason: 'x' })).body.code).toBe('AUDIT_NOT_JUDGED');
      const [left, right] = ['100009', '200009'];
      expect(await clientOf(left!)).toBe(await clientOf(right!));
      expect((await answer(id, n, 'different')).body.offer).toBe('apart');
      expect((await decide({ reason: 'twins', dryRun: true })).body.split).toHaveLength(1);
      expect(await clientOf(left!)).toBe(await clientOf(right!));
      const done = (await decide({ reason: 'twins' })).body;
      expect(await clientOf(left!)).not.toBe(await clientOf(right!));
      expect((await get<Pair>(`/identity/audits/${id}/pairs/${n}`)).offer).toBeNull();
      expect((await answer(id, n, 'same')).body.offer).toBe('together');
      await p.hub.api('POST', `/identity/decisions/${done.decisions[0]}/revoke`, {});
      expect(await clientOf(left!)).toBe(await clientOf(right!));
    });

    it('is answered by the command line, too', async () => {
      const key = (await p.hub.api<{ key: string }>('POST', '/api-keys', { name: 'command line' })).body.key;
      const env = { PATH: process.env['PATH'], ISTHMUS_URL: p.hub.hub.url, ISTHMUS_API_KEY: key };
      const isthmus = async <T>(...args: string[]) => {
        const command = [CLI, '-o', 'json', 'identity', ...args];
        return JSON.parse((await promisify(execFile)(process.execPath, command, { env })).stdout) as T;
      };
      const started = await isthmus<Audit>('audits', 'start', '--pairs', '10', '--seed', '4');
      expect(started).toMatchObject({ pairs: 10, seed: 4 });
      expect(await isthmus('audits', 'answer', started.id, '2', 'cannot-tell')).toMatchObject({
        answer: 'cannot_tell',
      });
      expect(await isthmus('audits', 'show', started.id, '2')).toMatchObject({ n: 2, answer: 'cannot_tell' });
      expect(await isthmus('audits', 'answer', started.id, '2', 'none')).toMatchObject({ before: 'cannot_tell' });
      expect((await isthmus<{ sample: State[] }>('audits', 'show', started.id)).sample).toHaveLength(10);
      expect((await isthmus<{ items: Audit[] }>('audits', 'list')).items[0]).toMatchObject({ answered: 0 });
      expect((await isthmus<Result>('audits', 'result', started.id)).text.en).toContain('Too few answers');
      await expect(isthmus('models', 'calibrate', started.id)).rejects.toThrow('needs 30');
    });

    it('counts a pair as gone of which nothing is known any more, and an answer that was given stays', async () => {
      const [answered, open] = [await nOf('00010'), await nOf('00011')];
      await answer(id, answered, 'same');
      await p.feed(
        ['100010', '100011'].map((no) => ({
          type: 'record' as const,
          stream: 'clients',
          key: no,
          op: 'delete' as const,
          dedupeId: `gone ${no}`,
          data: JSON.stringify({ at: '2026-10-02T08:00:00+08:00', no }),
          occurredAt: undefined,
        })),
      );
      await p.apply();
      const { sample, gone } = await get<Audit & { sample: State[] }>(`/identity/audits/${id}`);
      expect(gone).toBe(1);
      expect(sample[open - 1]).toMatchObject({ gone: true, answer: null });
      expect(sample[answered - 1]).toMatchObject({ answer: 'same' });
      expect((await answer(id, open, 'same')).body.code).toBe('AUDIT_PAIR_GONE');
      expect(await get<Pair>(`/identity/audits/${id}/pairs/${open}`)).toMatchObject({ gone: true, left: null });
      const { strata } = await get<Result>(`/identity/audits/${id}/result`);
      expect(strata.reduce((sum, s) => sum + s.gone, 0)).toBe(1);
    });

    it('puts a calibrated version in force the ordinary way, and stored pairs follow its thresholds', async () => {
      const calibration: Calibration = { scale: 0.6, offset: -6 };
      await p.db.query(`insert into match_model (version, state, model, created_by) values (1, 'ready', $1, 'test')`, [
        JSON.stringify({ ...DEFAULT_MODEL, version: '1', calibration }),
      ]);
      await p.hub.api('POST', '/identity/models/1/preview', {});
      await work.run();
      expect((await p.hub.api('POST', '/identity/models/1/activate', {})).status).toBe(202);
      await work.run();
      const [least] = await p.db.query<{ bits: number | null }>('select min(bits) as bits from match_edge');
      expect(least!.bits ?? Infinity).toBeGreaterThanOrEqual(bitsOf(0.25, calibration));
      const drawn = await start({ seed: 3 });
      const [kept] = await p.db.query('select scale, "offset", model_version from identity_audit where id = $1', [
        parsePublicId('aud', drawn.id),
      ]);
      expect(kept).toEqual({ scale: 0.6, offset: -6, model_version: 1 });
      const { version } = (await p.hub.api<{ version: number }>('POST', '/identity/models', {})).body;
      await work.run();
      const trained = await get<{ settings: { calibration: Calibration } }>(`/identity/models/${version}`);
      expect(trained.settings.calibration).toEqual(SHIPPED);
    });
  });
});
