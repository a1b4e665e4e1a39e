import { CLIENT_FIELDS, type ClientFieldName, type Day, type Node } from '#canonical';
import { fieldOfHas, type Rule, type RuleType } from './rule.js';
import { termDefault, termQuery, Values } from './term-sql.js';

const SQL_TYPE: Record<Exclude<RuleType, 'condition'>, string> = {
  text: 'text',
  day: 'date',
  decimal: 'numeric',
  null: 'text',
};

/**
 * The set-based evaluator: one statement that selects the ids of all clients that match. User input reaches it only
 * as parameters.
 */
export function ruleToSql(rule: Rule, asOf: Day, values = new Values()): { text: string; values: unknown[] } {
  const joins = rule.terms.map(
    (t, i) => `left join (${termQuery(t, asOf, values, '')}) t${i} on t${i}.client_id = c.id`,
  );
  const condition = new Compiler(rule, asOf, values).compile(rule.tree);
  return {
    text: `select c.id from client c\n${joins.join('\n')}\nwhere c.merged_into is null and ${condition}`,
    values: values.list,
  };
}

/** Column of a client field. */
export function columnOf(field: ClientFieldName): string {
  return field.replaceAll(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
}

class Compiler {
  constructor(
    private readonly rule: Rule,
    private readonly asOf: Day,
    private readonly values: Values,
  ) {}

  compile(n: Node): string {
    switch (n.kind) {
      case 'text':
        return this.values.add(n.value, this.rule.types.get(n) === 'day' ? 'date' : 'text');
      case 'decimal':
        return this.values.add(n.value, 'numeric');
      case 'boolean':
        return String(n.value);
      case 'null':
        return 'null';
      case 'path':
        return this.path(n.parts);
      case 'call':
        return this.call(n);
      case 'not':
        return `(not ${this.compile(n.operand)})`;
      case 'negate':
        return `(- ${this.compile(n.operand)})`;
      case 'choice':
        return `(case when ${this.compile(n.test)} then ${this.compile(n.yes)} else ${this.compile(n.no)} end)`;
      case 'binary':
        return this.binary(n);
      case 'list':
      case 'duration':
        throw new Error(`a ${n.kind} has no SQL of its own`);
    }
  }

  private path([first = '', second]: readonly string[]): string {
    if (first === 'attributes') return `(c.attributes ->> ${this.values.add(second, 'text')})`;
    if (first === 'today') return this.values.add(this.asOf, 'date');
    return `c.${columnOf(first as ClientFieldName)}`;
  }

  private call(n: Node & { kind: 'call' }): string {
    if (n.name === 'has') {
      const field = fieldOfHas(n);
      return CLIENT_FIELDS[field].type === 'list'
        ? `(cardinality(c.${columnOf(field)}) > 0)`
        : `(c.${columnOf(field)} is not null)`;
    }
    const i = this.rule.termOf.get(n)!;
    const fallback = termDefault(this.rule.terms[i]!);
    return fallback === undefined ? `t${i}.v` : `coalesce(t${i}.v, ${fallback})`;
  }

  /** Two-valued, as in `evaluate`: a comparison with nothing is false, and nothing equals only nothing. */
  private binary(n: Node & { kind: 'binary' }): string {
    const left = this.compile(n.left);
    if (n.op === 'in') {
      const items = n.right.kind === 'list' ? n.right.items.map((i) => (i as Node & { kind: 'text' }).value) : [];
      return `coalesce(${left} = any(${this.values.add(items, 'text[]')}), false)`;
    }
    const right = this.compile(n.right);
    switch (n.op) {
      case '&&':
        return `(${left} and ${right})`;
      case '||':
        return `(${left} or ${right})`;
      case '==':
        return `(${this.typed(n.left, left)} is not distinct from ${this.typed(n.right, right)})`;
      case '!=':
        return `(${this.typed(n.left, left)} is distinct from ${this.typed(n.right, right)})`;
      case '+':
      case '-':
      case '*':
        return `(${left} ${n.op} ${right})`;
      default:
        return `coalesce(${left} ${n.op} ${right}, false)`;
    }
  }

  /** A bare null takes any type. */
  private typed(n: Node, sql: string): string {
    const type = this.rule.types.get(n);
    return n.kind === 'null' || type === undefined || type === 'condition' ? sql : `${sql}::${SQL_TYPE[type]}`;
  }
}
