import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newSecret, SAMPLES, signedHeaders, signer } from '#webhooks';

const here = (command: string) => {
  try {
    execFileSync('sh', ['-c', `command -v ${command}`]);
    return true;
  } catch {
    return false;
  }
};

describe.each([...SAMPLES])('the sample in $title', ({ file, run, code }) => {
  const [program, ...args] = run as [string, ...string[]];
  const command = program === 'node' ? process.execPath : program;
  const test = here(command) ? it : it.skip;
  const secret = newSecret();
  const body = '{"名":"陈晓","amount":"1.50"}';
  let dir: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'isthmus-sample-'));
    await writeFile(join(dir, file), code);
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  /** @returns whether the program took the message. */
  function takes(o: { body?: string; at?: Date; secret?: string } = {}): Promise<boolean> {
    const h = signedHeaders([signer(secret)], 'msg_1', o.at ?? new Date(), body);
    const env = {
      PATH: process.env['PATH'],
      HOME: dir,
      SECRET: o.secret ?? secret,
      ID: h['webhook-id'],
      TIMESTAMP: h['webhook-timestamp'],
      SIGNATURE: `v2,xyz ${h['webhook-signature']}`,
    };
    return new Promise((ok, fail) => {
      const child = execFile(command, args, { cwd: dir, env }, (e, out, err) => {
        if (e && !/wrong|old/.test(err)) fail(new Error(err));
        else ok(e === null && out.trim() === 'ok');
      });
      child.stdin!.on('error', () => {}).end(o.body ?? body);
    });
  }

  test('takes what is genuine and fresh, and nothing else', async () => {
    expect(await takes()).toBe(true);
    expect(await takes({ body: `${body} ` })).toBe(false);
    expect(await takes({ secret: newSecret() })).toBe(false);
    expect(await takes({ at: new Date(Date.now() - 600_000) })).toBe(false);
  }, 120_000);
});
