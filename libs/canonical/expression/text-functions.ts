import { parseDecimal } from '../decimal.js';
import { ExpressionError, type Node } from './ast.js';
import { bounded, DecimalValue, describe, describeZh, type Value } from './evaluate.js';

type Function = { readonly least: number; readonly most: number; run(args: readonly Value[], at: number): Value };

const text = (v: Value, at: number): string => {
  if (typeof v !== 'string')
    throw new ExpressionError(`a text is expected, found ${describe(v)}`, at, `此处应为文本，实际为${describeZh(v)}`);
  return v;
};
const overText = (f: (t: string) => Value): Function => ({
  least: 1,
  most: 1,
  run: ([v = null], at) => (v === null ? null : f(text(v, at))),
});

/**
 * The pure functions that mapping expressions may call. Each runs in time linear in its arguments. Null in, null out,
 * except `coalesce` and `concat`.
 */
export const TEXT_FUNCTIONS: Record<string, Function> = {
  trim: overText((t) => t.trim()),
  upper: overText((t) => t.toUpperCase()),
  lower: overText((t) => t.toLowerCase()),
  size: overText((t) => new DecimalValue(String([...t].length))),
  decimal: overText((t) => {
    const d = parseDecimal(t);
    return d === undefined ? null : new DecimalValue(d);
  }),
  string: {
    least: 1,
    most: 1,
    run: ([v = null], at) =>
      v === null ? null : v instanceof DecimalValue ? v.value : typeof v === 'boolean' ? String(v) : text(v, at),
  },
  coalesce: { least: 1, most: 10, run: (args) => args.find((v) => v !== null && v !== '') ?? null },
  concat: {
    least: 1,
    most: 20,
    run: (args, at) =>
      bounded(args.map((v) => (v === null ? '' : v instanceof DecimalValue ? v.value : text(v, at))).join(''), at),
  },
  contains: two((t, part) => t.includes(part)),
  startsWith: two((t, part) => t.startsWith(part)),
  endsWith: two((t, part) => t.endsWith(part)),
  /** `substring(text, start, length)`, counted in characters from 0. */
  substring: {
    least: 2,
    most: 3,
    run: ([v = null, from = null, length = null], at) => {
      if (v === null) return null;
      const start = whole(from, at);
      return [...text(v, at)].slice(start, length === null ? undefined : start + whole(length, at)).join('');
    },
  },
};

function two(f: (t: string, part: string) => boolean): Function {
  return {
    least: 2,
    most: 2,
    run: ([v = null, part = null], at) => (v === null || part === null ? null : f(text(v, at), text(part, at))),
  };
}

function whole(v: Value, at: number): number {
  const n = v instanceof DecimalValue ? Number(v.value) : Number.NaN;
  if (!Number.isInteger(n) || n < 0) throw new ExpressionError('a whole number is expected', at, '此处应为整数');
  return n;
}

/** Checks name and number of arguments when the expression is written, not when it first runs. */
export function checkCall(name: string, args: readonly Node[], at: number): Function {
  const f = Object.hasOwn(TEXT_FUNCTIONS, name) ? TEXT_FUNCTIONS[name] : undefined;
  if (!f)
    throw new ExpressionError(
      `there is no function "${name}"; there are ${Object.keys(TEXT_FUNCTIONS).join(', ')}`,
      at,
      `没有函数 "${name}"；可用：${Object.keys(TEXT_FUNCTIONS).join(', ')}`,
    );
  if (args.length < f.least || args.length > f.most)
    throw new ExpressionError(
      `${name} takes ${f.least === f.most ? f.least : `${f.least} to ${f.most}`} arguments, found ${args.length}`,
      at,
      `${name} 需要 ${f.least === f.most ? f.least : `${f.least} 至 ${f.most}`} 个参数，实际为 ${args.length} 个`,
    );
  return f;
}
