import { EXPRESSION_LIMITS, ExpressionError } from './ast.js';

export interface Token {
  readonly type: 'number' | 'duration' | 'text' | 'name' | 'symbol' | 'end';
  readonly text: string;
  readonly at: number;
}

const SYMBOLS = [
  '&&',
  '||',
  '==',
  '!=',
  '<=',
  '>=',
  '<',
  '>',
  '!',
  '+',
  '-',
  '*',
  '(',
  ')',
  '[',
  ']',
  ',',
  '.',
  '?',
  ':',
];
const NAME = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const NUMBER = /\d+(?:\.\d+)?/y;
const WORDS = new Map([
  ['and', '&&'],
  ['or', '||'],
  ['not', '!'],
]);
const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', '\\': '\\', '"': '"', "'": "'" };

/** Splits an expression into tokens. Words `and`, `or`, `not` may stand for `&&`, `||`, `!`. */
export function lex(source: string): Token[] {
  if (source.length > EXPRESSION_LIMITS.sourceLength)
    throw new ExpressionError(
      `the expression is longer than ${EXPRESSION_LIMITS.sourceLength} characters`,
      0,
      `表达式超过 ${EXPRESSION_LIMITS.sourceLength} 个字符`,
    );
  const tokens: Token[] = [];
  let at = 0;
  const match = (r: RegExp) => {
    r.lastIndex = at;
    return r.exec(source)?.[0];
  };
  while (at < source.length) {
    const c = source[at]!;
    if (/\s/.test(c)) {
      at++;
      continue;
    }
    const number = match(NUMBER);
    if (number !== undefined) {
      const start = at;
      at += number.length;
      const unit = match(NAME);
      if (unit === undefined) tokens.push({ type: 'number', text: number, at: start });
      else if (unit === 'd' || unit === 'td') tokens.push({ type: 'duration', text: number + unit, at: start });
      else
        throw new ExpressionError(
          `"${number}${unit}" is no number; a window is written 30d or 20td`,
          start,
          `"${number}${unit}" 不是数字；时间窗口写作 30d 或 20td`,
        );
      if (unit !== undefined) at += unit.length;
      continue;
    }
    const name = match(NAME);
    if (name !== undefined) {
      const word = WORDS.get(name);
      tokens.push(word ? { type: 'symbol', text: word, at } : { type: 'name', text: name, at });
      at += name.length;
      continue;
    }
    if (c === '"' || c === "'") {
      const [text, end] = readText(source, at);
      tokens.push({ type: 'text', text, at });
      at = end;
      continue;
    }
    const symbol = SYMBOLS.find((s) => source.startsWith(s, at));
    if (symbol === undefined) throw new ExpressionError(`"${c}" is not understood here`, at, `此处无法识别 "${c}"`);
    tokens.push({ type: 'symbol', text: symbol, at });
    at += symbol.length;
  }
  return [...tokens, { type: 'end', text: '', at: source.length }];
}

function readText(source: string, start: number): [text: string, end: number] {
  const quote = source[start]!;
  let text = '';
  for (let i = start + 1; i < source.length; i++) {
    const c = source[i]!;
    if (c === quote) return [text, i + 1];
    if (c !== '\\') {
      text += c;
      continue;
    }
    const escaped = ESCAPES[source[++i] ?? ''];
    if (escaped === undefined)
      throw new ExpressionError(`"\\${source[i] ?? ''}" is no escape`, i - 1, `"\\${source[i] ?? ''}" 不是有效的转义`);
    text += escaped;
  }
  throw new ExpressionError('a text is not closed', start, '文本缺少结束引号');
}
