import { CLIENT_FIELD_NAMES, CLIENT_FIELDS, type ClientFieldName, type ClientFields } from '#canonical';
import type { FieldLineage } from './lineage.js';
import { decideField, distinctStatements, type FieldDecision, MOST_IN_LIST } from './survivorship/decide-field.js';
import { SHIPPED_POLICY, type SurvivorshipPolicy } from './survivorship/policy.js';
import { attributeField, attributeOf, type Pin, type StatedFields, type Statement } from './survivorship/statement.js';

export interface Golden {
  readonly fields: ClientFields;
  readonly idDocumentHash: string | undefined;
  readonly attributes: Record<string, string>;
  readonly lineage: Record<string, FieldLineage>;
}

/**
 * The golden client as a pure function of what its sources state, what people pinned, and the policy: the same for every
 * order in which they come, and however often one comes. A pin wins, the newest if there are two; else the rules of the
 * policy decide one after the other, and at last the spelling of the source key. Empty values never win. Lists are the
 * union in that order.
 */
export function golden(
  statements: readonly Statement[],
  pins: readonly Pin[] = [],
  policy: SurvivorshipPolicy = SHIPPED_POLICY,
): Golden {
  const distinct = distinctStatements(statements);
  const fields: Record<string, string | string[]> = {};
  const lineage: Record<string, FieldLineage> = {};
  let idDocumentHash: string | undefined;
  for (const name of CLIENT_FIELD_NAMES) {
    const decided = decideField(name, distinct, pins, policy);
    if (!decided) continue;
    const best = winnerOf(decided).fields;
    fields[name] =
      CLIENT_FIELDS[name].type === 'list' && !decided.pin
        ? union(decided.contest.ranked().map((s) => s.fields[name] as string[]))
        : (best[name] as string | string[]);
    lineage[name] = lineageOf(decided);
    if (name === 'idDocument') idDocumentHash = best.idDocumentHash;
  }
  const attributes: Record<string, string> = {};
  for (const name of attributeNames(distinct, pins)) {
    const field = attributeField(name);
    const decided = decideField(field, distinct, pins, policy);
    if (!decided) continue;
    attributes[name] = winnerOf(decided).fields.attributes![name]!;
    lineage[field] = lineageOf(decided);
  }
  return { fields: fields as { [K in ClientFieldName]?: never }, idDocumentHash, attributes, lineage };
}

/** Attributes that anybody states, in one order. */
export function attributeNames(statements: readonly Statement[], pins: readonly Pin[]): string[] {
  const stated = statements.flatMap((s) => Object.keys(s.fields.attributes ?? {}));
  return [...new Set([...stated, ...pins.flatMap((p) => attributeOf(p.field) ?? [])])].sort();
}

function winnerOf(decided: FieldDecision): { readonly fields: StatedFields } {
  return decided.pin ?? decided.best!;
}

function union(lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())].slice(0, MOST_IN_LIST);
}

function lineageOf({ pin, best, rule }: FieldDecision): FieldLineage {
  if (pin) return { pin: pin.id, rule: 'pin' };
  const { system, stream, key, record, mapping } = best!;
  return { system, stream, key, record, mapping, rule: rule as Exclude<typeof rule, 'pin'> };
}
