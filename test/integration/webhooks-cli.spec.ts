import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { newSecret } from '#webhooks';
import { until } from '../support/hub.js';
import { type HubProcess, startHubProcess } from '../support/processes.js';
import { ReceiverZoo } from '../support/receiver-zoo.js';
import { connectionUrl, testDatabase } from '../support/servers.js';

const CLI = join(import.meta.dirname, '../../dist/apps/hub/src/cli/main.js');

let hub: HubProcess;
let zoo: ReceiverZoo;

beforeAll(async () => {
  if (!existsSync(CLI)) throw new Error(`${CLI} is missing: run "npm test", which builds first`);
  zoo = await ReceiverZoo.start();
  hub = await startHubProcess({ databaseUrl: connectionUrl(await testDatabase()) });
});
afterAll(async () => {
  await hub.remove();
  await zoo.stop();
});

function isthmus(
  args: string[],
  input?: string,
  language = 'en_US.UTF-8',
): { done: Promise<{ code: number; out: string; err: string }>; end(): void } {
  const env = { PATH: process.env['PATH'], ISTHMUS_URL: hub.url, ISTHMUS_DATA_DIR: hub.dataDir, LC_ALL: language };
  let child: ReturnType<typeof execFile>;
  const done = new Promise<{ code: number; out: string; err: string }>((ok) => {
    child = execFile(process.execPath, [CLI, '-o', 'json', 'webhooks', ...args], { env }, (e, out, err) =>
      ok({ code: e === null ? 0 : Number(e.code ?? 1), out, err }),
    );
    child.stdin!.on('error', () => {}).end(input ?? '');
  });
  return { done, end: () => void child.kill('SIGINT') };
}

it('signs and verifies what other libraries do', async () => {
  const secret = newSecret();
  const body = '{"名":"陈晓"}';
  const signed = await isthmus(['sign', '-', '--secret', secret], body).done;
  const headers = JSON.parse(signed.out) as Record<string, string>;
  expect(new Webhook(secret).verify(body, headers)).toEqual({ 名: '陈晓' });
  const given = [
    ['--secret', secret],
    ['--id', headers['webhook-id']!],
    ['--timestamp', headers['webhook-timestamp']!],
    ['--signature', headers['webhook-signature']!],
  ].flat();
  expect((await isthmus(['verify', '-', ...given], body).done).code).toBe(0);
  const refused = await isthmus(['verify', '-', ...given], `${body} `).done;
  expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/^Not accepted: none of the signatures/)]);
  expect((await isthmus(['sign', '-', '--secret', 'whsec_short'], body).done).code).toBe(2);
});

it('registers, triggers, looks, recovers and removes', async () => {
  const url = zoo.at('/cli', 204);
  const made = JSON.parse((await isthmus(['endpoints', 'add', 'CLI', url, '--types', 'client.*']).done).out) as {
    id: string;
  };
  await isthmus(['trigger', made.id, '--type', 'client.updated']).done;
  await until('it arrives', async () => zoo.of('/cli').length === 1);
  const listed = JSON.parse((await isthmus(['deliveries', made.id]).done).out) as { items: { id: string }[] };
  expect(listed.items).toHaveLength(1);
  await isthmus(['resend', listed.items[0]!.id]).done;
  await until('it arrives again', async () => zoo.of('/cli').length === 2);
  for (const [verb, most] of [
    ['recover', 0],
    ['replay', 0],
  ] as const)
    expect(JSON.parse((await isthmus([verb, made.id, '--since', '1h']).done).out)).toEqual({ deliveries: most });
  expect(JSON.parse((await isthmus(['deliveries', made.id, '--since', '1h']).done).out)).toMatchObject({
    items: [{ state: 'delivered' }],
  });
  for (const args of [
    ['recover', made.id, '--since', 'yesterday'],
    ['deliveries', made.id, '--until', 'soon'],
    ['endpoints', 'rotate', made.id, '--overlap', 'long'],
    ['listen', 'nonsense'],
  ]) {
    const { code, err } = await isthmus(args).done;
    expect([code, err]).toEqual([2, expect.stringMatching(/^(--\w+|<url>): found "\w+"; needed: /)]);
  }
  // An id is one part of a path, whatever it looks like.
  expect((await isthmus(['endpoints', 'show', '../segments']).done).err).toContain('found "../segments"');
  expect((await isthmus(['endpoints', 'remove', made.id]).done).code).toBe(2);
  expect((await isthmus(['sample', 'cobol']).done).code).toBe(3);
});

it('shows what was sent and what came back, and says what went wrong in the language of the terminal', async () => {
  const url = zoo.at('/shown', (_q, r) => void r.writeHead(500, { 'x-request-id': 'r-1' }).end('no'));
  const made = JSON.parse((await isthmus(['endpoints', 'add', 'Shown', url]).done).out) as { id: string };
  const { delivery } = JSON.parse((await isthmus(['trigger', made.id, '--type', 'client.updated']).done).out) as {
    delivery: string;
  };
  interface Shown {
    sent: { body: string; asSent: boolean };
    lastError: string;
    attempts: { body: string; error: string; answerHeaders: Record<string, string> }[];
  }
  const show = async (language?: string) =>
    JSON.parse((await isthmus(['delivery', delivery], undefined, language).done).out) as Shown;
  const shown = await until('tried', async () => {
    const one = await show();
    return one.attempts.length > 0 && one;
  });
  expect(shown.sent).toEqual({ body: zoo.of('/shown')[0]!.body, asSent: true });
  expect(shown.lastError).toBe('the endpoint answered 500');
  expect(shown.attempts[0]).toMatchObject({ body: 'no', answerHeaders: { 'x-request-id': 'r-1' } });
  const chinese = await show('zh_CN.UTF-8');
  expect([chinese.lastError, chinese.attempts[0]!.error]).toEqual(['对方应答 500', '对方应答 500']);
});

it('forwards live events to a program under development', async () => {
  const secret = newSecret();
  const listening = isthmus(['listen', zoo.at('/dev', 200), '--types', 'client.*', '--secret', secret]);
  await until('it is registered', async () => {
    const { items } = await hub.api().get<{ items: { kind: string }[] }>('/endpoints');
    return items.some((e) => e.kind === 'pull');
  });
  await until('it arrives', async () => {
    await hub.query(
      `with e as (insert into event (id, type, client_id, subject, origin, data) values (gen_random_uuid(), 'client.created', gen_random_uuid(), 'client/x', 'live', '{}') returning seq, day)
       insert into event_unrouted select seq, day from e`,
    );
    return zoo.of('/dev').length > 0;
  });
  const { headers, body } = zoo.of('/dev')[0]!;
  expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({ type: 'client.created' });
  listening.end();
  await listening.done;
  const { items } = await hub.api().get<{ items: { kind: string }[] }>('/endpoints');
  expect(items.filter((e) => e.kind === 'pull')).toEqual([]);
});
