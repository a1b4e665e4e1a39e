import Big from 'big.js';

/**
 * Money, prices, rates and quantities are decimal strings: exact, of at most 20 digits before and 10 after the point
 * (PostgreSQL `numeric(30,10)`). A JavaScript number never stands for one.
 */
export type Decimal = string;

const SHAPE = /^[+-]?\d+(\.\d+)?$/;
const MAX_INTEGER_DIGITS = 20;
const MAX_FRACTION_DIGITS = 10;

/**
 * The canonical spelling of a decimal ("+007.50" is "7.5", "-0" is "0"), or undefined when `text` is not one or has
 * more digits than are kept. Exponents, separators and blanks are not accepted: say so in the mapping instead.
 */
export function parseDecimal(text: string): Decimal | undefined {
  if (!SHAPE.test(text)) return undefined;
  const negative = text.startsWith('-');
  const [whole = '', fraction = ''] = text.replace(/^[+-]/, '').split('.');
  const integer = whole.replace(/^0+(?=\d)/, '');
  const decimals = fraction.replace(/0+$/, '');
  if (integer.length > MAX_INTEGER_DIGITS || decimals.length > MAX_FRACTION_DIGITS) return undefined;
  const magnitude = decimals === '' ? integer : `${integer}.${decimals}`;
  return negative && magnitude !== '0' ? `-${magnitude}` : magnitude;
}

/** Moves the point: a value in 万元 is `scaleDecimal(value, 4)` yuan. Exact. */
export function scaleDecimal(value: Decimal, tens: number): Decimal | undefined {
  return parseDecimal(new Big(value).times(new Big(10).pow(tens)).toFixed());
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  return plain(new Big(a).plus(b));
}

export function subtractDecimals(a: Decimal, b: Decimal): Decimal {
  return plain(new Big(a).minus(b));
}

export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  return plain(new Big(a).times(b));
}

/** -1, 0 or 1. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  return new Big(a).cmp(b);
}

function plain(n: Big): Decimal {
  return n.eq(0) ? '0' : n.toFixed();
}
