import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Database } from '#platform';
import type { Browser, Page } from 'playwright-core';
import {
  accessibilityFaults,
  expectAccessible,
  inBrowser,
  launchBrowser,
  listenTo,
  openPage,
} from '../support/browser.js';
import { builtConsole } from '../support/built-console.js';
import { startTestHub, type TestHub, until } from '../support/hub.js';

const NAME = 'Nightly export';
const PASSWORD = 'a long enough password';

inBrowser('the API keys in the console', () => {
  let t: TestHub;
  let browser: Browser;
  let page: Page;
  let heard: ReturnType<typeof listenTo>;
  let key: string;

  beforeAll(async () => {
    await builtConsole();
    t = await startTestHub();
    for (const [login, role] of [
      ['robot', 'operator'],
      ['reader', 'viewer'],
    ])
      await t.api('POST', '/users', { login, name: `The ${login}`, roles: [role], password: PASSWORD });
    browser = await launchBrowser();
    page = await openPage(browser);
    heard = listenTo(page, t.hub.url);
    await page.goto(`${t.hub.url}/sign-in/${t.hub.access.signInToken}`);
    await page.getByRole('link', { name: 'API keys', exact: true }).waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await t?.stop();
  });

  const heading = (name: string) => page.getByRole('heading', { name, exact: true, level: 1 });
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const dialog = () => page.getByRole('dialog');
  const row = (state: string) => page.locator('tbody tr', { hasText: NAME }).filter({ hasText: state });
  const status = async (bearer: string) =>
    (await fetch(`${t.hub.url}/api/v1/segments`, { headers: { authorization: `Bearer ${bearer}` } })).status;
  /** A dialog that another follows may still be fading out. */
  const closed = () => until('no dialog', async () => (await dialog().count()) === 0);
  /** What the dialog shows this once. */
  const shownKey = async () => (await dialog().getByRole('group', { name: 'API key' }).textContent())!.trim();

  it('are a page of their own, by link and by keyboard', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('k');
    await heading('API keys').waitFor();
    await until('the keys of the first start', async () => (await page.locator('tbody tr').count()) === 2);
    expect(await page.locator('tbody').textContent()).toContain('by hub');
  });

  it('are made for a person, with no more than that person may, and shown once', async () => {
    await button('New key').click();
    await dialog().getByRole('button', { name: 'Make the key' }).click();
    await dialog().getByText('Please give it a name.').waitFor();
    await dialog().getByLabel('Name').fill(NAME);
    await dialog()
      .getByRole('checkbox', { name: /^administer/ })
      .waitFor();
    await dialog().getByLabel('Acts for').click();
    await page.getByTitle('The robot (robot)').click();
    await dialog()
      .getByRole('checkbox', { name: /^administer/ })
      .waitFor({ state: 'detached' });
    expect(await dialog().getByRole('checkbox').count()).toBe(2);
    expect(await dialog().getByRole('checkbox', { name: /^read/ }).isChecked()).toBe(true);
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog().getByText('in a year').click();
    await dialog().getByRole('button', { name: 'Make the key' }).click();
    await dialog().getByText('Keep the key now').waitFor();
    key = await shownKey();
    expect(key).toMatch(/^isthmus_live_/);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await dialog().isVisible()).toBe(true);
    await button('I have kept it').click();
    await closed();
    const made = row('works');
    expect(await made.textContent()).toContain('robot');
    expect(await made.locator('.scopes').allTextContents()).toEqual(['read']);
    expect(await made.textContent()).toContain('never');
    expect(await made.textContent()).toContain(`until`);
    await page.reload();
    await made.waitFor();
    expect(await page.content()).not.toContain(key.slice(20));
  });

  it('say when they were last used', async () => {
    expect(await status(key)).toBe(200);
    await button('Refresh').click();
    await row('works').locator('time').waitFor();
    expect(await row('works').textContent()).not.toContain('never');
  });

  it('are followed by another, and both work until the overlap is over', async () => {
    await button(`Rotate: ${NAME}`).click();
    await dialog().getByLabel('The old key works for, in hours').fill('48');
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Make the new key' }).click();
    await dialog().getByText('The old key works until').waitFor();
    const next = await shownKey();
    await button('I have kept it').click();
    await closed();
    expect([await status(key), await status(next)]).toEqual([200, 200]);
    const old = row('works until it is replaced');
    expect(await old.textContent()).toContain(`followed by ${next.slice(0, 20)}…`);
    // It has a successor already.
    expect(await old.getByRole('button').allTextContents()).toEqual(['Revoke …']);
  });

  it('are revoked when their name is typed, and found again among those that have ended', async () => {
    await row('works until it is replaced')
      .getByRole('button', { name: `Revoke: ${NAME}` })
      .click();
    await dialog().getByText('It was last used').waitFor();
    await dialog().getByLabel('Type the name of the key to revoke it').fill('nightly');
    await dialog().getByRole('button', { name: 'Revoke the key' }).click();
    await dialog().getByText('This is not its name.').waitFor();
    expect(await status(key)).toBe(200);
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog().getByLabel('Type the name of the key to revoke it').fill(NAME);
    await dialog().getByRole('button', { name: 'Revoke the key' }).click();
    await page.getByText(`“${NAME}” is revoked.`).waitFor();
    expect(await status(key)).toBe(401);
    await until('it is gone from the list', async () => (await page.locator('tbody tr').count()) === 3);
    await page.getByRole('checkbox', { name: 'Show keys that have ended' }).click();
    await row('revoked').waitFor();
    expect(new URL(page.url()).search).toBe('?ended=1');
    await page.reload();
    await row('revoked').waitFor();
    const { body } = await t.api<{ items: { action: string; actor: string }[] }>('GET', '/audit?limit=3');
    expect(body.items.map((a) => `${a.actor} ${a.action}`)).toEqual([
      'admin api_key.revoke',
      'admin api_key.rotate',
      'admin api_key.create',
    ]);
    await expectAccessible(page, async (l) => {
      await heading(l === 'en' ? 'API keys' : 'API 密钥').waitFor();
      await row(l === 'en' ? 'revoked' : '已吊销').waitFor();
    });
  });

  it('are refused with a reason, and an empty page says what a key is for', async () => {
    await t.hub.app.get(Database).query('update api_key set revoked_at = now()');
    await page.goto(`${t.hub.url}/keys`);
    await page.getByRole('heading', { name: 'No key works now' }).waitFor();
    await expectAccessible(page, (l) =>
      page.getByRole('heading', { name: l === 'en' ? 'No key works now' : '当前没有可用的密钥' }).waitFor(),
    );
    await button('Make the first key').click();
    await dialog().getByLabel('Name').fill('again');
    await t.hub.app.get(Database).query("update app_user set roles = '{viewer}' where login = 'admin'");
    await dialog().getByRole('button', { name: 'Make the key' }).click();
    await dialog().getByText('The key could not be made').waitFor();
    await dialog().getByText('This needs the permission "admin"').waitFor();
    await t.hub.app.get(Database).query("update app_user set roles = '{admin}' where login = 'admin'");
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    const left = await t.hub.app.get(Database).query('select name from api_key where revoked_at is null');
    expect(left).toEqual([]);
  });

  it('are for administrators: others are not shown the way, and are told who can give it', async () => {
    await button('Sign out').click();
    await page.getByLabel('Login').fill('reader');
    await page.getByLabel('Password').fill(PASSWORD);
    await button('Sign in').click();
    await page.getByRole('link', { name: 'Clients', exact: true }).waitFor();
    expect(await page.getByRole('link', { name: 'API keys' }).count()).toBe(0);
    await page.goto(`${t.hub.url}/keys`);
    await heading('Keys are looked after by administrators').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('ask nothing of any other server, and have nothing to complain of but what was refused', () => {
    expect(heard.strangers).toEqual([]);
    expect(heard.complaints.filter((c) => !/status of 40[013]/.test(c))).toEqual([]);
  });
});
