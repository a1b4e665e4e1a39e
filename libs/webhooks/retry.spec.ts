import { describe, expect, it } from '@jest/globals';
import { flowOf } from './flow.js';
import { MOST_ATTEMPTS, pauseMs, readRetryAfter, retryDelayMs, scheduleOf, verdict } from './retry.js';
import type { Attempt } from './roads/road.js';

const answered = (status?: number, errorClass: Attempt['errorClass'] = status === undefined ? 'not_sent' : '') => ({
  status,
  errorClass,
});

describe('a verdict', () => {
  it.each([
    [answered(200), 1, 'delivered'],
    [answered(204), 10, 'delivered'],
    [answered(200, 'maybe_sent'), 1, 'ready'],
    [answered(302), 1, 'ready'],
    [answered(410), 10, 'ready'],
    [answered(500), 9, 'ready'],
    [answered(500), 10, 'failed'],
    [answered(), 3, 'ready'],
  ] as const)('of %j at attempt %i is %s', (a, attempt, state) => {
    expect(verdict(a, attempt)).toBe(state);
  });

  it('follows a schedule of the endpoint’s own', () => {
    const schedule = scheduleOf([1, 2]);
    expect([1, 2, 3].map((n) => verdict(answered(500), n, schedule))).toEqual(['ready', 'ready', 'failed']);
    expect(verdict(answered(500), 1, scheduleOf([]))).toBe('failed');
  });
});

describe('retries', () => {
  it('spread over about 75 hours at most, and never come at once', () => {
    const longest = Array.from({ length: MOST_ATTEMPTS - 1 }, (_, i) =>
      retryDelayMs(i + 1, undefined, undefined, () => 0.999_999),
    );
    expect(longest.reduce((a, b) => a + b, 0) / 3_600_000).toBeCloseTo(75.6, 0);
    expect(retryDelayMs(1, undefined, undefined, () => 0)).toBe(500);
  });

  it('honour Retry-After up to a day, and leave the endpoint alone up to a quarter of an hour', () => {
    expect(retryDelayMs(1, 60_000, undefined, () => 0)).toBe(60_000);
    expect(retryDelayMs(1, 10 * 86_400_000, undefined, () => 0)).toBe(86_400_000);
    expect([pauseMs(429, 5000), pauseMs(503, 86_400_000), pauseMs(500, 5000), pauseMs(429, undefined)]).toEqual([
      5000, 900_000, 0, 0,
    ]);
  });

  it('read Retry-After as seconds and as a date', () => {
    const now = new Date('2026-11-25T01:00:00Z');
    expect(readRetryAfter('120', now)).toBe(120_000);
    expect(readRetryAfter('Wed, 25 Nov 2026 01:01:00 GMT', now)).toBe(60_000);
    expect(readRetryAfter('Wed, 25 Nov 2020 01:01:00 GMT', now)).toBe(0);
    expect([readRetryAfter('soon', now), readRetryAfter('-5', now), readRetryAfter(undefined, now)]).toEqual([
      undefined,
      expect.anything(),
      undefined,
    ]);
  });
});

describe('what answers say of an endpoint', () => {
  const row = (endpointId: string, unwell = false) => ({ endpointId, unwell });
  const result = (status?: number): Attempt => ({
    ...answered(status),
    at: new Date(0),
    ms: 1,
    error: '',
    body: '',
    ip: '',
    headers: {},
  });
  const batch = (unwell: boolean, ...statuses: (number | undefined)[]) =>
    flowOf(statuses.map((s) => ({ row: row('a', unwell), result: result(s) })));

  it('is nothing while it is well', () => {
    expect(batch(false, 200, 204)).toEqual([]);
  });
  it('is told once it is well again', () => {
    expect(batch(true, 200)).toEqual([{ id: 'a', alive: true, bad: 0, good: true, failed: false, pause_ms: 0 }]);
  });
  it('counts failures in a row only', () => {
    expect(batch(false, 500, 200, 500, undefined)[0]).toMatchObject({ alive: true, bad: 2, good: true, failed: true });
    expect(batch(false, 500, 500)[0]).toMatchObject({ alive: false, bad: 2, good: false, failed: true });
  });
  it('takes a refusal for a sign of life', () => {
    expect(batch(false, 500, 400)[0]).toMatchObject({ alive: true, bad: 0, good: false, failed: true });
  });
});
