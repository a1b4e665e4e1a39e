import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { expectAccessible, inBrowser, launchBrowser, listenTo, openPage } from '../support/browser.js';
import { builtConsole } from '../support/built-console.js';
import { startTestHub, type TestHub, until } from '../support/hub.js';
import { TcpLine } from '../support/tcp-line.js';

const PEOPLE = 60;
const VIEWS = 40;

inBrowser('the clients in the console', () => {
  let t: TestHub;
  let line: TcpLine;
  let browser: Browser;
  let page: Page;
  let heard: ReturnType<typeof listenTo>;

  beforeAll(async () => {
    await builtConsole();
    t = await startTestHub();
    line = await TcpLine.to(t.hub.url);
    browser = await launchBrowser();
    page = await openPage(browser);
    heard = listenTo(page, line.url);
    await t.api('POST', '/systems', {
      code: 'web',
      name: '网上营业厅',
      connector: 'web-segment',
      settings: { writeKey: 'key-of-web', inboxUrl: 'http://127.0.0.1:9' },
    });
  });
  afterAll(async () => {
    await browser?.close();
    await line?.stop();
    await t?.stop();
  });

  async function send(batch: object[], key = 'key-of-web'): Promise<void> {
    const response = await fetch(`${t.hub.url}/v1/batch`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` },
      body: JSON.stringify({ batch }),
    });
    expect(response.status).toBe(200);
  }

  async function clientOf(key: string): Promise<string | undefined> {
    const { body } = await t.api<{ items: { id: string }[] }>('GET', `/clients?search=${encodeURIComponent(key)}`);
    return body.items[0]?.id;
  }

  const heading = (name: string) => page.getByRole('heading', { name, exact: true, level: 1 });
  const rows = () => page.locator('tbody tr').count();
  const path = () => new URL(page.url()).pathname + new URL(page.url()).search;

  it('asks whoever comes by a link to sign in, and goes on to where the link leads', async () => {
    const password = 'a long enough password';
    const made = await t.api('POST', '/users', { login: 'reader', name: 'Reader', roles: ['viewer'], password });
    expect(made.status).toBe(201);
    await page.goto(`${line.url}/clients?status=active`);
    await heading('Sign in').waitFor();
    await page.getByLabel('Login').fill('reader');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('No client matches these filters').waitFor();
    expect(path()).toBe('/clients?status=active');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out.').waitFor();
    await page.goto(`${line.url}/sign-in/${t.hub.access.signInToken}`);
    await heading('The loop, live').waitFor();
  });

  it('says that nobody is known yet, and what brings clients', async () => {
    await page.getByRole('link', { name: 'Clients', exact: true }).click();
    await page.getByRole('heading', { name: 'No client is known yet' }).waitFor();
    expect(await page.title()).toBe('Clients · Isthmus');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
  });

  it('lists clients a page at a time, and the address holds the page', async () => {
    await send(
      Array.from({ length: PEOPLE }, (_, i) => ({
        type: 'identify',
        messageId: `i${i}`,
        userId: `user-${i}`,
        traits: { name: `客户${i}`, phone: `1380000${String(i).padStart(4, '0')}`, email: `c${i}@example.com` },
      })),
    );
    await until('all are clients', async () => {
      const { body } = await t.api<{ items: unknown[] }>('GET', '/clients?limit=100');
      return body.items.length === PEOPLE;
    });
    await page.getByRole('button', { name: 'Refresh' }).click();
    await until('a full page', async () => (await rows()) === 50);
    await page.getByRole('link', { name: 'Next page' }).click();
    await until('the rest', async () => (await rows()) === PEOPLE - 50);
    await page.reload();
    await until('the rest again', async () => (await rows()) === PEOPLE - 50);
    await page.getByRole('button', { name: 'Previous page' }).click();
    await until('the first page', async () => (await rows()) === 50);
    expect(await page.content()).not.toContain('客户17');
  });

  it('finds a client by name, by any way to write the phone, and by address, and says when nobody is found', async () => {
    const field = page.getByRole('searchbox', { name: 'Search clients' });
    for (const search of ['客户7', '138 0000 0007', '+86-13800000007', 'C7@example.com', 'user-7']) {
      await page.keyboard.press('/');
      await field.fill(search);
      await field.press('Enter');
      await until(`one found by ${search}`, async () => path().includes('q=') && (await rows()) === 1);
      expect(await page.locator('tbody tr').textContent()).toContain('+86138****0007');
    }
    await field.fill('客户');
    await field.press('Enter');
    await page.getByText('Nobody is found by “客户”').waitFor();
    await page.getByRole('button', { name: 'Clear search and filters' }).click();
    await until('everybody again', async () => (await rows()) === 50 && path() === '/clients');
    await page.getByRole('combobox', { name: 'Status' }).click();
    await page.getByTitle('Dormant').click();
    await page.getByText('No client matches these filters').waitFor();
    expect(path()).toBe('/clients?status=dormant');
    await page.getByRole('button', { name: 'Clear search and filters' }).click();
    await expectAccessible(page, (l) => heading(l === 'en' ? 'Clients' : '客户').waitFor());
  });

  it('shows one client with what is known and by whom, and loads older things on demand', async () => {
    await send(
      Array.from({ length: VIEWS }, (_, i) => ({
        type: 'page',
        messageId: `p${i}`,
        userId: 'user-7',
        name: `page ${i}`,
        timestamp: new Date(Date.now() - i * 60_000).toISOString(),
      })),
    );
    const id = (await clientOf('user-7'))!;
    await until('all views are there', async () => {
      const { body } = await t.api<{ items: unknown[] }>('GET', `/clients/${id}/timeline?limit=100`);
      return body.items.length === VIEWS;
    });
    await page.goto(`${line.url}/clients/${id}`);
    await page.getByText('+86138****0007').first().waitFor();
    expect(await page.locator('.fields').textContent()).toContain('c***@example.com');
    await page.getByText('网上营业厅 · events').first().waitFor();
    await until('thirty of the views', async () => (await page.locator('.fact').count()) === 30);
    await page.getByRole('button', { name: 'Show older' }).click();
    await until('all of them', async () => (await page.locator('.fact').count()) === VIEWS);
    expect(await page.getByRole('button', { name: 'Show older' }).count()).toBe(0);
    await expectAccessible(page, (l) =>
      page.getByRole('heading', { name: l === 'en' ? 'What happened' : '时间线' }).waitFor(),
    );
  });

  it('says why a field has its value and who lost, and lets a person pin it and take the pin away', async () => {
    await t.api('POST', '/systems', {
      code: 'app',
      name: '手机应用',
      connector: 'web-segment',
      settings: { writeKey: 'key-of-app', inboxUrl: 'http://127.0.0.1:9' },
      priority: 60,
    });
    await send([{ type: 'identify', messageId: 'n7', userId: 'user-7', traits: { name: '柒先生' } }], 'key-of-app');
    const id = (await clientOf('user-7'))!;
    interface Items {
      items: { field: string; state: string; losers: object[]; action: string }[];
    }
    const get = async (at: string) => (await t.api<Items>('GET', at)).body.items;
    await until('two records state the name', async () =>
      (await get(`/clients/${id}/lineage`)).some((i) => i.field === 'name' && i.losers.length === 1),
    );
    await page.goto(`${line.url}/clients/${id}`);
    const why = page.getByRole('button', { name: 'Why: Name', exact: true });
    await why.focus();
    await page.keyboard.press('Enter');
    const account = page.locator('.why-account:visible');
    await account.locator('.lost').getByText('a less trusted source').waitFor();
    expect(await account.locator('.won').textContent()).toContain('most trusted source');
    expect(await account.textContent()).toMatch(/客\*+.*网上营业厅.*柒\*+.*手机应用/s);
    expect(await account.getByRole('link', { name: 'raw record' }).count()).toBe(2);
    await account.getByRole('button', { name: 'Show in clear (audited)' }).click();
    await account.getByText('柒先生').waitFor();
    expect((await get('/audit?limit=1'))[0]!.action).toBe('client.reveal_lineage');

    await account.getByRole('button', { name: 'Pin a value …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Pin it' }).click();
    await dialog.getByText('Please give a value.').waitFor();
    await dialog.getByLabel('Value').fill('陈柒');
    await dialog.getByLabel('Reason, for the audit log').fill('saw the passport');
    await dialog.getByLabel('Until (optional)').fill('2020-01-01T00:00');
    await dialog.getByRole('button', { name: 'Pin it' }).click();
    await dialog.getByText('needed: a time after').first().waitFor();
    await dialog.getByLabel('Until (optional)').fill('2099-01-01T00:00');
    await dialog.getByRole('button', { name: 'Pin it' }).click();
    await page.getByText('Name is pinned.').waitFor();
    await account.locator('.won').getByText('set by a person').waitFor();
    await account.getByText('“saw the passport”').waitFor();
    expect(await account.locator('.won').textContent()).toMatch(/^陈柒.*2099/);
    expect(await account.locator('.lost').count()).toBe(2);
    expect(await page.locator('.client-head').textContent()).toContain('陈*');
    await expectAccessible(page, async (l) => {
      await page.getByRole('heading', { name: l === 'en' ? 'What is known' : '客户信息' }).waitFor();
      const opened = page.getByRole('button', { name: l === 'en' ? 'Why: Name' : '依据：姓名', exact: true });
      if ((await opened.getAttribute('aria-expanded')) === 'false') await opened.click();
      await page.locator('.why-account .won').waitFor();
    });

    await account.getByRole('button', { name: 'Pin a value …' }).click();
    expect(await dialog.getByLabel('Value').inputValue()).toBe('');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await account.getByRole('button', { name: 'Unpin …' }).click();
    await dialog.getByLabel('Reason, for the audit log').fill('another person');
    await dialog.getByRole('button', { name: 'Unpin', exact: true }).click();
    await page.getByText('The pin is taken away.').waitFor();
    await account.locator('.won').getByText('most trusted source').waitFor();
    expect((await get(`/clients/${id}/pins?ended=true`)).map((x) => x.state)).toEqual(['removed']);
  });

  it('lets a person pin what no system states, a field or an attribute, and says it in the reader’s language', async () => {
    const id = (await clientOf('user-8'))!;
    await page.goto(`${line.url}/clients/${id}`);
    await page.getByRole('heading', { name: 'What is known' }).waitFor();
    const dialog = page.getByRole('dialog');
    const choose = async (field: string) => {
      // The dialog before may still be fading out, with its list of fields.
      await until('no dialog', async () => (await dialog.count()) === 0);
      await page.getByRole('button', { name: 'Pin another field …' }).click();
      await dialog.getByLabel('Field', { exact: true }).click();
      await page.getByTitle(field, { exact: true }).click();
    };
    await choose('Gender');
    await dialog.getByLabel('Value').click();
    await page.getByTitle('Female', { exact: true }).click();
    await dialog.getByLabel('Reason, for the audit log').fill('met in person');
    await dialog.getByRole('button', { name: 'Pin it' }).click();
    await page.getByText('Gender is pinned.').waitFor();
    await page.getByRole('button', { name: 'Why: Gender', exact: true }).click();
    const account = page.locator('.why-account:visible');
    await account.locator('.won').getByText('Female', { exact: true }).waitFor();
    expect(await account.textContent()).not.toContain('female');

    await choose('A new attribute');
    await dialog.getByLabel('Name of the attribute').fill('Sea fishing');
    await dialog.getByLabel('Value').fill('sea fishing');
    await dialog.getByLabel('Reason, for the audit log').fill('said so on the phone');
    await dialog.getByRole('button', { name: 'Pin it' }).click();
    await dialog.getByText('Needed: up to 40 of').waitFor();
    await dialog.getByLabel('Name of the attribute').fill('hobby');
    await dialog.getByRole('button', { name: 'Pin it' }).click();
    await page.getByRole('button', { name: 'Why: Attribute “hobby”', exact: true }).waitFor();
    const { body } = await t.api<{ attributes: object; gender: string }>('GET', `/clients/${id}`);
    expect(body).toMatchObject({ gender: 'female', attributes: { hobby: 'sea fishing' } });

    // What has a value is pinned where it stands.
    await page.getByRole('button', { name: 'Pin another field …' }).click();
    await dialog.getByLabel('Field', { exact: true }).click();
    await page.getByTitle('Birth date', { exact: true }).waitFor();
    expect(await page.getByTitle('Gender', { exact: true }).count()).toBe(0);
    const titles = await page.locator('.ant-select-item-option').evaluateAll((all) => all.map((o) => o.title));
    const codes = (await t.api<{ items: { field: string }[] }>('GET', '/client-fields')).body.items.map((f) => f.field);
    expect(titles.length).toBeGreaterThan(10);
    expect(titles.filter((title) => codes.includes(title))).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    await expectAccessible(page, async (l) => {
      await page.getByRole('heading', { name: l === 'en' ? 'What is known' : '客户信息' }).waitFor();
      const opened = page.getByRole('button', { name: l === 'en' ? 'Why: Gender' : '依据：性别', exact: true });
      if ((await opened.getAttribute('aria-expanded')) === 'false') await opened.click();
      await page
        .locator('.why-account .won')
        .getByText(l === 'en' ? 'Female' : '女', { exact: true })
        .waitFor();
    });
  });

  it('leads from the id of a record that was joined to the client that it means now, and says so', async () => {
    await send([{ type: 'page', messageId: 'a1', anonymousId: 'browser-1', name: 'home' }]);
    const before = await until('the visitor', () => clientOf('browser-1'));
    await send([{ type: 'identify', messageId: 'a2', anonymousId: 'browser-1', userId: 'user-9', traits: {} }]);
    await until('they are one', async () => (await clientOf('browser-1')) === (await clientOf('user-9')));
    await page.goto(`${line.url}/clients/${before}`);
    await page.getByText(`The id ${before} now means this client`).waitFor();
    expect(await page.locator('.client-head').textContent()).toContain(await clientOf('user-9'));
  });

  it('goes everywhere by the keyboard, until that is turned off', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await heading('The loop, live').waitFor();
    await page.keyboard.press('/');
    await until('the search has the focus', async () => page.evaluate("document.activeElement.type === 'search'"));
    // What is typed into a field is text.
    await page.keyboard.type('gl?');
    expect(path()).toBe('/clients');
    await page.evaluate('document.activeElement.blur()');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.getByRole('switch').click();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await page.reload();
    await heading('Clients').waitFor();
  });

  it('says what failed when the hub does not answer, keeps what it has, and mends itself', async () => {
    await until('a full page', async () => (await rows()) === 50);
    line.cut();
    await page.getByRole('button', { name: 'Refresh' }).click();
    await page.getByText('The clients could not be listed').waitFor();
    expect(await rows()).toBe(50);
    line.mend();
    await page.getByText('The clients could not be listed').waitFor({ state: 'detached' });
    await page.goto(`${line.url}/clients/cli_00000000000000000000000000`);
    await page.getByRole('button', { name: 'Try again' }).waitFor();
  });

  it('asks nothing of any other server, and has nothing to complain of but what was refused', () => {
    expect(heard.strangers).toEqual([]);
    expect(heard.complaints.filter((c) => !/net::ERR_|status of 40[014]/.test(c))).toEqual([]);
  });
});
