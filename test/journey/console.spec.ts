import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { Database } from '#platform';
import { accessibilityFaults, inBrowser, launchBrowser, listenTo, openPage } from '../support/browser.js';
import { builtConsole } from '../support/built-console.js';
import { startTestHub, type TestHub, until } from '../support/hub.js';
import { TcpLine } from '../support/tcp-line.js';
import { InboxPeer } from '../support/inbox-peer.js';

inBrowser('the console in a browser', () => {
  let t: TestHub;
  let peer: InboxPeer;
  let line: TcpLine;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let users = 0;
  /** Where the page said that it wants to go on, whenever it opened the stream. */
  const resumedAfter: string[] = [];
  let heard: ReturnType<typeof listenTo>;

  beforeAll(async () => {
    await builtConsole();
    peer = await InboxPeer.start();
    t = await startTestHub();
    line = await TcpLine.to(t.hub.url);
    line.onSent((sent) => resumedAfter.push(...placeIn(sent.toString())));
    browser = await launchBrowser();
    page = await openPage(browser);
    context = page.context();
    heard = listenTo(page, line.url);
  });
  afterAll(async () => {
    await browser?.close();
    await line?.stop();
    await t?.stop();
    await peer?.stop();
  });

  /** Sends so many new users to the hub, as the web site's SDK would. */
  async function newUsers(n: number): Promise<void> {
    const batch = Array.from({ length: n }, () => {
      users++;
      return { type: 'identify', messageId: `m${users}`, userId: `user-${users}`, traits: { name: `客户${users}` } };
    });
    await send(batch);
  }

  async function send(batch: object[]): Promise<void> {
    const response = await fetch(`${t.hub.url}/v1/batch`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('key-of-web:').toString('base64')}` },
      body: JSON.stringify({ batch }),
    });
    expect(response.status).toBe(200);
  }

  const clients = () => page.locator('[data-figure=clients]').textContent();
  const seen = async () => Number(await page.locator('[data-seen]').getAttribute('data-seen'));
  const count = (figure: string, step = 0) =>
    page.locator('.step').nth(step).locator(`[data-figure=${figure}] dd`).textContent();
  const told = async () =>
    (
      await t.hub.app.get(Database).query<{ n: number }>("select count(*)::int as n from event where origin = 'live'")
    )[0]!.n;

  it('signs in by the one-time link, which works once', async () => {
    const link = `${line.url}/sign-in/${t.hub.access.signInToken}`;
    await page.goto(link);
    await page.getByRole('heading', { name: 'No system is registered yet' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
    const other = await browser.newContext({ locale: 'zh-CN' });
    const late = await other.newPage();
    await late.goto(link);
    await late.getByRole('heading', { name: '此链接未能登录' }).waitFor();
    await late.getByText('登录链接已使用或已过期').waitFor();
    await other.close();
  });

  it('turns from first steps into the loop when a system is registered, and moves without a reload', async () => {
    await page.evaluate('globalThis.notReloaded = true');
    await t.api('POST', '/systems', {
      code: 'web',
      name: '网上营业厅',
      connector: 'web-segment',
      settings: { writeKey: 'key-of-web', inboxUrl: peer.url },
    });
    await page.getByRole('heading', { name: 'The loop, live' }).waitFor();
    await newUsers(30);
    await until('30 clients on the page', async () => (await clients()) === '30');
    await newUsers(12);
    await until('12 more', async () => (await clients()) === '42');
    expect(await page.evaluate('globalThis.notReloaded')).toBe(true);
  });

  it('misses no event and repeats none when its connection is cut', async () => {
    await until('all events so far', async () => (await seen()) === (await told()));
    line.cut();
    await page.getByText('Reconnecting …').waitFor();
    expect(await page.getByText('You see the state of').isVisible()).toBe(true);
    await newUsers(25);
    await until('the hub has them', async () => (await t.api<{ clients: number }>('GET', '/loop')).body.clients === 67);
    expect(await clients()).toBe('42');
    line.mend();
    await until('the page caught up', async () => (await clients()) === '67' && (await seen()) === (await told()));
    await page.getByText('Live', { exact: true }).first().waitFor();
    expect(resumedAfter.length).toBeGreaterThan(0);
    expect(resumedAfter.filter((id) => !/^\d+-\d+$/.test(id))).toEqual([]);
    // The next events come once too.
    await newUsers(5);
    await until('5 more', async () => (await clients()) === '72' && (await seen()) === (await told()));
    expect(await page.evaluate('globalThis.notReloaded')).toBe(true);
  });

  it('shows the campaign being carried out, and pauses, resumes and stops it', async () => {
    await t.api('POST', '/segments', { code: 'everybody', name: 'Everybody', rule: 'true' });
    const step = {
      action: 'web.message',
      system: 'web',
      wait: '1h',
      params: { title: 'Dear {{client.name}}', body: '.' },
    };
    const spec = {
      audience: { segment: 'everybody' },
      control: 20,
      steps: [{ key: 'first', title: 'A message', ...step }],
      goal: { fact: 'message.read', is: 'achieved' },
    };
    expect((await t.api('POST', '/campaigns', { code: 'hello', name: 'Say hello', spec })).status).toBe(201);
    for (const verb of ['plan', 'submit']) expect((await t.api('POST', `/campaigns/hello/${verb}`)).status).toBe(200);
    await page.getByText('Waits for approval').first().waitFor();
    await t.api('POST', '/campaigns/hello/approve', {}, 'approver');
    await t.api('POST', '/campaigns/hello/launch');
    const control = (await t.api<{ plan: { control: number } }>('GET', '/campaigns/hello')).body.plan.control;
    await until('all sent on the page', async () => (await count('sent')) === String(72 - control));
    expect(await count('heldOut')).toBe(String(control));
    expect(peer.arrived.size).toBe(72 - control);

    const message = [...peer.arrived.keys()][0]!;
    const read = { type: 'track', event: 'Message Read', properties: { messageId: message } };
    await send([{ ...read, messageId: 'r1', userId: peer.users.get(message), timestamp: new Date().toISOString() }]);
    await until('it was read, and the page says so', async () => (await count('reached'))?.startsWith('1 '));
    await page.getByText('No clear difference yet.').waitFor();

    const state = async () => (await t.api<{ state: string }>('GET', '/campaigns/hello')).body.state;
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    expect(await state()).toBe('paused');
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await until('it runs again', async () => (await state()) === 'running');
    await page.getByRole('button', { name: 'Stop…' }).click();
    await page.getByRole('button', { name: 'Stop the campaign' }).click();
    await page.getByText('Please say why.').waitFor();
    expect(await state()).toBe('running');
    await page.getByLabel('Reason, for the audit log').fill('the offer has changed');
    await page.getByRole('button', { name: 'Stop the campaign' }).click();
    await until('it is stopped', async () => (await state()) === 'stopped');
    await page.getByText('Stopped').first().waitFor();
    const audit = await t.api<{ items: { action: string; detail: { reason?: string } }[] }>('GET', '/audit?limit=5');
    expect(audit.body.items.find((e) => e.action === 'campaign.stop')?.detail.reason).toBe('the offer has changed');
  });

  it('says when a quiet system was last heard, however long ago', async () => {
    await t.hub.app.get(Database).query("update inbox_batch set received_at = now() - interval '3 hours'");
    await page.getByText('3h ago').waitFor();
    expect(await page.getByText('Quiet').isVisible()).toBe(true);
  });

  it('has no accessibility violation in either language and theme, and keeps both choices', async () => {
    const choices = [
      { language: 'en', title: 'The loop, live', dark: false, theme: 'Light' },
      { language: 'en', title: 'The loop, live', dark: true, theme: 'Dark' },
      { language: 'zh-CN', title: '闭环实况', dark: true, theme: '深色' },
      { language: 'zh-CN', title: '闭环实况', dark: false, theme: '浅色' },
    ];
    for (const { language, title, dark, theme } of choices) {
      if ((await page.evaluate('document.documentElement.lang')) !== language)
        await page.getByRole('button', { name: '中文' }).click();
      await page.getByRole('button', { name: theme, exact: true }).click();
      await page.reload();
      await page.getByRole('heading', { name: title }).waitFor();
      expect(await page.evaluate('document.documentElement.lang')).toBe(language);
      expect(await page.evaluate('document.documentElement.dataset.theme')).toBe(dark ? 'dark' : 'light');
      expect(await accessibilityFaults(page)).toEqual([]);
    }
  });

  it('fits a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.setViewportSize({ width: 1360, height: 900 });
  });

  it('asks nothing of any other server, and has nothing to complain of but the cut', () => {
    expect(heard.strangers).toEqual([]);
    // A browser itself reports a request that failed: those of the cut, and nothing else.
    expect(heard.complaints.filter((c) => !c.includes('net::ERR_'))).toEqual([]);
  });

  it('goes to the sign-in page when its session is over', async () => {
    await t.hub.app.get(Database).query('delete from session');
    await page.getByText('会话已结束').waitFor({ timeout: 15_000 });
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('signs out', async () => {
    const { body } = await t.api<{ link: string }>('POST', '/users/admin/sign-in-link');
    await page.goto(`${line.url}/sign-in/${body.link}`);
    await page.getByRole('heading', { name: '闭环实况' }).waitFor();
    await page.getByRole('button', { name: '退出' }).click();
    await page.getByText('已退出登录。').waitFor();
    await page.goto(line.url);
    await page.getByRole('heading', { name: '登录' }).waitFor();
    expect((await context.cookies()).filter((c) => c.name === 'isthmus_session')).toEqual([]);
  });
});

/** The place in the stream that a request asks to go on from; none where it asks for something else. */
function placeIn(request: string): string[] {
  const asked = /GET \/api\/v1\/stream(?:\?after=(\S+))? [^]*?(?:last-event-id: (\S+)|\r\n\r\n)/i.exec(request);
  const after = asked?.[2] ?? asked?.[1];
  return after === undefined ? [] : [after];
}
