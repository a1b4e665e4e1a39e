import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestHub, type TestHub } from '../support/hub.js';

interface Problem {
  code: string;
  detail: string;
  errors?: { pointer: string; detail: string }[];
}

const JSON_TYPE = { 'content-type': 'application/json' };

describe('a request that is refused', () => {
  let t: TestHub;
  let key: string;

  beforeAll(async () => {
    t = await startTestHub({ env: { ISTHMUS_ROLE: 'api' } });
    key = (await t.api<{ key: string }>('POST', '/api-keys', { name: 'test' })).body.key;
  });
  afterAll(() => t.stop());

  async function ask(method: string, path: string, o: { body?: string; headers?: object; language?: string } = {}) {
    const response = await fetch(`${t.hub.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'accept-language': o.language ?? 'en', ...o.headers },
      ...(o.body === undefined ? {} : { body: o.body }),
    });
    return { status: response.status, problem: JSON.parse((await response.text()) || '{}') as Problem };
  }
  const post = (path: string, body: unknown, language?: string) =>
    ask('POST', path, { body: JSON.stringify(body), headers: JSON_TYPE, ...(language ? { language } : {}) });

  it('names each field, what was found and what is needed, in the language of the caller', async () => {
    const body = { code: 'Bad Code', name: 5, colour: 'red' };
    const english = (await post('/segments', body)).problem;
    expect(english.code).toBe('BAD_REQUEST');
    expect(Object.fromEntries(english.errors!.map((e) => [e.pointer, e.detail]))).toEqual({
      '/code': 'needed: 2 to 60 of a–z, 0–9 and -, starting with a letter',
      '/name': 'found 5; needed: a text',
      '/rule': 'found nothing; needed: a text',
      '/colour': 'there is no such field',
    });
    expect(english.detail).toContain('name: found 5; needed: a text');
    const chinese = (await post('/segments', body, 'zh-CN')).problem;
    expect(chinese.errors!.map((e) => e.pointer).toSorted()).toEqual(['/code', '/colour', '/name', '/rule']);
    expect([chinese.detail, ...chinese.errors!.map((e) => e.detail)].filter((d) => !/\p{Script=Han}/u.test(d))).toEqual(
      [],
    );
  });

  it('of a rule is in the language of the caller, with its place', async () => {
    const { problem } = await post('/segments/count', { rule: 'assets(net) >> 3' }, 'zh-CN');
    expect(problem.errors).toEqual([{ pointer: '/rule', detail: '此处不应出现 ">"（第 14 个字符）' }]);
    expect(problem.detail).toContain('此处不应出现');
    expect(problem.detail).not.toContain('not expected');
  });

  it('discards nothing where nothing says what', async () => {
    const { status, problem } = await post('/quarantine/discard', {});
    expect([status, problem.code]).toEqual([400, 'DISCARD_UNBOUNDED']);
    expect((await post('/quarantine/discard', { everything: true })).status).toBe(200);
  });

  it('of a live stream comes before the stream', async () => {
    const { status, problem } = await ask('GET', '/stream?after=yesterday');
    expect([status, problem.code]).toEqual([400, 'CURSOR_WRONG']);
  });

  it('does not repeat what stands in the field of a secret', async () => {
    const { problem } = await post('/session', { login: 'admin', password: 'x'.repeat(501) });
    expect(JSON.stringify(problem)).not.toContain('xxx');
  });

  it.each([
    ['/clients?cursor=zzz', '/cursor'],
    ['/clients?limit=0', '/limit'],
    ['/clients?lmit=5', '/lmit'],
    ['/actions?cursor=act_1', '/cursor'],
    ['/actions?state=sended', '/state'],
    ['/actions?outcome=nice', '/outcome'],
    ['/quarantine?cursor=1', '/cursor'],
    ['/audit?cursor=abc', '/cursor'],
    ['/clients/abc', '/id'],
    ['/clients/cli_01m8921k43e00a5j51n121kyk9/timeline?cursor=2026', '/cursor'],
  ])('of %s points at %s', async (path, pointer) => {
    const { status, problem } = await ask('GET', path);
    expect([status, problem.errors?.map((e) => e.pointer)]).toEqual([400, [pointer]]);
  });

  it('tells an unreadable body, one that is too large, and one of another type apart', async () => {
    const broken = await ask('POST', '/segments', { body: '{"code": ', headers: JSON_TYPE });
    expect([broken.status, broken.problem.code]).toEqual([400, 'BODY_NOT_JSON']);
    const large = await post('/segments', { name: 'x'.repeat(3_000_000) });
    expect([large.status, large.problem.code]).toEqual([413, 'BODY_TOO_LARGE']);
    const other = await ask('POST', '/segments', { body: '<a/>', headers: { 'content-type': 'application/xml' } });
    expect([other.status, other.problem.code]).toEqual([415, 'BODY_TYPE']);
    const nul = await post('/segments', { code: 'nul', name: 'a\0b', rule: 'true' });
    expect([nul.status, nul.problem.detail]).toEqual([400, expect.stringContaining('U+0000')]);
  });

  it('is not one for an empty body where none is needed', async () => {
    await post('/segments', { code: 'all', name: 'All', rule: 'true' });
    const { status } = await ask('POST', '/quarantine/replay', { body: '', headers: JSON_TYPE });
    expect(status).toBe(202);
  });

  it('says which id of which kind there is not, as it was given', async () => {
    const { problem } = await ask('GET', '/clients/cli_01m8921k43e00a5j51n121kyk9', { language: 'zh' });
    expect(problem.detail).toBe('不存在客户“cli_01m8921k43e00a5j51n121kyk9”。请查看列表或核对编号。');
    expect((await ask('GET', '/nope')).problem.detail).toContain('GET /api/v1/nope');
  });

  it('refuses a setting that the connector does not have', async () => {
    const settings = { writeKey: 'key-of-web', writekey: 'typo' };
    const { problem } = await post('/systems', { code: 'web', name: 'Web', connector: 'web-segment', settings });
    expect(problem.errors).toEqual([{ pointer: '/settings/writekey', detail: 'there is no such field' }]);
  });
});
