import { describe, expect, it } from '@jest/globals';
import { Rests } from './flow.js';
import type { Attempt } from './roads/road.js';

const attempt = (status: number | undefined, retryAfter?: number): Attempt => ({
  at: new Date(0),
  ms: 1,
  status,
  errorClass: status === undefined ? 'maybe_sent' : '',
  error: '',
  body: '',
  ip: '',
  headers: {},
  retryAfterMs: retryAfter,
});

describe('a worker that holds rows of an endpoint', () => {
  it('begins no more after five failures in a row, as if nobody were there', () => {
    const rests = new Rests();
    for (const status of [500, undefined, 503, 500]) rests.note('a', attempt(status));
    expect(rests.restMs('a')).toBeUndefined();
    rests.note('a', attempt(undefined));
    expect(rests.restMs('a')).toBeGreaterThan(0);
    expect(rests.restMs('b')).toBeUndefined();
  });

  it('goes on at the first sign of life', () => {
    const rests = new Rests();
    for (let i = 0; i < 9; i++) rests.note('a', attempt(500));
    rests.note('a', attempt(404));
    expect(rests.restMs('a')).toBeUndefined();
  });

  it('begins no more when it is asked to wait', () => {
    const rests = new Rests();
    rests.note('a', attempt(429, 60_000));
    expect(rests.restMs('a')).toBeGreaterThan(50_000);
  });
});
