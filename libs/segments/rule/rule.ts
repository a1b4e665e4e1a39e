import {
  ASSET_PARTS,
  type AssetPart,
  CLIENT_FIELDS,
  type ClientFieldName,
  CONSENT_CHANNELS,
  type ConsentChannel,
  ExpressionError,
  isClientField,
  isDay,
  isMeasureKind,
  type MeasureKind,
  MEASURES,
  type Node,
  parseExpression,
} from '#canonical';

/** The type of a part of a rule. */
export type RuleType = 'text' | 'day' | 'decimal' | 'condition' | 'null';

/** A stretch of days that ends today (`30d` is today and the 29 days before it). */
export interface Window {
  readonly count: number;
  readonly unit: 'd' | 'td';
}

/**
 * A value that takes more than the client's own row: counted over a window, or read from consents and assets. Both
 * evaluators get it from the same SQL; what differs between them is who combines the values.
 */
export type Term =
  | { readonly fn: 'count' | 'sum'; readonly kind: MeasureKind; readonly window: Window }
  | { readonly fn: 'days_since'; readonly kind: MeasureKind }
  | { readonly fn: 'assets'; readonly part: AssetPart; readonly ago: Window }
  | { readonly fn: 'peak' | 'mean'; readonly part: AssetPart; readonly window: Window }
  | { readonly fn: 'consent'; readonly channel: ConsentChannel };

/** A rule that was parsed and checked: it can be evaluated on any client without an error. */
export interface Rule {
  readonly source: string;
  readonly tree: Node;
  /** Distinct terms; a call in the tree refers to one by `termOf`. */
  readonly terms: readonly Term[];
  readonly termOf: ReadonlyMap<Node, number>;
  readonly types: ReadonlyMap<Node, RuleType>;
}

const FUNCTIONS = {
  count: 'count(trade, 30d): how many in the window',
  sum: 'sum(cash.out, 30d): the amounts of the window',
  days_since: 'days_since(trade): days since the last one; nothing if there was none',
  assets: 'assets(net) or assets(net, 30d): the snapshot of now, or of then',
  peak: 'peak(net, 365d): the highest day of the window',
  mean: 'mean(net, 20td): the mean of the window, to four decimals',
  consent: 'consent(call): granted, denied, or nothing',
  has: 'has(phones): whether there is any',
} as const;

/** Names that a rule may use, for editors and messages. */
export const RULE_VOCABULARY = {
  fields: Object.keys(CLIENT_FIELDS).filter((f) => !['idDocument', 'phones', 'emails'].includes(f)),
  measures: Object.keys(MEASURES),
  assetParts: ASSET_PARTS,
  channels: CONSENT_CHANNELS,
  functions: FUNCTIONS,
};

/**
 * Parses and type-checks a segment rule, such as
 * `status == "active" and assets(net) < 0.7 * assets(net, 30d) and count(web.login, 14d) == 0`.
 *
 * @throws ExpressionError with the place of the fault.
 */
export function parseRule(source: string): Rule {
  const tree = parseExpression(source);
  const checker = new Checker();
  const type = checker.check(tree);
  if (type !== 'condition')
    throw new ExpressionError(
      `a segment rule is a condition; this is ${type}`,
      tree.at,
      `分群规则应为条件；此处为 ${type}`,
    );
  return { source, tree, terms: checker.terms, termOf: checker.termOf, types: checker.types };
}

class Checker {
  readonly terms: Term[] = [];
  readonly termOf = new Map<Node, number>();
  readonly types = new Map<Node, RuleType>();
  private readonly termIndex = new Map<string, number>();

  check(n: Node): RuleType {
    const type = this.typeOf(n);
    this.types.set(n, type);
    return type;
  }

  private typeOf(n: Node): RuleType {
    switch (n.kind) {
      case 'text':
        return 'text';
      case 'decimal':
        return 'decimal';
      case 'boolean':
        return 'condition';
      case 'null':
        return 'null';
      case 'duration':
        throw new ExpressionError(
          'a window can only be the argument of a function',
          n.at,
          '时间窗口只能作为函数的参数',
        );
      case 'list':
        throw new ExpressionError('a list can only stand after "in"', n.at, '列表只能出现在 "in" 之后');
      case 'path':
        return this.path(n);
      case 'call':
        return this.call(n);
      case 'not':
        this.expect(n.operand, 'condition');
        return 'condition';
      case 'negate':
        this.expect(n.operand, 'decimal');
        return 'decimal';
      case 'choice':
        this.expect(n.test, 'condition');
        return this.both(n.yes, n.no, n.at);
      case 'binary':
        return this.binary(n);
    }
  }

  private path(n: Node & { kind: 'path' }): RuleType {
    const [first = '', second] = n.parts;
    if (first === 'attributes' && n.parts.length === 2 && second) return 'text';
    if (first === 'today' && n.parts.length === 1) return 'day';
    if (n.parts.length === 1 && isClientField(first)) {
      const { type } = CLIENT_FIELDS[first];
      if (type === 'list')
        throw new ExpressionError(
          `${first} is a list; write has(${first})`,
          n.at,
          `${first} 是列表；请写 has(${first})`,
        );
      if (first === 'idDocument')
        throw new ExpressionError(
          'identity documents are sealed and cannot be part of a rule',
          n.at,
          '证件号码已加密，不能用于规则',
        );
      return type === 'day' ? 'day' : 'text';
    }
    throw new ExpressionError(
      `there is no field "${n.parts.join('.')}"; there are ${RULE_VOCABULARY.fields.join(', ')}, attributes.*`,
      n.at,
      `没有字段 "${n.parts.join('.')}"；可用：${RULE_VOCABULARY.fields.join(', ')}, attributes.*`,
    );
  }

  private binary(n: Node & { kind: 'binary' }): RuleType {
    switch (n.op) {
      case '&&':
      case '||':
        this.expect(n.left, 'condition');
        this.expect(n.right, 'condition');
        return 'condition';
      case '+':
      case '-':
      case '*':
        this.expect(n.left, 'decimal');
        this.expect(n.right, 'decimal');
        return 'decimal';
      case 'in':
        return this.membership(n);
      case '==':
      case '!=':
        this.comparable(n);
        return 'condition';
      default: {
        const type = this.comparable(n);
        if (type !== 'decimal' && type !== 'day')
          throw new ExpressionError(
            `${type} has no order; only numbers and days have`,
            n.at,
            `${type} 不能比较大小；仅数字与日期可以`,
          );
        return 'condition';
      }
    }
  }

  private membership(n: Node & { kind: 'binary' }): RuleType {
    const type = this.check(n.left);
    if (type !== 'text' || n.right.kind !== 'list')
      throw new ExpressionError(
        '"in" needs a text and a list of texts: tier in ["gold", "silver"]',
        n.at,
        '"in" 需要文本与文本列表：tier in ["gold", "silver"]',
      );
    for (const item of n.right.items)
      if (item.kind !== 'text')
        throw new ExpressionError('the list after "in" holds texts only', item.at, '"in" 之后的列表只能包含文本');
    return 'condition';
  }

  /** The common type of both sides; a text that is compared with a day must be one. */
  private comparable(n: Node & { kind: 'binary' }): RuleType {
    const left = this.check(n.left);
    const right = this.check(n.right);
    for (const [type, side] of [
      [left, n.right],
      [right, n.left],
    ] as const) {
      if (type !== 'day' || side.kind !== 'text') continue;
      if (!isDay(side.value))
        throw new ExpressionError(
          `"${side.value}" is no day; write it as 2026-01-05`,
          side.at,
          `"${side.value}" 不是日期；请写作 2026-01-05`,
        );
      this.types.set(side, 'day');
      return 'day';
    }
    return this.same(left, right, n.at);
  }

  private both(a: Node, b: Node, at: number): RuleType {
    return this.same(this.check(a), this.check(b), at);
  }

  private same(left: RuleType, right: RuleType, at: number): RuleType {
    if (left === 'null') return right;
    if (right === 'null') return left;
    if (left === 'condition' || right === 'condition') {
      if (left === right) return left;
    } else if (left === right) return left;
    throw new ExpressionError(`${left} and ${right} do not go together`, at, `${left} 与 ${right} 不能一起使用`);
  }

  private expect(n: Node, wanted: RuleType): void {
    const type = this.check(n);
    if (type !== wanted)
      throw new ExpressionError(`${wanted} is expected, found ${type}`, n.at, `应为 ${wanted}，实际为 ${type}`);
  }

  private call(n: Node & { kind: 'call' }): RuleType {
    switch (n.name) {
      case 'count':
      case 'sum':
        this.arity(n, 2, 2);
        return this.term(n, { fn: n.name, kind: measure(n.args[0]!), window: window(n.args[1]!) }, 'decimal');
      case 'days_since':
        this.arity(n, 1, 1);
        return this.term(n, { fn: 'days_since', kind: measure(n.args[0]!) }, 'decimal');
      case 'assets':
        this.arity(n, 1, 2);
        return this.term(
          n,
          { fn: 'assets', part: assetPart(n.args[0]!), ago: n.args[1] ? window(n.args[1]) : { count: 0, unit: 'd' } },
          'decimal',
        );
      case 'peak':
      case 'mean':
        this.arity(n, 2, 2);
        return this.term(n, { fn: n.name, part: assetPart(n.args[0]!), window: window(n.args[1]!) }, 'decimal');
      case 'consent': {
        this.arity(n, 1, 1);
        const channel = nameOf(n.args[0]!) as ConsentChannel;
        if (!CONSENT_CHANNELS.includes(channel))
          throw new ExpressionError(
            `there is no channel "${channel}"; there are ${CONSENT_CHANNELS.join(', ')}`,
            n.at,
            `没有渠道 "${channel}"；可用：${CONSENT_CHANNELS.join(', ')}`,
          );
        return this.term(n, { fn: 'consent', channel }, 'text');
      }
      case 'has':
        this.arity(n, 1, 1);
        if (!isClientField(nameOf(n.args[0]!)))
          throw new ExpressionError(
            `there is no field "${nameOf(n.args[0]!)}"`,
            n.at,
            `没有字段 "${nameOf(n.args[0]!)}"`,
          );
        return 'condition';
      default:
        throw new ExpressionError(
          `there is no function "${n.name}"; there are ${Object.keys(FUNCTIONS).join(', ')}`,
          n.at,
          `没有函数 "${n.name}"；可用：${Object.keys(FUNCTIONS).join(', ')}`,
        );
    }
  }

  private term(n: Node, term: Term, type: RuleType): RuleType {
    const name = JSON.stringify(term);
    let index = this.termIndex.get(name);
    if (index === undefined) {
      index = this.terms.push(term) - 1;
      this.termIndex.set(name, index);
    }
    this.termOf.set(n, index);
    return type;
  }

  private arity(n: Node & { kind: 'call' }, least: number, most: number): void {
    if (n.args.length < least || n.args.length > most)
      throw new ExpressionError(
        `${n.name} is used as ${FUNCTIONS[n.name as keyof typeof FUNCTIONS]}`,
        n.at,
        `${n.name} 的用法是 ${FUNCTIONS[n.name as keyof typeof FUNCTIONS]}`,
      );
  }
}

function nameOf(n: Node): string {
  if (n.kind === 'path') return n.parts.join('.');
  if (n.kind === 'text') return n.value;
  throw new ExpressionError('a name is expected', n.at, '此处应为名称');
}

function measure(n: Node): MeasureKind {
  const kind = nameOf(n);
  if (!isMeasureKind(kind))
    throw new ExpressionError(
      `there is no measure "${kind}"; there are ${Object.keys(MEASURES).join(', ')}`,
      n.at,
      `没有指标 "${kind}"；可用：${Object.keys(MEASURES).join(', ')}`,
    );
  return kind;
}

function assetPart(n: Node): AssetPart {
  const part = nameOf(n);
  if (!(ASSET_PARTS as readonly string[]).includes(part))
    throw new ExpressionError(
      `there is no asset part "${part}"; there are ${ASSET_PARTS.join(', ')}`,
      n.at,
      `没有资产项 "${part}"；可用：${ASSET_PARTS.join(', ')}`,
    );
  return part as AssetPart;
}

function window(n: Node): Window {
  if (n.kind !== 'duration')
    throw new ExpressionError('a window is expected, such as 30d or 20td', n.at, '此处应为时间窗口，如 30d 或 20td');
  if (n.count < 1) throw new ExpressionError('a window has at least one day', n.at, '时间窗口至少一天');
  return { count: n.count, unit: n.unit };
}

/** The field of `has(field)`. */
export function fieldOfHas(n: Node & { kind: 'call' }): ClientFieldName {
  return nameOf(n.args[0]!) as ClientFieldName;
}
