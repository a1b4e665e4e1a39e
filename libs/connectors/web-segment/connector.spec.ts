import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { WebhookRequest } from '#connector-kit';
import { credentialOf, segmentApi } from './segment-api.js';

const KEY = 'a-write-key';
const api = segmentApi(KEY);
const receivedAt = new Date('2026-11-20T01:00:11.000Z');
const basic = `Basic ${Buffer.from(`${KEY}:`).toString('base64')}`;
const request = (path: string, body: unknown, headers: Record<string, string> = {}): WebhookRequest => ({
  method: 'POST',
  path,
  query: {},
  headers,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  receivedAt,
});
const batch = JSON.parse(readFileSync(new URL('fixtures/batch.json', import.meta.url), 'utf8')) as object;

describe('the write key', () => {
  it.each([
    ['the user name of Basic authentication', request('/batch', {}, { authorization: basic })],
    ['the body', request('/t', { writeKey: KEY })],
    ['the path of the browser’s settings', request(`/projects/${KEY}/settings`, '')],
  ])('is taken from %s', (_where, r) => {
    expect(credentialOf(r)).toBe(KEY);
    expect(api.verify(r)).toEqual({ ok: true });
  });

  it.each([
    ['wrong', request('/batch', {}, { authorization: `Basic ${Buffer.from('another:').toString('base64')}` })],
    ['longer', request('/t', { writeKey: `${KEY}x` })],
    ['missing', request('/t', {})],
    ['not readable', request('/t', 'no json')],
  ])('is refused when it is %s', (_how, r) => {
    expect(api.verify(r)).toMatchObject({ ok: false, status: 401 });
  });
});

describe('a batch', () => {
  it('gives each event once, with the time by our clock, and the outcome of a message that was read', () => {
    const { messages, reply, history } = api.parse(request('/batch', batch));
    expect(reply).toEqual({ status: 200, body: '{"success":true}' });
    expect(history).toBe(false);
    expect(messages).toMatchObject([
      { type: 'record', stream: 'events', key: 'node-next-1', op: 'event', dedupeId: 'node-next-1' },
      { type: 'record', key: 'node-next-2' },
      { type: 'outcome', kind: 'read', commandId: '018f2a3e-0000-7000-8000-000000000042', dedupeId: 'node-next-2' },
    ]);
    // Sent ten seconds after it happened, received one second later by a clock that we trust.
    expect(messages[0]).toMatchObject({ occurredAt: '2026-11-20T01:00:01.000Z' });
  });

  it('is history when it is imported', () => {
    expect(api.parse(request('/import', batch)).history).toBe(true);
  });

  it('never keeps the write key', () => {
    const event = { type: 'track', event: 'x', userId: 'u', messageId: 'm', writeKey: KEY };
    expect(JSON.stringify(api.parse(request('/t', event)).messages)).not.toContain(KEY);
    expect(JSON.stringify(api.parse(request('/batch', { batch: [event] })).messages)).not.toContain(KEY);
  });

  it.each([
    ['is too large', { type: 'track', userId: 'u', event: 'x'.repeat(33 * 1024) }, 'at most 32768'],
    ['names nobody', { type: 'track', event: 'x' }, 'neither userId nor anonymousId'],
    ['is of no known type', { type: 'buy', userId: 'u' }, '"type" is none of'],
    ['is no object', 7, 'no JSON object'],
  ])('puts an event aside that %s, and keeps its neighbours', (_how, bad, reason) => {
    const good = { type: 'track', event: 'x', userId: 'u', messageId: 'good' };
    const { messages } = api.parse(request('/batch', { batch: [bad, good] }));
    expect(messages.map((m) => m.type)).toEqual(['quarantine', 'record']);
    expect(messages[0]).toHaveProperty('reason', expect.stringContaining(reason));
  });
});

describe('a browser', () => {
  it.each([
    ['/t', 'track'],
    ['/i', 'identify'],
    ['/p', 'page'],
    ['/s', 'screen'],
    ['/g', 'group'],
    ['/a', 'alias'],
  ])('calls %s for %s', (path, type) => {
    const { messages } = api.parse(request(path, { userId: 'u', messageId: 'm', event: 'x' }));
    expect(messages).toMatchObject([{ type: 'record', key: 'm' }]);
    expect(JSON.parse((messages[0] as { data: string }).data)).toMatchObject({ type });
  });

  it('gets its settings', () => {
    const { reply } = api.parse(request(`/projects/${KEY}/settings`, ''));
    expect(JSON.parse(reply.body!)).toMatchObject({ integrations: { 'Segment.io': { apiKey: KEY } } });
  });

  it('is told when it calls something else', () => {
    expect(() => api.parse(request('/buy', {}))).toThrow('there is no call "buy"');
  });

  it('whose clock is years behind is placed at the receipt, less its waiting', () => {
    const event = {
      userId: 'u',
      messageId: 'm',
      event: 'x',
      timestamp: '2001-01-01T00:00:00.000Z',
      sentAt: '2001-01-01T00:00:30.000Z',
    };
    expect(api.parse(request('/t', event)).messages[0]).toMatchObject({ occurredAt: '2026-11-20T00:59:41.000Z' });
  });

  it('that names no id gives the same event the same one', () => {
    const event = { userId: 'u', event: 'x', timestamp: '2026-11-20T01:00:00.000Z' };
    const [one] = api.parse(request('/t', event)).messages;
    const [again] = api.parse(request('/t', event)).messages;
    expect(one!.dedupeId).toBe(again!.dedupeId);
    const [other] = api.parse(request('/t', { ...event, event: 'y' })).messages;
    expect(one!.dedupeId).not.toBe(other!.dedupeId);
  });
});
