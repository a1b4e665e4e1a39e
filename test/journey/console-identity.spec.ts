import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { expectAccessible, inBrowser, launchBrowser, listenTo, openPage } from '../support/browser.js';
import { builtConsole } from '../support/built-console.js';
import { ModelWork } from '#identity';
import { parsePublicId, uuidv7 } from '#platform';
import { until } from '../support/hub.js';
import { type Pipeline, record, startPipeline } from '../support/pipeline.js';

const AT = '2026-10-01T08:00:00+08:00';
/** Three times two customers with documents of their own, whom the counter gives one web user. */
const PAIRS = [
  { names: ['欧阳晓霖', '欧阳晓琳'], documents: ['11010519491231002X', '310101198001010034'] },
  { names: ['司马光宇', '司马广宇'], documents: ['440524198001010013', '110101199003070134'] },
  { names: ['Alan Turner', 'Allan Turner'], documents: ['110101198506020038', '440301199212120051'] },
] as const;

inBrowser('who is who in the console', () => {
  let p: Pipeline;
  let browser: Browser;
  let page: Page;
  let heard: ReturnType<typeof listenTo>;

  beforeAll(async () => {
    await builtConsole();
    p = await startPipeline();
    const people = PAIRS.flatMap(({ names, documents }, i) =>
      [0, 1].map((side) => ({
        no: `${side + 1}000${i}`,
        name: names[side],
        idNo: documents[side],
        user: `u${i}`,
        phone: `13${i + 5}0000${side}${i}21`,
        branch: side === 0 ? '上海江滨路营业部' : '上海龙华营业部',
      })),
    );
    await say(people);
    await say([
      { no: '30001', name: '诸葛瑾瑜', idNo: '310101197506150038', phone: '13900000001' },
      { no: '30002', name: '诸葛瑾瑜', idNo: '310101197506150038', mail: 'zhuge@example.com' },
    ]);
    browser = await launchBrowser();
    page = await openPage(browser);
    heard = listenTo(page, p.hub.hub.url);
    await page.goto(`${p.hub.hub.url}/sign-in/${p.hub.hub.access.signInToken}`);
    await page.getByRole('link', { name: 'Merge review' }).click();
    await page.getByRole('heading', { name: 'Are these two one client?' }).waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await p?.stop();
  });

  async function say(rows: readonly ({ no: string } & Record<string, unknown>)[]): Promise<void> {
    await p.feed(rows.map((r) => record('clients', `c${r.no}@1`, { at: AT, ...r })));
    await p.apply();
  }

  const get = async <T>(path: string) => (await p.hub.api<T>('GET', path)).body;
  const decisions = async () =>
    (await get<{ items: { verdict: string; state: string; reason: string }[] }>('/identity/decisions')).items;
  const waiting = () => page.locator('.review-queue li').count();
  const press = (key: string) => page.keyboard.press(key);

  async function clientOf(key: string): Promise<string> {
    return (await get<{ items: { id: string }[] }>(`/clients?search=${key}`)).items[0]!.id;
  }

  it('shows what waits, why, both sides with what differs, and the weights in words', async () => {
    expect(await waiting()).toBe(PAIRS.length);
    await page.getByText('two different identity numbers').first().waitFor();
    await page.locator('.side-by-side').waitFor();
    // Names are masked: what differs behind the mask shows in the weights, and in clear for those who may.
    expect(await page.locator('.side-by-side').textContent()).not.toContain('晓霖');
    await page.getByRole('button', { name: 'Show in clear (audited)' }).click();
    await until('a name in clear', async () => {
      const shown = (await page
        .locator('tr', { has: page.locator('.differs') })
        .first()
        .textContent())!;
      return PAIRS.some(({ names }) => names.every((n) => shown.includes(n)));
    });
    const { items } = await get<{ items: { action: string }[] }>('/audit?limit=5');
    expect(items.map((e) => e.action)).toContain('identity.reveal');
    expect(await page.locator('.evidence').textContent()).toContain('identity document');
    expect(await page.locator('.evidence tfoot').textContent()).toMatch(/one person with [\d.]+% certainty/);
  });

  it('is accessible in both languages and themes, and fits a phone', async () => {
    expect(await page.locator('.review-pair').count()).toBe(1);
    await expectAccessible(page, (l) =>
      page.getByRole('heading', { name: l === 'en' ? 'Are these two one client?' : '这两位是同一客户吗？' }).waitFor(),
    );
  });

  it('says what a yes would change, before it is said', async () => {
    await page.getByRole('button', { name: 'What would “the same” change?' }).click();
    await page.locator('.changes').getByText('Joins:').waitFor();
    expect(await decisions()).toEqual([]);
  });

  it('decides by the keyboard, and takes it back', async () => {
    await press('d');
    await page.getByText('are different, and stay so.').waitFor();
    await until('it is decided', async () => (await decisions())[0]?.verdict === 'different');
    expect(await waiting()).toBe(PAIRS.length - 1);
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    await press('u');
    await page.getByText('Taken back:').waitFor();
    expect((await decisions()).map((d) => d.state)).toEqual(['revoked']);
    await until('the pair is back', async () => (await waiting()) === PAIRS.length);
  });

  it('joins two, with the reason that was given, and goes on to the next until nothing waits', async () => {
    await page.getByLabel('Reason, for the audit log').fill('called her: one person');
    await page.getByRole('button', { name: 'The same', exact: true }).click();
    await page.getByText('are one client.').waitFor();
    await until('it is decided', async () => (await decisions())[0]?.reason === 'called her: one person');
    expect((await decisions())[0]).toMatchObject({ verdict: 'same', state: 'standing' });
    await page.evaluate('document.activeElement.blur()');
    await press('l');
    await page.getByText('come again in a week.').waitFor();
    await until('one is left', async () => (await waiting()) === 1);
    await press('d');
    await page.getByRole('heading', { name: 'No pair waits for a person' }).waitFor();
    await until('all are decided', async () => (await decisions()).filter((d) => d.state === 'standing').length === 2);
  });

  it('says on the client page why each identity belongs there, parts one, and undoes it', async () => {
    const id = await clientOf('30001');
    expect(await clientOf('30002')).toBe(id);
    await page.goto(`${p.hub.hub.url}/clients/${id}`);
    const card = page.locator('#identity');
    await card.getByText('the evidence joins it to').first().waitFor();
    await card.getByText('Weights').first().click();
    await card.locator('.evidence').first().waitFor();
    await expectAccessible(page, (l) =>
      page.getByRole('heading', { name: l === 'en' ? 'How the systems know it' : '各系统中的身份' }).waitFor(),
    );
    await card.locator('.card-row', { hasText: 'the evidence joins it to' }).first().getByRole('checkbox').check();
    await card.getByRole('button', { name: 'This is somebody else …' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByRole('button', { name: 'Part them' }).isDisabled()).toBe(true);
    await dialog.getByRole('button', { name: 'What would change?' }).click();
    await dialog.getByText('Please say why.').waitFor();
    await dialog.getByLabel('Reason, for the audit log').fill('a twin with a copied document');
    await dialog.getByRole('button', { name: 'What would change?' }).click();
    await dialog.getByText('Parts:').waitFor();
    expect(await clientOf('30002')).toBe(id);
    await dialog.getByRole('button', { name: 'Part them' }).click();
    await page.getByText('They are parted.').waitFor();
    expect(await clientOf('30002')).not.toBe(await clientOf('30001'));
    await page.getByText('“a twin with a copied document”').waitFor();
    await page.getByRole('button', { name: 'Take back' }).click();
    await page.getByText('taken back by admin').waitFor();
    expect(await clientOf('30002')).toBe(await clientOf('30001'));
  });

  it('shows an alarm of a stream that suddenly joins many, with examples, until somebody looked into it', async () => {
    const id = parsePublicId('cli', await clientOf('30001'));
    await p.db.query(
      `insert into join_surge (id, system_id, stream, evidence, joins, records, usual_joins, usual_records, samples)
       select $1, id, 'clients', 'idNumber', 412, 1000, 3, 52000, $2 from system limit 1`,
      [uuidv7(), JSON.stringify([{ from: id, into: id }])],
    );
    await page.goto(`${p.hub.hub.url}/review`);
    const alarm = page.locator('.surge');
    await alarm.getByText('412 of 1,000 records joined clients within half an hour, by: identity document.').waitFor();
    await alarm.getByText('Usual are 3 of 52,000.').waitFor();
    await expectAccessible(page, (l) =>
      page.getByText(l === 'en' ? '412 of 1,000 records' : '半小时内 1,000 条').waitFor(),
    );
    await alarm.getByRole('link').first().click();
    await page.waitForURL(/\/clients\/cli_/);
    await page.goBack();
    await alarm.getByRole('button', { name: 'Looked into …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'End the alarm' }).click();
    await dialog.getByText('Please say what was found.').waitFor();
    await dialog.getByLabel('What was found?').fill('two counters were merged');
    await dialog.getByRole('button', { name: 'End the alarm' }).click();
    await until('the alarm is gone', async () => (await alarm.count()) === 0);
    const { items } = await get<{ items: { note: string }[] }>('/identity/surges?open=false');
    expect(items.map((s) => s.note)).toEqual(['two counters were merged']);
  });

  it('asks whose a record is that fits two clients, moves it by a key, and takes that back', async () => {
    const named = { name: '公孙绿萼', phone: '13500000077' };
    await say([
      { no: '50001', ...named, idNo: '110101194811230025', born: '1948-11-23', mail: 'lve@example.com' },
      { no: '50002', ...named, idNo: '440301198303150067', born: '1983-03-15', mail: 'gs@example.org' },
      { no: '60001', ...named },
    ]);
    const before = await clientOf('60001');
    await page.goto(`${p.hub.hub.url}/review?cause=contested_record`);
    const [first, second] = before === (await clientOf('50001')) ? ['50001', '50002'] : ['50002', '50001'];
    await page.getByRole('heading', { name: 'Whose is this record?' }).waitFor();
    await page.getByRole('heading', { name: 'That it is of the second client' }).waitFor();
    expect(await page.locator('.side-by-side thead th').count()).toBe(3);
    expect(await page.locator('.side-by-side .side-key').textContent()).toContain('Customer number');
    await expectAccessible(page, (l) =>
      page.getByRole('heading', { name: l === 'en' ? 'Whose is this record?' : '这条记录属于哪位客户？' }).waitFor(),
    );
    await page.getByRole('button', { name: 'What would “of the second” change?' }).click();
    await page.locator('.changes').getByText('Parts:').waitFor();
    expect(await clientOf('60001')).toBe(await clientOf(first!));
    await page.evaluate('document.activeElement.blur()');
    await press('m');
    await page.getByText('The record is of').waitFor();
    await until('it has moved', async () => (await clientOf('60001')) === (await clientOf(second!)));
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Taken back:').waitFor();
    expect(await clientOf('60001')).toBe(before);
    await page.getByRole('heading', { name: 'Whose is this record?' }).waitFor();
  });

  it('says which limit stopped a pair, and by which values', async () => {
    const post = async (path: string, body: unknown) => (await p.hub.api<{ version: number }>('POST', path, body)).body;
    const { version } = await post('/identity/models/tune', { from: 0, valueLimits: { phone: 1 } });
    await post(`/identity/models/${version}/preview`, {});
    const work = p.hub.hub.app.get(ModelWork, { strict: false });
    await work.run();
    await post(`/identity/models/${version}/activate`, {});
    await work.run();
    const same = { name: '公孙绿萼', idNo: '110101199003070150' };
    await say([
      { no: '40001', ...same, phone: '13912345671' },
      { no: '40002', ...same, phone: '13912345672' },
    ]);
    await page.goto(`${p.hub.hub.url}/review?cause=limit`);
    await page.getByText('phone: one client may have 1; together they would have 2.').waitFor();
    const hit = page.locator('.limits-hit');
    expect(await hit.textContent()).toMatch(/139\*\*\*\*567[12].*139\*\*\*\*567[12]/);
    await expectAccessible(page, (l) =>
      page.getByRole('heading', { name: l === 'en' ? 'The limit that stopped them' : '触发的数量上限' }).waitFor(),
    );
    await page.getByRole('button', { name: 'Show in clear (audited)' }).click();
    await hit.getByText('+8613912345671').waitFor();
  });

  it('asks nothing of any other server, and complains of nothing', () => {
    expect(heard).toEqual({ complaints: [], strangers: [] });
  });
});
