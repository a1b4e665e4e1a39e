import { describe, expect, it } from '@jest/globals';
import { answerHeaders } from './answer-headers.js';

describe('the headers of an answer', () => {
  it('are kept without the values of those that may hold a secret', () => {
    const given = {
      'content-type': 'text/plain',
      'set-cookie': ['session=abc', 'b=c'],
      'www-authenticate': 'Bearer realm="x", nonce="abc"',
      'X-Amz-Security-Token': 'abc',
      'x-api-key': 'abc',
      author: 'Li',
      via: ['a', 'b'],
      absent: undefined,
    };
    const kept = answerHeaders(given);
    expect(kept).toEqual({
      'content-type': 'text/plain',
      'set-cookie': '…',
      'www-authenticate': '…',
      'X-Amz-Security-Token': '…',
      'x-api-key': '…',
      author: 'Li',
      via: 'a, b',
    });
  });

  it('are bounded in number and in size', () => {
    const many = answerHeaders(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`x-${i}`, 'v'])));
    expect(Object.keys(many)).toHaveLength(40);
    const long = answerHeaders(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`x-${i}`, '字'.repeat(5000)])));
    expect(Object.values(long).every((v) => v.length === 1001)).toBe(true);
    expect(Buffer.byteLength(JSON.stringify(long))).toBeLessThan(9 * 1024);
  });
});
