/**
 * Parses JSON without losing a digit: a number that JavaScript cannot hold exactly comes back as its text. The check
 * for such numbers costs one pass of a linear pattern; only records that have one pay for the reviver.
 */
export function readJson(text: string): unknown {
  if (!MAY_LOSE_DIGITS.test(text)) return JSON.parse(text);
  return JSON.parse(text, ((_key: string, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && context?.source !== undefined && String(value) !== context.source
      ? plainNumber(context.source)
      : value) as (key: string, value: unknown) => unknown);
}

/** Sixteen or more digits in a row (with or without a point), an exponent, or trailing zeros of a fraction. */
const MAY_LOSE_DIGITS = /\d[\d.]{15}|\d[eE][+-]?\d/;

/** Writes a JSON number without an exponent: `1.5e3` is `1500`. */
function plainNumber(source: string): string {
  const m = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d+)$/.exec(source);
  if (!m) return source;
  const [, sign = '', whole = '', fraction = ''] = m;
  const exponent = Number(m[4]);
  if (Math.abs(exponent) > 40) return source;
  const digits = whole + fraction;
  const point = whole.length + exponent;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits + '0'.repeat(point - digits.length);
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
