import {
  type CallNode,
  checkCall,
  DecimalValue,
  evaluate,
  ExpressionError,
  type Node,
  parseDecimal,
  parseExpression,
  type Scope,
  TEXT_FUNCTIONS,
  type Value,
  walk,
} from '#canonical';
import type { Spoken, Words } from '#platform';

/** Output path → expression. Paths are names joined by dots: `{"who.id": "data.client", "text": "type + \" \" + subject"}`. */
export type TransformSource = Readonly<Record<string, string>>;

/** A fault in one rule of a transformation. */
export class TransformFault extends Error implements Spoken {
  readonly words: Words;
  constructor(
    readonly path: string,
    { en, zh }: Words,
  ) {
    super(`${path}: ${en}`);
    this.name = 'TransformFault';
    this.words = { en: this.message, zh: `${path}：${zh}` };
  }
}

const MOST_RULES = 100;
const PATH = /^[A-Za-z_][\w-]{0,59}(\.[A-Za-z_][\w-]{0,59}){0,4}$/;
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Compiles a transformation of a message: each rule gives one place of the new body a value, in the bounded expression
 * language that mappings use. A rule that gives nothing leaves its place out.
 *
 * @returns a pure function from the message to the new body; it throws TransformFault for a message it cannot read.
 * @throws TransformFault for a rule that cannot work.
 */
export function compileTransform(source: TransformSource): (message: unknown) => Record<string, unknown> {
  const entries = Object.entries(source);
  if (entries.length === 0)
    throw new TransformFault('transform', { en: 'at least one rule is needed', zh: '至少需要一条规则' });
  if (entries.length > MOST_RULES)
    throw new TransformFault('transform', {
      en: `at most ${MOST_RULES} rules are allowed`,
      zh: `最多 ${MOST_RULES} 条规则`,
    });
  const rules = entries.map(([path, text]) => {
    const steps = path.split('.');
    if (!PATH.test(path) || steps.some((s) => FORBIDDEN.has(s)))
      throw new TransformFault(path, {
        en: 'a path is up to five names joined by dots',
        zh: '位置由至多五个以点连接的名称组成',
      });
    return { path, steps, tree: parsed(path, text) };
  });
  for (const a of rules)
    for (const b of rules)
      if (a !== b && (b.path + '.').startsWith(a.path + '.'))
        throw new TransformFault(b.path, { en: `"${a.path}" already has this place`, zh: `该位置已由“${a.path}”占用` });
  return (message) => {
    const out: Record<string, unknown> = {};
    const scope = new MessageScope(message);
    for (const { path, steps, tree } of rules) {
      let value: Value;
      try {
        value = evaluate(tree, scope);
      } catch (e) {
        if (e instanceof ExpressionError) throw new TransformFault(path, e.words);
        throw e;
      }
      if (value !== null) put(out, steps, plain(value));
    }
    return out;
  };
}

function parsed(path: string, text: string): Node {
  try {
    const tree = parseExpression(text);
    walk(tree, (n) => {
      if (n.kind === 'call') checkCall(n.name, n.args, n.at);
    });
    return tree;
  } catch (e) {
    if (e instanceof ExpressionError) throw new TransformFault(path, e.words);
    throw e;
  }
}

class MessageScope implements Scope {
  constructor(private readonly message: unknown) {}

  path(parts: readonly string[], at: number): Value {
    let found = this.message;
    for (const part of parts) {
      if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part)) return null;
      found = (found as Record<string, unknown>)[part];
    }
    return valueOf(found, at);
  }

  call(node: CallNode, run: (n: Node) => Value): Value {
    return TEXT_FUNCTIONS[node.name]!.run(node.args.map(run), node.at);
  }
}

function valueOf(raw: unknown, at: number): Value {
  if (raw === undefined || raw === null) return null;
  if (typeof raw === 'string' || typeof raw === 'boolean') return raw;
  if (typeof raw === 'number') {
    const d = parseDecimal(String(raw));
    if (d !== undefined) return new DecimalValue(d);
  }
  if (Array.isArray(raw) && raw.length <= 1000) return raw.map((v) => valueOf(v, at));
  throw new ExpressionError(
    'a value that is neither text, number nor list',
    at,
    '此处的值既不是文本、数字，也不是列表',
  );
}

/** Numbers that JSON's doubles hold exactly stay numbers; others become texts, so that none loses a digit. */
function plain(v: Value): unknown {
  if (v instanceof DecimalValue) return String(Number(v.value)) === v.value ? Number(v.value) : v.value;
  return Array.isArray(v) ? (v as readonly Value[]).map(plain) : v;
}

function put(out: Record<string, unknown>, steps: readonly string[], value: unknown): void {
  let at = out;
  for (const step of steps.slice(0, -1)) at = (at[step] ??= {}) as Record<string, unknown>;
  at[steps.at(-1)!] = value;
}
