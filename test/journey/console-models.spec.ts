import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { ModelWork } from '#identity';
import { expectAccessible, inBrowser, launchBrowser, listenTo, openPage } from '../support/browser.js';
import { builtConsole } from '../support/built-console.js';
import { until } from '../support/hub.js';
import { type Pipeline, record, startPipeline } from '../support/pipeline.js';

const AT = '2026-10-01T08:00:00+08:00';

inBrowser('the models of who is who in the console', () => {
  let p: Pipeline;
  let work: ModelWork;
  let browser: Browser;
  let page: Page;
  let heard: ReturnType<typeof listenTo>;

  beforeAll(async () => {
    await builtConsole();
    p = await startPipeline();
    work = p.hub.hub.app.get(ModelWork, { strict: false });
    const people = Array.from({ length: 60 }, (_, i) => ({
      name: `${'欧司诸上慕'[i % 5]}${'阳马葛官容'[i % 5]}${'伟芳娜敏静磊军洋勇艳杰涛'[Math.floor(i / 5)]}`,
      phone: `136000000${String(i).padStart(2, '0')}`,
    }));
    await p.feed(
      ['1', '2'].flatMap((desk) =>
        people.map((x, i) =>
          record('clients', `${desk}${i}`, { at: AT, ...x, no: `${desk}${String(i).padStart(5, '0')}` }),
        ),
      ),
    );
    await p.apply();
    browser = await launchBrowser();
    page = await openPage(browser);
    heard = listenTo(page, p.hub.hub.url);
    await page.goto(`${p.hub.hub.url}/sign-in/${p.hub.hub.access.signInToken}`);
    await page.getByRole('link', { name: 'Merge review' }).click();
    await page.getByRole('link', { name: 'How it is decided' }).click();
    await page.getByRole('heading', { name: 'In force: the shipped model' }).waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await p?.stop();
  });

  const get = async <T>(path: string) => (await p.hub.api<T>('GET', path)).body;
  interface Model {
    version: number;
    settings: { link: number; review: number };
    preview: { clients: number; clientsAfter: number } | null;
  }

  it('shows the thresholds in force, and says what can be done where there is no version', async () => {
    await page.getByText('from 50% on').waitFor();
    await page.getByText('from 25% on').waitFor();
    await page.getByText('No version yet.').waitFor();
    expect(await page.getByRole('radio', { name: 'precision of all links' }).count()).toBe(0);
  });

  it('makes a version with another threshold, and computes what it would change', async () => {
    await page.getByRole('button', { name: 'Change thresholds …' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByRole('radio', { name: 'precision of all links' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Least probability of a link', { exact: true }).fill('20');
    await dialog.getByRole('button', { name: 'Make the version' }).click();
    await dialog.getByText('below that of review').waitFor();
    await dialog.getByLabel('Least probability of a link', { exact: true }).fill('99.99');
    await dialog.getByRole('button', { name: 'Make the version' }).click();
    await page.getByRole('heading', { name: 'Version 1' }).waitFor();
    expect(await page.getByRole('button', { name: 'Put in force …' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'What would it change?' }).click();
    await page.getByText('being previewed').first().waitFor();
    await work.run();
    await page.getByText('What thresholds bring').waitFor();
    const { preview } = await get<Model>('/identity/models/1');
    await page.getByText(`${preview!.clients} clients become ${preview!.clientsAfter}.`).waitFor();
    expect(preview!.clientsAfter).toBeGreaterThan(preview!.clients);
    await page.getByText(/\d+ parts leave a client/).waitFor();
    expect(await page.locator('.expected tr[aria-current]').textContent()).toContain('in use');
  });

  it('is accessible in both languages and themes, and fits a phone', async () => {
    await expectAccessible(page, (l) =>
      page.getByText(l === 'en' ? 'What thresholds bring' : '各阈值的预期效果').waitFor(),
    );
    expect(await page.locator('.expected tbody tr').count()).toBeGreaterThan(5);
  });

  it('asks for a precision, and puts the version in force only when its number is typed', async () => {
    await page.getByRole('button', { name: 'Change thresholds …' }).last().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'precision of all links' }).check();
    await dialog.getByLabel('Links that are to be right').fill('70');
    await dialog.getByRole('button', { name: 'Make the version' }).click();
    await page.getByRole('heading', { name: 'Version 2' }).waitFor();
    expect((await get<Model>('/identity/models/2')).settings.link).toBeLessThan(0.9999);
    await page.getByRole('button', { name: 'What would it change?' }).click();
    await until('the preview is asked for', async () => {
      const { items } = await get<{ items: { version: number; task: string | null }[] }>('/identity/models');
      return items.find((m) => m.version === 2)?.task === 'preview';
    });
    await work.run();
    await page.getByText('Nobody joins or parts.').waitFor();
    await page.getByRole('button', { name: 'Put in force …' }).click();
    await dialog.getByRole('button', { name: 'Put in force', exact: true }).click();
    await dialog.getByText('Needed: 2').waitFor();
    await dialog.getByLabel('Type 2 to confirm').fill('2');
    await dialog.getByRole('button', { name: 'Put in force', exact: true }).click();
    await page.getByRole('heading', { name: 'In force: version 2' }).waitFor();
    await work.run();
    await until(
      'it is in force',
      async () => (await get<{ version: number }>('/identity/models/active')).version === 2,
    );
  });

  it('trains one from the firm’s own records', async () => {
    await page.getByRole('button', { name: 'Train from our own records' }).click();
    await page.getByRole('heading', { name: 'Version 3' }).waitFor();
    await work.run();
    await page.getByRole('button', { name: 'What would it change?' }).and(page.locator(':enabled')).waitFor();
    expect((await get<{ state: string }>('/identity/models/3')).state).toBe('ready');
  });

  it('asks nothing of any other server, and complains of nothing but the refusal that was provoked', () => {
    expect(heard.strangers).toEqual([]);
    expect(heard.complaints.filter((c) => !c.includes('400'))).toEqual([]);
  });
});
