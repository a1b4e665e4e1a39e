/**
 * The syntax tree of the one expression language of the product: a typed subset of CEL (https://cel.dev) without
 * macros, loops, recursion or regular expressions, so that every expression ends, and its cost is bounded by its
 * size. Mapping rules and segment rules are written in it.
 */
export type Node =
  | { readonly kind: 'text'; readonly value: string; readonly at: number }
  | { readonly kind: 'decimal'; readonly value: string; readonly at: number }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly at: number }
  | { readonly kind: 'null'; readonly at: number }
  | { readonly kind: 'duration'; readonly count: number; readonly unit: DurationUnit; readonly at: number }
  | { readonly kind: 'list'; readonly items: readonly Node[]; readonly at: number }
  | { readonly kind: 'path'; readonly parts: readonly string[]; readonly at: number }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Node[]; readonly at: number }
  | { readonly kind: 'not' | 'negate'; readonly operand: Node; readonly at: number }
  | {
      readonly kind: 'binary';
      readonly op: BinaryOperator;
      readonly left: Node;
      readonly right: Node;
      readonly at: number;
    }
  | { readonly kind: 'choice'; readonly test: Node; readonly yes: Node; readonly no: Node; readonly at: number };

/** `d` calendar days, `td` trading days. */
export type DurationUnit = 'd' | 'td';

export type BinaryOperator = '&&' | '||' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | '+' | '-' | '*';

/** Bounds of every expression. */
export const EXPRESSION_LIMITS = { sourceLength: 8192, nodes: 500, depth: 40, textLength: 65_536 } as const;

/** A fault in an expression, with the place in its source. */
export class ExpressionError extends Error {
  /** What is wrong, in both languages. */
  readonly reason: { readonly en: string; readonly zh: string };

  constructor(
    en: string,
    /** Offset in the source, in UTF-16 units. */
    readonly at: number,
    /** The same for those who read Chinese. */
    zh = en,
  ) {
    super(`${en} (at character ${at + 1})`);
    this.name = 'ExpressionError';
    this.reason = { en, zh };
  }

  /** With its place. */
  get words(): { readonly en: string; readonly zh: string } {
    return { en: this.message, zh: `${this.reason.zh}（第 ${this.at + 1} 个字符）` };
  }
}

/** Calls `visit` on the node and everything below it. */
export function walk(node: Node, visit: (n: Node) => void): void {
  visit(node);
  for (const child of children(node)) walk(child, visit);
}

function children(n: Node): readonly Node[] {
  switch (n.kind) {
    case 'list':
      return n.items;
    case 'call':
      return n.args;
    case 'not':
    case 'negate':
      return [n.operand];
    case 'binary':
      return [n.left, n.right];
    case 'choice':
      return [n.test, n.yes, n.no];
    default:
      return [];
  }
}
