import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { AccessService, User } from '#access';
import { Database } from '#platform';
import type { Browser, Page } from 'playwright-core';
import { Webhook } from 'standardwebhooks';
import { expectAccessible, inBrowser, launchBrowser, listenTo, openPage } from '../support/browser.js';
import { builtConsole } from '../support/built-console.js';
import { startTestHub, type TestHub, until } from '../support/hub.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

/** Clients that appeared before anybody was to be told. */
const EARLIER = 3;
const NAME = 'Data platform';

inBrowser('the webhooks in the console', () => {
  let t: TestHub;
  let receiver: WebhookReceiver;
  let browser: Browser;
  let page: Page;
  let heard: ReturnType<typeof listenTo>;

  beforeAll(async () => {
    await builtConsole();
    t = await startTestHub();
    receiver = await WebhookReceiver.start();
    await t.api('POST', '/systems', {
      code: 'web',
      name: '网上营业厅',
      connector: 'web-segment',
      settings: { writeKey: 'key-of-web', inboxUrl: 'http://127.0.0.1:9' },
    });
    await fetch(`${t.hub.url}/v1/batch`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('key-of-web:').toString('base64')}` },
      body: JSON.stringify({
        batch: Array.from({ length: EARLIER }, (_, i) => ({ type: 'identify', messageId: `i${i}`, userId: `u${i}` })),
      }),
    });
    await until('the clients of before', async () => {
      const { body } = await t.api<{ items: unknown[] }>('GET', '/clients');
      return body.items.length === EARLIER;
    });
    browser = await launchBrowser();
    page = await openPage(browser);
    heard = listenTo(page, t.hub.url);
    await page.goto(`${t.hub.url}/sign-in/${t.hub.access.signInToken}`);
    await heading('The loop, live').waitFor();
  });
  beforeEach(() => {
    receiver.answer = () => 204;
    receiver.received.length = 0;
  });
  afterAll(async () => {
    await browser?.close();
    await receiver?.stop();
    await t?.stop();
  });

  const heading = (name: string) => page.getByRole('heading', { name, exact: true, level: 1 });
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const dialog = () => page.getByRole('dialog');
  const detail = () => page.getByRole('article', { name: 'Delivery' });
  const says = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const toLog = async () => {
    await page.getByRole('link', { name: 'Webhooks', exact: true }).click();
    await page.getByRole('link', { name: NAME, exact: true }).click();
    await heading(NAME).waitFor();
  };
  const toSettings = async () => {
    await toLog();
    await page.getByRole('link', { name: 'Settings and keys' }).click();
    await page.locator('.keys-panel .cards > li').first().waitFor();
  };
  const states = () => page.locator('.deliveries .state').allTextContents();
  const endpoint = async () =>
    (await t.api<{ items: { id: string; state: string; version: number }[] }>('GET', '/endpoints')).body.items[0]!;

  /** Sends a test by its dialog. Its delivery is shown afterwards. */
  async function sendTest(type?: string): Promise<void> {
    await button('Send a test event').click();
    if (type !== undefined) {
      await dialog().getByLabel('Sample of a type').click();
      await page.keyboard.type(type);
      await page.keyboard.press('Enter');
    }
    await button('Send').click();
    await dialog().waitFor({ state: 'detached' });
    await detail().waitFor();
  }

  it('says that nobody is told yet, and registers the first endpoint, whose secret it shows once', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('d');
    await page.getByRole('heading', { name: 'Nobody is told yet' }).waitFor();
    expect(await page.title()).toBe('Webhooks · Isthmus');
    await button('Add the first endpoint').click();
    await heading('New endpoint').waitFor();
    await page.getByLabel('Name', { exact: true }).fill(NAME);
    await button('Create the endpoint').click();
    await says('Please fill this in.');
    await page.getByLabel('Address', { exact: true }).fill('http://169.254.169.254/hooks');
    await button('Create the endpoint').click();
    const why = page.getByText('The endpoint could not be created');
    await why.waitFor();
    // In sight, beside the button that was pressed, and not at the end of a form of several pages.
    const { y } = (await why.boundingBox())!;
    expect(y).toBeLessThan(page.viewportSize()!.height);
    await page.getByLabel('Address', { exact: true }).fill(receiver.url);
    await button('Create the endpoint').click();
    await dialog().waitFor();
    receiver.secret = (await dialog().locator('pre').textContent())!;
    expect(receiver.secret).toMatch(/^whsec_/);
    // Nothing closes it by accident.
    await page.keyboard.press('Escape');
    await button('I have kept it').click();
    await heading(NAME).waitFor();
    await says('Nothing was sent yet');
    expect(await page.content()).not.toContain(receiver.secret);
  });

  it('sends a sample of a type, and shows that it was delivered and how', async () => {
    await sendTest('client.updated');
    await detail().getByText('Delivered', { exact: true }).waitFor();
    await until('it is there', async () => receiver.received.length === 1);
    expect(receiver.received[0]!.event).toMatchObject({ type: 'client.updated', test: true });
    expect(receiver.refused).toBe(0);
    const shown = (await detail().textContent())!;
    for (const part of ['client.updated', '204', 'Attempt 1', 'webhook-signature: v1,', receiver.received[0]!.id])
      expect(shown).toContain(part);
    await expectAccessible(page, (l) =>
      page
        .getByText(l === 'en' ? 'Delivered' : '已送达', { exact: true })
        .last()
        .waitFor(),
    );
  });

  it('takes a delivery to the signatures, where it verifies, and says what is wrong once it is spoilt', async () => {
    await page.getByRole('link', { name: 'Verify its signature' }).click();
    await page.getByLabel('Key', { exact: true }).fill(receiver.secret);
    await button('Verify').click();
    await says('The signature is made by this key over these bytes, and the time is right.');
    const body = page.getByLabel('Body, byte for byte');
    await body.fill(`${await body.inputValue()} `);
    await button('Verify').click();
    await says('No signature is made by this key over these bytes.');
    await page.getByLabel('webhook-timestamp').fill('1614265330');
    await button('Verify').click();
    await says('The message is more than five minutes old.');
    await page.getByLabel('webhook-id').fill('');
    await button('Verify').click();
    await says('The header webhook-id is missing.');
    expect(await page.getByText('No signature is made by this key').count()).toBe(0);
    await expectAccessible(page, (l) =>
      says(l === 'en' ? 'The header webhook-id is missing.' : '缺少请求头 webhook-id'),
    );
  });

  it('signs as the hub does, and gives programs that verify', async () => {
    await page.getByRole('link', { name: 'Endpoints', exact: true }).click();
    await page.getByRole('link', { name: 'Signatures', exact: true }).click();
    await button('Sign').click();
    await says('Signed. Change anything, and verify.');
    const value = (label: string) => page.getByLabel(label, { exact: true }).inputValue();
    const headers = {
      'webhook-id': await value('webhook-id'),
      'webhook-timestamp': await value('webhook-timestamp'),
      'webhook-signature': await value('webhook-signature'),
    };
    const body = await page.getByLabel('Body, byte for byte').inputValue();
    expect(new Webhook(await value('Key')).verify(body, headers)).toMatchObject({ type: 'client.updated' });
    await button('Verify').click();
    await says('The signature is made by this key over these bytes, and the time is right.');
    await button('Go').click();
    expect(await page.locator('.samples pre').textContent()).toContain('package main');
  });

  it('changes settings, after a look at what a transformation makes', async () => {
    await toSettings();
    await page.getByText('What a message carries').click();
    await button('Add a rule').click();
    await page.getByLabel('Place 1').fill('text.content');
    await page.getByLabel('Expression 1').fill('concat("changed: ", data.client)');
    await button('Preview').click();
    await page.getByRole('group', { name: 'New body' }).getByText('changed: cli_').waitFor();
    await page.getByLabel('Expression 1').fill('concat(');
    await button('Preview').click();
    await says('The rules cannot work');
    await button('Remove rule 1').click();
    await page.getByText('Pace, order and retries').click();
    await page.getByLabel('None', { exact: true }).first().check();
    await expectAccessible(page, (l) =>
      page.getByRole('heading', { name: l === 'en' ? 'Signing keys' : '签名密钥' }).waitFor(),
    );
    await button('Save').click();
    await says('Saved. It holds from the next attempt on.');
    expect(await t.api('GET', `/endpoints/${(await endpoint()).id}`)).toMatchObject({
      body: { retrySeconds: [], transform: null },
    });
  });

  it('shows what a failing endpoint answered, and sends again with the same id', async () => {
    await toLog();
    receiver.answer = () => 500;
    await sendTest();
    await detail().getByText('Given up', { exact: true }).waitFor();
    await says('The endpoint answered 500; only 2xx counts as delivered.');
    expect(await detail().getByRole('group', { name: 'Response body' }).textContent()).toBe('seen');
    await says('no success since');
    receiver.answer = () => 204;
    await button('Send again').click();
    await detail().getByText('Delivered', { exact: true }).waitFor();
    await says('Attempt 2');
    await until('twice', async () => receiver.received.length === 2);
    expect(receiver.received[0]!.id).toBe(receiver.received[1]!.id);
    await button('Close').click();
    await page.getByRole('combobox', { name: 'State' }).click();
    await page.getByTitle('Given up').click();
    await says('No delivery matches these filters');
    expect(page.url()).toContain('state=failed');
    await button('Clear the filters').click();
    await until('both', async () => (await states()).length === 2);
  });

  it('recovers what was given up since a time, after counting it', async () => {
    receiver.answer = () => 503;
    const { id } = await endpoint();
    for (let i = 0; i < 2; i++) await t.api('POST', `/endpoints/${id}/test`, {});
    await until('given up', async () => (await states()).filter((s) => s === 'Given up').length === 2);
    receiver.answer = () => 204;
    await button('Recover…').click();
    await dialog().getByLabel('last 1 hour').check();
    await says('2 deliveries will be sent again.');
    await button('Send them').click();
    await says('2 deliveries are on their way.');
    await dialog().getByRole('button', { name: 'Close' }).last().click();
    await until('all delivered', async () => {
      const all = await states();
      return all.length === 4 && all.every((s) => s === 'Delivered');
    });
  });

  it('replays what never became a delivery, once', async () => {
    await button('Replay missing…').click();
    await dialog().getByLabel('last 1 hour').check();
    await says(`${EARLIER} events are missing and will be delivered.`);
    await button('Send them').click();
    await says(`${EARLIER} deliveries are on their way.`);
    await dialog().getByRole('button', { name: 'Close' }).last().click();
    await until('they are there', async () => receiver.received.length === EARLIER);
    expect(receiver.received.map((r) => r.type)).toEqual(Array.from({ length: EARLIER }, () => 'client.created'));
    await button('Replay missing…').click();
    await dialog().getByLabel('last 1 hour').check();
    await says('No event is missing since then.');
    expect(await button('Send them').isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
  });

  it('rotates the secret: both sign until the overlap ends', async () => {
    await toSettings();
    await button('Rotate…').click();
    await button('Make the key').click();
    await dialog().getByText('It is shown this once.').waitFor();
    const fresh = (await dialog().locator('pre').textContent())!;
    expect(fresh).toMatch(/^whsec_/);
    await button('I have kept it').click();
    await says(/signs until/);
    expect(await page.locator('.keys-panel .cards > li').count()).toBe(2);
    for (const secret of [receiver.secret, fresh]) {
      receiver.secret = secret;
      await sendTest();
      await detail().getByText('Delivered', { exact: true }).waitFor();
    }
    await until('both verified', async () => receiver.received.length === 2);
    expect(receiver.refused).toBe(0);
  });

  it('lists every type of event with example and schema, and sends a sample from there', async () => {
    await page.getByRole('link', { name: 'Webhooks', exact: true }).click();
    await page.getByRole('link', { name: 'Event catalogue' }).click();
    await page.getByRole('searchbox').fill('segment');
    await page.getByRole('link', { name: /segment\.entered/ }).click();
    expect(page.url()).toContain('type=segment.entered');
    await says('urn:isthmus:event:segment.entered:1');
    expect(await page.getByRole('group', { name: 'Example' }).textContent()).toContain('leaving-soon');
    await expectAccessible(page, (l) => says(l === 'en' ? 'Always there' : '必有'));
    await page.getByRole('combobox', { name: 'Choose an endpoint' }).click();
    await page.getByTitle(NAME).click();
    await button('Send a sample').click();
    await page.getByRole('link', { name: 'See the delivery' }).click();
    await detail().getByText('Delivered', { exact: true }).waitFor();
    expect(receiver.received.at(-1)!.type).toBe('segment.entered');
  });

  it('disables, keeps what comes meanwhile, and enables', async () => {
    await button('Disable…').click();
    await dialog().getByRole('button', { name: 'Disable', exact: true }).click();
    await says('Nothing is lost: deliveries wait.');
    await t.api('POST', `/endpoints/${(await endpoint()).id}/test`, {});
    await says(/Waiting 1/);
    await page.locator('.trail a').click();
    await says('admin disabled it');
    await expectAccessible(page, (l) => says(l === 'en' ? 'admin disabled it' : '已停用'));
    await page.getByRole('link', { name: NAME, exact: true }).click();
    await button('Enable').click();
    await until('it goes out', async () => receiver.received.length === 1);
    await says(/Waiting 0/);
  });

  it('shows those who may only read everything, and nothing to press', async () => {
    const password = 'a long enough password';
    await t.api('POST', '/users', { login: 'reader', name: 'Reader', roles: ['viewer'], password });
    await button('Sign out').click();
    await says('You are signed out.');
    await page.getByLabel('Login').fill('reader');
    await page.getByLabel('Password').fill(password);
    await button('Sign in').click();
    await heading('The loop, live').waitFor();
    await toSettings();
    expect(await page.getByLabel('Name', { exact: true }).isDisabled()).toBe(true);
    for (const name of ['Save', 'Rotate…', 'Remove…', 'Disable…', 'Send a test event'])
      expect(await button(name).count()).toBe(0);
    await button('Sign out').click();
    await says('You are signed out.');
    const admin = await t.hub.app.get(Database).manager.findOneByOrFail(User, { login: 'admin' });
    await page.goto(`${t.hub.url}/sign-in/${await t.hub.app.get(AccessService).createLink(admin.id)}`);
    await heading('The loop, live').waitFor();
  });

  it('removes an endpoint when its name is typed', async () => {
    await toSettings();
    await button('Remove…').click();
    await dialog().getByLabel('Its name, to be sure').fill('something else');
    await dialog().getByRole('button', { name: 'Remove it' }).click();
    await says('This is not its name.');
    await dialog().getByLabel('Its name, to be sure').fill(NAME);
    await dialog().getByRole('button', { name: 'Remove it' }).click();
    await page.getByRole('heading', { name: 'Nobody is told yet' }).waitFor();
    expect((await t.api<{ items: unknown[] }>('GET', '/endpoints')).body.items).toEqual([]);
  });

  it('asks nothing of any other server, and has nothing to complain of but what was refused', () => {
    expect(heard.strangers).toEqual([]);
    expect(heard.complaints.filter((c) => !/status of 40[0149]/.test(c))).toEqual([]);
  });
});
