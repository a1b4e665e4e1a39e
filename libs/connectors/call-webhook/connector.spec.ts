import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { WebhookRequest } from '#connector-kit';
import connector, { type CallSettings } from './connector.js';
import { callMessages, contactMessages } from './call-messages.js';
import { verifySignature } from './signature-presets.js';

const given = {
  baseUrl: 'http://127.0.0.1:1',
  token: 'a-token',
  signature: { secret: 'a-webhook-secret' },
};
const settings: CallSettings = connector.settings.parse(given);
const reading = { fields: settings.echo, dispositions: settings.dispositions };
const now = new Date('2026-11-20T02:00:00Z');
const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8').trim();
const ended = JSON.parse(fixture('call-ended')) as Record<string, unknown>;

describe('settings', () => {
  it('need the address and the two secrets, and no more', () => {
    expect(settings).toMatchObject({
      taskPath: '/tasks',
      signature: { preset: 'hmac-sha256', secret: 'a-webhook-secret' },
      replayWindowSeconds: 300,
      pollMs: 30_000,
      echo: { taskId: 'taskId', callId: 'callId', disposition: 'disposition', endedAt: 'endedAt' },
    });
    expect(connector.settings.safeParse({ ...given, dispositions: { SOLD: 'delivered' } }).success).toBe(false);
  });
});

describe('an ended call', () => {
  it('is a record of all that it says, and the outcome of the task', () => {
    expect(callMessages(ended, reading, now)).toEqual([
      {
        type: 'record',
        stream: 'calls',
        key: 'C00000042',
        op: 'event',
        dedupeId: 'C00000042',
        occurredAt: '2026-11-20T01:03:20.000Z',
        data: JSON.stringify(ended),
      },
      {
        type: 'outcome',
        commandId: ended['taskId'],
        kind: 'interested',
        occurredAt: '2026-11-20T01:03:20.000Z',
        dedupeId: 'C00000042',
      },
    ]);
  });

  it('that nobody asked for has no outcome', () => {
    const messages = callMessages(JSON.parse(fixture('call-of-a-stranger')), reading, now);
    expect(messages.map((m) => m.type)).toEqual(['record']);
  });

  it('with an end that has no meaning is kept, and its outcome put aside with the reason', () => {
    const [record, aside] = callMessages({ ...ended, disposition: 'VOICEMAIL' }, reading, now);
    expect(record).toMatchObject({ type: 'record', key: 'C00000042' });
    expect(aside).toMatchObject({ type: 'quarantine', key: 'C00000042', stream: 'calls' });
    expect(aside).toHaveProperty('reason', expect.stringContaining('"VOICEMAIL" has no meaning'));
  });

  it('is not fooled by a disposition that is a word of JavaScript', () => {
    expect(callMessages({ ...ended, disposition: 'constructor' }, reading, now).map((m) => m.type)).toEqual([
      'record',
      'quarantine',
    ]);
  });

  it('is found where another vendor writes it', () => {
    const vendor = {
      data: { uuid: 'u-1', result: '4', vars: { ours: 'command-1' }, end: '2026-11-20T09:00:00+08:00' },
    };
    const other = {
      fields: { taskId: 'data.vars.ours', callId: 'data.uuid', disposition: 'data.result', endedAt: 'data.end' },
      dispositions: { '4': 'no_answer' as const },
    };
    expect(callMessages(vendor, other, now)).toMatchObject([
      { key: 'u-1', occurredAt: '2026-11-20T01:00:00.000Z' },
      { commandId: 'command-1', kind: 'no_answer', dedupeId: 'u-1' },
    ]);
  });

  it.each([
    ['no object', 7],
    ['no call id', { ...ended, callId: ' ' }],
    ['another event', { ...ended, event: 'call.started' }],
  ])('with %s is put aside', (_what, item) => {
    expect(callMessages(item, reading, now)).toMatchObject([{ type: 'quarantine', stream: 'calls' }]);
  });
});

describe('a contact', () => {
  const contact = { contactNo: 'K1', name: '陈晓', phone: '13800138000', updatedAt: '2026-01-05T09:30:00.000Z' };
  const idOf = (c: object) => contactMessages(c)[0]!.dedupeId;

  it('is the same version while nothing of it changes', () => {
    expect(idOf(contact)).toBe(idOf({ ...contact }));
    expect(idOf(contact)).not.toBe(idOf({ ...contact, phone: '13900139000' }));
  });
});

describe('signatures', () => {
  const secret = 'a-webhook-secret';
  const body = '{"callId":"C1","seconds":200}';
  const request = (headers: Record<string, string>, text = body): WebhookRequest => ({
    method: 'POST',
    path: '/events',
    query: {},
    headers,
    body: Buffer.from(text),
    receivedAt: now,
  });
  const hmac = (text: string) => createHmac('sha256', secret).update(text).digest('hex');
  const verdict = (preset: CallSettings['signature']['preset'], r: WebhookRequest) =>
    verifySignature(r, { preset, secret }, 300).ok;

  it('hmac-sha256-body covers the body', () => {
    expect(verdict('hmac-sha256-body', request({ 'x-signature': hmac(body) }))).toBe(true);
    expect(verdict('hmac-sha256-body', request({ 'x-signature': `sha256=${hmac(body)}` }))).toBe(true);
    expect(verdict('hmac-sha256-body', request({ 'x-signature': hmac(`${body} `) }))).toBe(false);
    expect(verdict('hmac-sha256-body', request({}))).toBe(false);
  });

  it('static-token is the secret itself', () => {
    expect(verdict('static-token', request({ 'x-token': secret }))).toBe(true);
    expect(verdict('static-token', request({ authorization: `Bearer ${secret}` }))).toBe(true);
    expect(verdict('static-token', request({ 'x-token': `${secret}!` }))).toBe(false);
    expect(verdict('static-token', request({ 'x-token': '' }))).toBe(false);
  });

  it('md5-sorted covers the fields and the time, with numbers as they are written', () => {
    const md5 = (text: string) => createHash('md5').update(text).digest('hex');
    const at = Math.floor(now.getTime() / 1000);
    const signed = (sign: string, seconds = '200.50', time = at) =>
      `{"seconds":${seconds},"callId":"C1","timestamp":${time},"vars":{"timestamp":1},"sign":"${sign}"}`;
    const good = md5(`callId=C1&seconds=200.50&timestamp=${at}&key=${secret}`);
    expect(verdict('md5-sorted', request({}, signed(good)))).toBe(true);
    expect(verdict('md5-sorted', request({}, signed(good.toUpperCase())))).toBe(true);
    expect(verdict('md5-sorted', request({}, signed(good, '200.51')))).toBe(false);
    const old = md5(`callId=C1&seconds=200.50&timestamp=${at - 301}&key=${secret}`);
    expect(verdict('md5-sorted', request({}, signed(old, '200.50', at - 301)))).toBe(false);
    expect(verdict('md5-sorted', request({}, 'no json'))).toBe(false);
  });
});
