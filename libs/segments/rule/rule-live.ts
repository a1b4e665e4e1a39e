import { type CallNode, type ClientFieldName, type Day, DecimalValue, evaluate, truth, type Value } from '#canonical';
import { fieldOfHas, type Rule } from './rule.js';
import { termDefault } from './term-sql.js';

/** What the live evaluator knows of one client: its own fields, and the values of the rule's terms. */
export interface Profile {
  readonly fields: Readonly<Record<string, string | readonly string[] | null>>;
  readonly attributes: Readonly<Record<string, string>>;
  /** By index of the term; undefined when the client has no row for it. */
  readonly terms: readonly (string | undefined)[];
}

/** The live evaluator: does this one client match now? Agrees with `ruleToSql` on every client. */
export function matches(rule: Rule, profile: Profile, asOf: Day): boolean {
  return truth(
    evaluate(rule.tree, {
      path: ([first = '', second = '']): Value => {
        if (first === 'attributes')
          return Object.hasOwn(profile.attributes, second) ? profile.attributes[second]! : null;
        if (first === 'today') return asOf;
        return (profile.fields[first] as string | null | undefined) ?? null;
      },
      call: (node): Value =>
        node.name === 'has' ? hasValue(profile, fieldOfHas(node)) : termValue(rule, profile, node),
    }),
  );
}

function termValue(rule: Rule, profile: Profile, node: CallNode): Value {
  const index = rule.termOf.get(node)!;
  const term = rule.terms[index]!;
  const v = profile.terms[index] ?? termDefault(term);
  if (v === undefined) return null;
  return term.fn === 'consent' ? v : new DecimalValue(v);
}

function hasValue(profile: Profile, field: ClientFieldName): boolean {
  const v = profile.fields[field];
  return Array.isArray(v) ? v.length > 0 : v !== null && v !== undefined;
}
