import { addDecimals, compareDecimals, multiplyDecimals, parseDecimal, subtractDecimals } from '../decimal.js';
import { type BinaryOperator, EXPRESSION_LIMITS, ExpressionError, type Node } from './ast.js';

/** A decimal while an expression runs; texts and decimals are different types. */
export class DecimalValue {
  constructor(readonly value: string) {}
}

export type CallNode = Node & { readonly kind: 'call' };

export type Value = string | boolean | null | DecimalValue | readonly Value[];

export interface Scope {
  /** The value a path names; null when it is absent. */
  path(parts: readonly string[], at: number): Value;
  /** Runs a function of the language's host. */
  call(node: CallNode, run: (n: Node) => Value): Value;
}

/**
 * Evaluates a tree. The rules are those that SQL can match exactly, so that a rule means the same live and over a
 * whole table:
 * - `==` and `!=` are two-valued: null equals only null; values of different types are not equal.
 * - an ordered comparison with null is false; arithmetic with null is null; null as a condition is false.
 * - decimals are exact; there is no division.
 *
 * @throws ExpressionError when types do not fit.
 */
export function evaluate(node: Node, scope: Scope): Value {
  const run = (n: Node): Value => {
    switch (n.kind) {
      case 'text':
      case 'boolean':
        return n.value;
      case 'decimal':
        return new DecimalValue(normal(n.value, n.at));
      case 'null':
        return null;
      case 'duration':
        throw new ExpressionError('a window can only be an argument of a function', n.at, '时间窗口只能作为函数的参数');
      case 'list':
        return n.items.map(run);
      case 'path':
        return scope.path(n.parts, n.at);
      case 'call':
        return scope.call(n, run);
      case 'not':
        return !truth(run(n.operand), n.at);
      case 'negate':
        return arithmetic('-', new DecimalValue('0'), run(n.operand), n.at);
      case 'choice':
        return truth(run(n.test), n.at) ? run(n.yes) : run(n.no);
      case 'binary':
        if (n.op === '&&') return truth(run(n.left), n.at) && truth(run(n.right), n.at);
        if (n.op === '||') return truth(run(n.left), n.at) || truth(run(n.right), n.at);
        return binary(n.op, run(n.left), run(n.right), n.at);
    }
  };
  return run(node);
}

/** A condition's value: null is false. */
export function truth(v: Value, at = 0): boolean {
  if (v === null) return false;
  if (typeof v !== 'boolean')
    throw new ExpressionError(
      `a condition is expected, found ${describe(v)}`,
      at,
      `此处应为条件，实际为${describeZh(v)}`,
    );
  return v;
}

function binary(op: BinaryOperator, left: Value, right: Value, at: number): Value {
  switch (op) {
    case '==':
      return same(left, right);
    case '!=':
      return !same(left, right);
    case 'in':
      if (right === null) return false;
      if (!Array.isArray(right))
        throw new ExpressionError(
          `"in" needs a list, found ${describe(right)}`,
          at,
          `"in" 需要列表，实际为${describeZh(right)}`,
        );
      return left !== null && (right as readonly Value[]).some((item) => same(left, item));
    case '+':
      if (typeof left === 'string' && typeof right === 'string') return bounded(left + right, at);
      return arithmetic(op, left, right, at);
    case '-':
    case '*':
      return arithmetic(op, left, right, at);
    default:
      return ordered(op, left, right, at);
  }
}

function same(a: Value, b: Value): boolean {
  if (a instanceof DecimalValue && b instanceof DecimalValue) return compareDecimals(a.value, b.value) === 0;
  return a === b;
}

function ordered(op: BinaryOperator, a: Value, b: Value, at: number): boolean {
  if (a === null || b === null) return false;
  let order: number;
  if (a instanceof DecimalValue && b instanceof DecimalValue) order = compareDecimals(a.value, b.value);
  else if (typeof a === 'string' && typeof b === 'string') order = a < b ? -1 : a > b ? 1 : 0;
  else
    throw new ExpressionError(
      `${describe(a)} and ${describe(b)} cannot be ordered`,
      at,
      `${describeZh(a)}与${describeZh(b)}无法比较大小`,
    );
  return op === '<' ? order < 0 : op === '<=' ? order <= 0 : op === '>' ? order > 0 : order >= 0;
}

function arithmetic(op: '+' | '-' | '*', a: Value, b: Value, at: number): Value {
  if (a === null || b === null) return null;
  if (!(a instanceof DecimalValue) || !(b instanceof DecimalValue))
    throw new ExpressionError(
      `"${op}" needs two numbers, found ${describe(a)} and ${describe(b)}`,
      at,
      `"${op}" 需要两个数字，实际为${describeZh(a)}与${describeZh(b)}`,
    );
  const run = op === '+' ? addDecimals : op === '-' ? subtractDecimals : multiplyDecimals;
  const result = run(a.value, b.value);
  if (result.length > 200) throw new ExpressionError('a number grows too long', at, '数字位数过多');
  return new DecimalValue(result);
}

function normal(literal: string, at: number): string {
  const d = parseDecimal(literal);
  if (d === undefined) throw new ExpressionError(`"${literal}" has too many digits`, at, `"${literal}" 位数过多`);
  return d;
}

export function bounded(text: string, at: number): string {
  if (text.length > EXPRESSION_LIMITS.textLength)
    throw new ExpressionError(
      `a text grows beyond ${EXPRESSION_LIMITS.textLength} characters`,
      at,
      `文本超过 ${EXPRESSION_LIMITS.textLength} 个字符`,
    );
  return text;
}

/** The same for those who read Chinese. */
export function describeZh(v: Value): string {
  if (v === null) return '空值';
  if (v instanceof DecimalValue) return '数字';
  if (typeof v === 'string') return '文本';
  return typeof v === 'boolean' ? '条件' : '列表';
}

export function describe(v: Value): string {
  if (v === null) return 'nothing';
  if (v instanceof DecimalValue) return 'a number';
  if (typeof v === 'string') return 'a text';
  return typeof v === 'boolean' ? 'a condition' : 'a list';
}
