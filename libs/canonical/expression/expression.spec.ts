import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EXPRESSION_LIMITS, ExpressionError } from './ast.js';
import { DecimalValue, evaluate, type Value } from './evaluate.js';
import { parseExpression } from './parse.js';
import { checkCall, TEXT_FUNCTIONS } from './text-functions.js';

function run(source: string, values: Record<string, Value> = {}): Value {
  return evaluate(parseExpression(source), {
    path: (parts) => values[parts.join('.')] ?? null,
    call: (n, evaluateNode) => {
      checkCall(n.name, n.args, n.at);
      return TEXT_FUNCTIONS[n.name]!.run(n.args.map(evaluateNode), n.at);
    },
  });
}
const n = (text: string) => new DecimalValue(text);

describe('evaluate', () => {
  it.each<[string, Value]>([
    ['1 + 2 * 3', n('7')],
    ['(1 + 2) * 3', n('9')],
    ['0.1 + 0.2 == 0.3', true],
    ['1.0 == 1', true],
    ['"1" == 1', false],
    ['not (1 < 2) or true and false', false],
    ['"b" in ["a", "b"]', true],
    ['x == null', true],
    ['x != null', false],
    ['x < 1', false],
    ['not (x < 1)', true],
    ['x + 1', null],
    ['x ? 1 : 2', n('2')],
    ['-5 < -4', true],
    ['"陈" + "晓"', '陈晓'],
    ['coalesce(x, "", "y")', 'y'],
    ['substring("一二三四", 1, 2)', '二三'],
    ['upper(x)', null],
    ['concat("a", x, 1)', 'a1'],
    ['"say \\"hi\\""', 'say "hi"'],
  ])('%s', (source, value) => {
    expect(run(source)).toEqual(value);
  });

  it.each([
    ['1 <', 'ends too early'],
    ['1 < 2 < 3', 'do not chain'],
    ['"abc', 'not closed'],
    ['30x', 'is no number'],
    ['a..b', 'a name is expected'],
    ['"a" < 1', 'cannot be ordered'],
    ['1 and true', 'a condition is expected'],
    ['"a" * 2', 'needs two numbers'],
    ['nope(1)', 'there is no function'],
    ['upper()', 'takes 1 arguments'],
    ['a = 1', 'is not understood'],
  ])('%s is refused: %s', (source, reason) => {
    expect(() => run(source)).toThrow(reason);
  });

  it('names the place of a fault', () => {
    expect(() => parseExpression('a == 1 &&')).toThrow(new ExpressionError('the expression ends too early', 9));
  });

  it('bounds what an expression can cost', () => {
    expect(() => parseExpression('1'.repeat(EXPRESSION_LIMITS.sourceLength + 1))).toThrow('longer than');
    expect(() => parseExpression(Array.from({ length: 300 }, () => '1').join('+'))).toThrow('more than 500 parts');
    expect(() => parseExpression(`${'('.repeat(2000)}1${')'.repeat(2000)}`)).toThrow('nested too deeply');
    const doubling = 'concat(a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a)';
    expect(() => run(doubling, { a: 'x'.repeat(5000) })).toThrow('grows beyond');
  });

  it('never fails in any other way than by ExpressionError', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (source) => {
        try {
          run(source, { a: 'x', b: n('1'), c: true });
        } catch (e) {
          expect(e).toBeInstanceOf(ExpressionError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
