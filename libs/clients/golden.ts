import { CLIENT_FIELD_NAMES, CLIENT_FIELDS, type ClientFieldName, type ClientFields } from '#canonical';
import type { FieldLineage } from './lineage.js';

/** What one source record states about a client, as stored: the identity document sealed, with its keyed hash. */
export interface StatedFields extends ClientFields {
  readonly idDocumentHash?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

export interface Statement {
  readonly system: number;
  /** Survivorship priority of the system; the smallest is believed first. */
  readonly priority: number;
  readonly stream: string;
  readonly key: string;
  readonly version: Date;
  readonly record: number;
  readonly mapping: number;
  readonly fields: StatedFields;
}

export interface Golden {
  readonly fields: ClientFields;
  readonly idDocumentHash: string | undefined;
  readonly attributes: Record<string, string>;
  readonly lineage: Record<string, FieldLineage>;
}

const MOST_IN_LIST = 10;

/**
 * The golden client as a pure function of what its sources state: most believed system first, then the newest
 * statement, then the spelling of the source key, so that there is exactly one answer whatever came first. Empty
 * values never win. Lists are the union in that order.
 */
export function golden(statements: readonly Statement[]): Golden {
  const ranked = [...statements].sort(byBelief);
  const fields: Record<string, string | string[]> = {};
  const lineage: Record<string, FieldLineage> = {};
  for (const name of CLIENT_FIELD_NAMES) {
    const stating = ranked.filter((s) => hasValue(s.fields[name]));
    const winner = stating[0];
    if (!winner) continue;
    if (CLIENT_FIELDS[name].type === 'list') {
      fields[name] = union(stating.map((s) => s.fields[name] as string[]));
      lineage[name] = from(winner, stating.length === 1 ? 'only' : 'union');
    } else {
      fields[name] = winner.fields[name] as string;
      lineage[name] = from(winner, ruleOf(stating));
    }
  }
  const attributes: Record<string, string> = {};
  for (const name of [...new Set(ranked.flatMap((s) => Object.keys(s.fields.attributes ?? {})))].sort()) {
    const stating = ranked.filter((s) => hasValue(s.fields.attributes?.[name]));
    if (!stating[0]) continue;
    attributes[name] = stating[0].fields.attributes![name]!;
    lineage[`attributes.${name}`] = from(stating[0], ruleOf(stating));
  }
  const idDocumentHash = ranked.find((s) => hasValue(s.fields.idDocument))?.fields.idDocumentHash;
  return { fields: fields as { [K in ClientFieldName]?: never }, idDocumentHash, attributes, lineage };
}

function byBelief(a: Statement, b: Statement): number {
  return (
    a.priority - b.priority ||
    b.version.getTime() - a.version.getTime() ||
    a.system - b.system ||
    compare(a.stream, b.stream) ||
    compare(a.key, b.key)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function hasValue(v: string | readonly string[] | undefined): boolean {
  return v !== undefined && v.length > 0;
}

function ruleOf(stating: readonly Statement[]): FieldLineage['rule'] {
  if (stating.length === 1) return 'only';
  return stating[0]!.priority < stating[1]!.priority ? 'priority' : 'recency';
}

function union(lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())].slice(0, MOST_IN_LIST);
}

function from(s: Statement, rule: FieldLineage['rule']): FieldLineage {
  return { system: s.system, stream: s.stream, key: s.key, record: s.record, mapping: s.mapping, rule };
}
