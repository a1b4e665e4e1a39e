import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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
    settings: { link: number; review: number; valueLimits: { name: string; most: number | null }[] };
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

  it('shows the limits on values, and makes a version with others', async () => {
    await page.getByText('phone 20').first().waitFor();
    await page.getByRole('button', { name: 'Change thresholds …' }).last().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Most values of a client').click();
    await dialog.getByLabel('phone', { exact: true }).fill('5');
    await dialog.getByLabel('e-mail', { exact: true }).fill('');
    await dialog.getByLabel('browser or device', { exact: true }).fill('10');
    await dialog.getByRole('button', { name: 'Make the version' }).click();
    await page.getByRole('heading', { name: 'Version 3' }).waitFor();
    const { settings } = await get<Model>('/identity/models/3');
    const most = Object.fromEntries(settings.valueLimits.map((l) => [l.name, l.most]));
    expect(most).toMatchObject({ phone: 5, email: null, device: 10, customer_no: 20 });
  });

  it('blocks a value after a preview and with a reason, and lets it count again', async () => {
    await page.getByText('Nobody has blocked a value.').waitFor();
    const phone = '13600000007';
    const clientOf = async (no: string) =>
      (await p.db.query<{ id: string }>('select client_id as id from source_identity where key = $1', [no]))[0]!.id;
    expect(await clientOf('100007')).toBe(await clientOf('200007'));
    await page.getByRole('button', { name: 'Block a value …' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByRole('button', { name: 'Block it' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Value').fill('none');
    await dialog.getByLabel('Reason').fill('typed for whoever has none');
    await dialog.getByRole('button', { name: 'What would change?' }).click();
    await dialog.getByText('This is not one phone').waitFor();
    await dialog.getByLabel('Value').fill(phone);
    await dialog.getByRole('button', { name: 'What would change?' }).click();
    await dialog.getByText('2 identities state it.').waitFor();
    await dialog.getByText('Parts:').waitFor();
    await dialog.getByRole('button', { name: 'Block it' }).click();
    await page.getByRole('cell', { name: 'typed for whoever has none' }).waitFor();
    expect(await page.locator('main').textContent()).not.toContain(phone);
    expect(await clientOf('100007')).not.toBe(await clientOf('200007'));
    await expectAccessible(page, (l) =>
      page.getByRole('heading', { name: l === 'en' ? 'Blocked values' : '已屏蔽的值' }).waitFor(),
    );
    await page.getByRole('button', { name: 'Unblock …' }).click();
    await dialog.getByLabel('Reason').fill('it is somebody’s');
    await dialog.getByRole('button', { name: 'What would change?' }).click();
    await dialog.getByText('Joins:').waitFor();
    await dialog.getByRole('button', { name: 'Unblock it' }).click();
    await page.getByText('Nobody has blocked a value.').waitFor();
    expect(await clientOf('100007')).toBe(await clientOf('200007'));
  });

  it('trains one from the firm’s own records', async () => {
    await page.getByRole('button', { name: 'Train from our own records' }).click();
    await page.getByRole('heading', { name: 'Version 4' }).waitFor();
    await work.run();
    await page.getByRole('button', { name: 'What would it change?' }).and(page.locator(':enabled')).waitFor();
    expect((await get<{ state: string }>('/identity/models/4')).state).toBe('ready');
  });

  describe('measured by an audit', () => {
    interface Audit {
      id: string;
      answered: number;
      sample: { n: number; answer: string | null }[];
    }
    const audit = async () => {
      const { items } = await get<{ items: Audit[] }>('/identity/audits');
      return get<Audit>(`/identity/audits/${items[0]!.id}`);
    };
    const answers = async () => (await audit()).sample.flatMap((s) => s.answer ?? []);
    const at = (n: number) => page.getByText(`Pair ${n} of 6`).waitFor();

    it('says what it is for where there is none, and draws a sample', async () => {
      await page.goto(`${p.hub.hub.url}/review`);
      await page.getByRole('link', { name: 'How often it is right' }).click();
      await page.getByRole('heading', { name: 'No audit yet' }).waitFor();
      await expectAccessible(page, (l) =>
        page.getByRole('heading', { name: l === 'en' ? 'No audit yet' : '尚无抽查' }).waitFor(),
      );
      await page.getByLabel('Pairs to draw').fill('6');
      await page.getByRole('button', { name: 'Draw a sample' }).click();
      await at(1);
      await page.getByText('0 of 6 answered').waitFor();
      expect(await answers()).toEqual([]);
    });

    it('shows a pair side by side, and nothing of what the hub makes of it', async () => {
      await page.locator('.side-by-side').getByText('Phone', { exact: true }).waitFor();
      await page.locator('.evidence').getByText('equal').first().waitFor();
      expect(await page.locator('.review-pair').textContent()).not.toMatch(/%|bits|certainty/);
      expect(await page.locator('.review-pair a').count()).toBe(0);
      await page.getByRole('button', { name: 'Show in clear (audited)' }).click();
      await until('a name in clear', async () =>
        /[欧司诸上慕][阳马葛官容]/.test((await page.locator('.side-by-side thead + tbody').textContent())!),
      );
      await expectAccessible(page, (l) =>
        page
          .getByRole('heading', { name: l === 'en' ? 'Are these two one client?' : '这两位是同一客户吗？' })
          .waitFor(),
      );
    });

    it('is answered by the keyboard, goes on by itself, and takes an answer back', async () => {
      await page.evaluate('document.activeElement.blur()');
      await page.keyboard.press('s');
      await at(2);
      await page.keyboard.press('c');
      await at(3);
      expect((await answers()).toSorted()).toEqual(['cannot_tell', 'same']);
      await page.keyboard.press('u');
      await at(2);
      await page.getByText('Pair 2 has no answer again.').waitFor();
      expect(await answers()).toEqual(['same']);
      await page.keyboard.press('j');
      await at(3);
      await page.keyboard.press('k');
      await at(2);
      await page.getByRole('button', { name: 'Cannot tell' }).click();
      await at(3);
    });

    it('offers to part what a person holds for different, after a look at what that changes', async () => {
      await page.keyboard.press('d');
      await page.getByText('The hub has them as one client.').waitFor();
      await at(4);
      await page.getByRole('button', { name: 'Part them …' }).click();
      const dialog = page.getByRole('dialog');
      expect(await dialog.getByRole('button', { name: 'Part them' }).isDisabled()).toBe(true);
      await dialog.getByRole('button', { name: 'What would change?' }).click();
      await dialog.getByText('Parts:').waitFor();
      await dialog.getByRole('button', { name: 'Part them' }).click();
      await page.getByText('It is decided.').waitFor();
      const { items } = await get<{ items: { verdict: string }[] }>('/identity/decisions');
      expect(items[0]!.verdict).toBe('different');
      await page.getByText('The hub has them as one client.').waitFor({ state: 'detached' });
    });

    it('says what was found once all is answered, and why no version can be made of so little', async () => {
      for (const n of [5, 6]) {
        await page.keyboard.press('s');
        await at(n);
      }
      await page.keyboard.press('s');
      await page.getByRole('heading', { name: 'Every pair has an answer' }).waitFor();
      await page.getByText('6 of 6 answered').waitFor();
      await page.getByText('Too few answers').waitFor();
      await page.getByRole('button', { name: 'Make a version that believes the answers' }).click();
      await page.getByText('a calibration needs 30').waitFor();
      await expectAccessible(page, (l) =>
        page.getByRole('heading', { name: l === 'en' ? 'Every pair has an answer' : '所有客户对均已回答' }).waitFor(),
      );
      expect(await answers()).toHaveLength(6);
    });
  });

  it('asks nothing of any other server, and complains of nothing but the refusals that were provoked', () => {
    expect(heard.strangers).toEqual([]);
    expect(heard.complaints.filter((c) => !/40[09]/.test(c))).toEqual([]);
  });
});
