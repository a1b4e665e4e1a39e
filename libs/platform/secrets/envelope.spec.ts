import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Envelope } from './envelope.js';

describe('Envelope', () => {
  const [old, fresh] = [randomBytes(32), randomBytes(32)];

  it('opens what it sealed, in the same place only', () => {
    const e = new Envelope([fresh]);
    const sealed = e.seal('密码 hunter2', 'system/trading/password');
    expect(e.open(sealed, 'system/trading/password')).toBe('密码 hunter2');
    expect(() => e.open(sealed, 'system/mail/password')).toThrow();
    expect(sealed.toString('latin1')).not.toContain('hunter2');
  });

  it('notices every changed byte', () => {
    const e = new Envelope([fresh]);
    const sealed = e.seal('x', 'p');
    for (let i = 0; i < sealed.length; i++) {
      const changed = Buffer.from(sealed);
      changed[i]! ^= 1;
      expect(() => e.open(changed, 'p')).toThrow();
    }
  });

  it('opens what an older key sealed, and keeps its hashes, after a rotation', () => {
    const before = new Envelope([old]);
    const after = new Envelope([fresh, old]);
    expect(after.open(before.seal('x', 'p'), 'p')).toBe('x');
    expect(after.hash('310101198001010030', 'id')).toEqual(before.hash('310101198001010030', 'id'));
    expect(() => before.open(after.seal('x', 'p'), 'p')).toThrow(
      /master key [0-9a-f]{8} that sealed p is not configured/,
    );
  });
});
