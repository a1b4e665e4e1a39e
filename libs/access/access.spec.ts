import { describe, expect, it } from '@jest/globals';
import { mask } from './mask.js';
import { hashPassword, verifyPassword } from './passwords.js';
import { isApiKey, newApiKey } from './tokens.js';

describe('passwords', () => {
  it('are stored as argon2id and verify', async () => {
    const stored = await hashPassword('correct horse 电池');
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[^$]+\$[^$]+$/);
    expect(await verifyPassword('correct horse 电池', stored)).toBe(true);
    expect(await verifyPassword('wrong', stored)).toBe(false);
    expect(await verifyPassword('x', 'not a hash')).toBe(false);
    expect(await hashPassword('correct horse 电池')).not.toBe(stored);
  });
});

describe('API keys', () => {
  it('carry a checksum that tells a slip of the finger', () => {
    const key = newApiKey();
    expect(isApiKey(key)).toBe(true);
    expect(isApiKey(`${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`)).toBe(false);
    expect(isApiKey('isthmus_live_short_000000')).toBe(false);
  });
});

describe('mask', () => {
  it('shows enough to recognise and too little to use', () => {
    expect([mask.name('王小明'), mask.name('John Smith'), mask.name('王'), mask.name(null)]).toEqual([
      '王**',
      'J*** S****',
      '王*',
      null,
    ]);
    expect([mask.phone('+8613812345678'), mask.phone('110')]).toEqual(['+86138****5678', '***']);
    expect([mask.email('li.lei@example.com'), mask.email('x')]).toEqual(['l***@example.com', '***']);
    expect([mask.key('310101198001011234'), mask.key('12345')]).toEqual(['310************234', '*****']);
    expect(mask.text('550 <li.lei@example.com>: no such user; call +8613812345678, found "310101198001011234"')).toBe(
      '550 <l***@example.com>: no such user; call +86********678, found "310************234"',
    );
    expect(mask.text('018f2a3e-0000-7000-8000-000000000001 at 2026-01-05T09:30:00Z, 99.00')).toBe(
      '018f2a3e-0000-7000-8000-000000000001 at 2026-01-05T09:30:00Z, 99.00',
    );
    expect(mask.day('1980-05-06')).toBe('1980-**-**');
  });
});
