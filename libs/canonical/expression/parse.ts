import { type BinaryOperator, type DurationUnit, EXPRESSION_LIMITS, ExpressionError, type Node } from './ast.js';
import { lex, type Token } from './lex.js';

/** Binary operators from the loosest to the tightest; comparisons do not chain. */
const LEVELS: readonly (readonly BinaryOperator[])[] = [
  ['||'],
  ['&&'],
  ['==', '!=', '<', '<=', '>', '>=', 'in'],
  ['+', '-'],
  ['*'],
];
const COMPARISONS = 2;

/** @throws ExpressionError with the place of the first fault. */
export function parseExpression(source: string): Node {
  const parser = new Parser(lex(source));
  const node = parser.expression();
  parser.expectEnd();
  return node;
}

class Parser {
  private position = 0;
  private nodes = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  expression(): Node {
    return this.nested(() => {
      const test = this.binary(0);
      if (!this.takes('?')) return test;
      const yes = this.expression();
      this.expect(':');
      const no = this.expression();
      return this.made({ kind: 'choice', test, yes, no, at: test.at });
    });
  }

  expectEnd(): void {
    const t = this.peek();
    if (t.type !== 'end')
      throw new ExpressionError(`"${t.text}" is not expected here`, t.at, `此处不应出现 "${t.text}"`);
  }

  private binary(level: number): Node {
    const operators = LEVELS[level];
    if (!operators) return this.unary();
    let left = this.binary(level + 1);
    for (;;) {
      const t = this.peek();
      const op = operators.find((o) => o === t.text && (t.type === 'symbol' || o === 'in'));
      if (!op) return left;
      this.position++;
      const right = this.binary(level + 1);
      left = this.made({ kind: 'binary', op, left, right, at: t.at });
      if (level !== COMPARISONS) continue;
      const next = this.peek();
      if (operators.some((o) => o === next.text && next.type === 'symbol'))
        throw new ExpressionError(
          'comparisons do not chain; join two of them with &&',
          next.at,
          '比较不能连写；请用 && 连接两个比较',
        );
    }
  }

  private unary(): Node {
    const t = this.peek();
    const kind = this.takes('!') ? 'not' : this.takes('-') ? 'negate' : undefined;
    if (kind === undefined) return this.primary();
    return this.made({ kind, operand: this.nested(() => this.unary()), at: t.at });
  }

  private primary(): Node {
    const t = this.next();
    switch (t.type) {
      case 'number':
        return this.made({ kind: 'decimal', value: t.text, at: t.at });
      case 'duration': {
        const unit: DurationUnit = t.text.endsWith('td') ? 'td' : 'd';
        const count = Number(t.text.slice(0, -unit.length));
        if (!Number.isInteger(count) || count > 3660)
          throw new ExpressionError('a window has at most 3660 whole days', t.at, '时间窗口最多 3660 个整天');
        return this.made({ kind: 'duration', count, unit, at: t.at });
      }
      case 'text':
        return this.made({ kind: 'text', value: t.text, at: t.at });
      case 'name':
        return this.named(t);
      case 'symbol':
        if (t.text === '(') {
          const inner = this.expression();
          this.expect(')');
          return inner;
        }
        if (t.text === '[') return this.made({ kind: 'list', items: this.sequence(']'), at: t.at });
        break;
      case 'end':
        throw new ExpressionError('the expression ends too early', t.at, '表达式不完整');
    }
    throw new ExpressionError(`"${t.text}" is not expected here`, t.at, `此处不应出现 "${t.text}"`);
  }

  private named(t: Token): Node {
    if (t.text === 'true' || t.text === 'false')
      return this.made({ kind: 'boolean', value: t.text === 'true', at: t.at });
    if (t.text === 'null') return this.made({ kind: 'null', at: t.at });
    const parts = [t.text];
    while (this.takes('.')) {
      const part = this.next();
      if (part.type !== 'name') throw new ExpressionError('a name is expected after "."', part.at, '"." 之后应为名称');
      parts.push(part.text);
    }
    if (!this.takes('(')) return this.made({ kind: 'path', parts, at: t.at });
    return this.made({ kind: 'call', name: parts.join('.'), args: this.sequence(')'), at: t.at });
  }

  private sequence(close: string): Node[] {
    const items: Node[] = [];
    if (this.takes(close)) return items;
    do items.push(this.expression());
    while (this.takes(','));
    this.expect(close);
    return items;
  }

  private made<N extends Node>(node: N): N {
    if (++this.nodes > EXPRESSION_LIMITS.nodes)
      throw new ExpressionError(
        `the expression has more than ${EXPRESSION_LIMITS.nodes} parts`,
        node.at,
        `表达式超过 ${EXPRESSION_LIMITS.nodes} 个部分`,
      );
    return node;
  }

  /** Checked on the way down, so that no source can exhaust the stack. */
  private nested(parse: () => Node): Node {
    if (++this.depth > EXPRESSION_LIMITS.depth)
      throw new ExpressionError('the expression is nested too deeply', this.peek().at, '表达式嵌套过深');
    const node = parse();
    this.depth--;
    return node;
  }

  private peek(): Token {
    return this.tokens[this.position]!;
  }

  private next(): Token {
    const t = this.peek();
    if (t.type !== 'end') this.position++;
    return t;
  }

  private takes(symbol: string): boolean {
    const t = this.peek();
    if (t.type !== 'symbol' || t.text !== symbol) return false;
    this.position++;
    return true;
  }

  private expect(symbol: string): void {
    const t = this.peek();
    if (!this.takes(symbol))
      throw new ExpressionError(
        `"${symbol}" is expected, found "${t.text || 'the end'}"`,
        t.at,
        `应为 "${symbol}"，实际为 "${t.text || '结尾'}"`,
      );
  }
}
