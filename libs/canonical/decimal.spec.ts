import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addDecimals,
  compareDecimals,
  multiplyDecimals,
  parseDecimal,
  scaleDecimal,
  subtractDecimals,
} from './decimal.js';

describe('parseDecimal', () => {
  it.each([
    ['+007.50', '7.5'],
    ['-0', '0'],
    ['-0.000', '0'],
    ['12345678901234567890.0123456789', '12345678901234567890.0123456789'],
    ['0.1', '0.1'],
  ])('reads %s as %s', (text, canonical) => {
    expect(parseDecimal(text)).toBe(canonical);
  });

  it.each(['', '1e3', '1,000', ' 1', '.5', '5.', '0x10', 'NaN', '123456789012345678901', '0.12345678901'])(
    'refuses %j',
    (text) => {
      expect(parseDecimal(text)).toBeUndefined();
    },
  );
});

const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.integer({ min: 0, max: 9 }))
  .map(([n, places]) => {
    const digits = (n < 0n ? -n : n).toString().padStart(places + 1, '0');
    const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
    return { text: n < 0n ? `-${text}` : text, value: n * 10n ** BigInt(18 - places) };
  });
const unit = 10n ** 18n;
const exact = (text: string) => {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const n = BigInt(whole) * unit + BigInt(fraction.padEnd(18, '0'));
  return text.startsWith('-') ? -n : n;
};

describe('decimal arithmetic', () => {
  it('agrees with whole-number arithmetic on any two decimals', () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        expect(exact(addDecimals(a.text, b.text))).toBe(a.value + b.value);
        expect(exact(subtractDecimals(a.text, b.text))).toBe(a.value - b.value);
        expect(exact(multiplyDecimals(a.text, b.text)) * unit).toBe(a.value * b.value);
        expect(Math.sign(compareDecimals(a.text, b.text))).toBe(a.value < b.value ? -1 : a.value > b.value ? 1 : 0);
      }),
    );
  });

  it('moves the point without rounding', () => {
    expect(scaleDecimal('12.345678', 4)).toBe('123456.78');
    expect(scaleDecimal('1', -4)).toBe('0.0001');
  });
});
