import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { MOST_ATTEMPTS, retryDelayMs, verdict } from './retry.js';
import { newSecret, signature, signedHeaders } from './sign.js';

describe('signing', () => {
  it('gives the published vector of Standard Webhooks', () => {
    expect(
      signature(
        'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
        'msg_p5jXN8AQM9LWM0D4loKWxJek',
        '1614265330',
        '{"test": 2432232314}',
      ),
    ).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('is accepted by the reference library, and only unchanged', () => {
    const secret = newSecret();
    const body = '{"名":"陈晓"}';
    const headers = signedHeaders(secret, 'msg_1', new Date(), body);
    expect(new Webhook(secret).verify(body, headers)).toEqual({ 名: '陈晓' });
    expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow();
    expect(() => new Webhook(newSecret()).verify(body, headers)).toThrow();
    expect(() =>
      new Webhook(secret).verify(body, signedHeaders(secret, 'msg_1', new Date(Date.now() - 600_000), body)),
    ).toThrow();
  });
});

describe('retries', () => {
  it.each([
    [200, 1, 'delivered'],
    [204, 10, 'delivered'],
    [302, 1, 'ready'],
    [410, 1, 'failed'],
    [500, 9, 'ready'],
    [500, 10, 'failed'],
    [undefined, 3, 'ready'],
  ] as const)('status %s at attempt %i is %s', (status, attempt, state) => {
    expect(verdict(status, attempt)).toBe(state);
  });

  it('spread over about 75 hours at most, and never come at once', () => {
    const longest = Array.from({ length: MOST_ATTEMPTS - 1 }, (_, i) =>
      retryDelayMs(i + 1, undefined, () => 0.999_999),
    );
    expect(longest.reduce((a, b) => a + b, 0) / 3_600_000).toBeCloseTo(75.6, 0);
    expect(retryDelayMs(1, undefined, () => 0)).toBe(500);
  });

  it('honour Retry-After up to a day', () => {
    expect(retryDelayMs(1, 60_000, () => 0)).toBe(60_000);
    expect(retryDelayMs(1, 10 * 86_400_000, () => 0)).toBe(86_400_000);
  });
});
