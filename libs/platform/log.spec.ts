import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createLogger, maskCredentials } from './log.js';

function logged(write: (log: ReturnType<typeof createLogger>) => void): string {
  let out = '';
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      out += chunk.toString();
      done();
    },
  });
  write(createLogger({ level: 'debug', service: 'test', version: '1' }, sink));
  return out;
}

describe('the log', () => {
  it('never shows personal data or secrets, however they are nested', () => {
    const canaries = {
      name: '陈晓',
      phone: '+8613812345678',
      email: 'a@b.cn',
      idDocument: '310101198001010030',
      password: 'hunter2',
      data: { x: '陈晓' },
    };
    const out = logged((log) =>
      log.info({ client: canaries, deep: { client: canaries }, ...canaries, id: 'cli_1' }, 'applied'),
    );
    for (const canary of ['陈晓', '13812345678', 'a@b.cn', '310101198001010030', 'hunter2'])
      expect(out).not.toContain(canary);
    expect(out).toContain('cli_1');
  });

  it('keeps passwords out of connection strings in errors', () => {
    const out = logged((log) =>
      log.error({ err: new Error('no route to postgres://hub:s3cret@10.0.0.1/db') }, 'failed'),
    );
    expect(out).toContain('postgres://hub:***@10.0.0.1/db');
    expect(out).not.toContain('s3cret');
    expect(maskCredentials('amqp://a:b@c redis://:p@h')).toBe('amqp://a:***@c redis://:***@h');
  });

  it('leaves out what PostgreSQL says about the row', () => {
    const e = Object.assign(new Error('duplicate key'), { code: '23505', detail: 'Key (name)=(陈晓) already exists.' });
    expect(logged((log) => log.error({ err: e }, 'failed'))).not.toContain('陈晓');
  });
});
