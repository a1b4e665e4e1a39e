import type { WinningRule } from './survivorship/decide-field.js';

/** The record that a value comes from, and the version of the mapping that read it. */
export interface SourceOfField {
  readonly system: number;
  readonly stream: string;
  readonly key: string;
  readonly record: number;
  readonly mapping: number;
}

/** The pin that a value comes from. */
export interface PinOfField {
  readonly pin: string;
}

/** Where a field's value comes from, and which rule let it win. */
export type FieldLineage =
  (SourceOfField & { readonly rule: Exclude<WinningRule, 'pin'> }) | (PinOfField & { readonly rule: 'pin' });

type Origin = SourceOfField | PinOfField;

/** Lineage as it is stored: each origin once, and per field which of them won, by which rule. */
export interface StoredLineage {
  readonly sources: readonly Origin[];
  readonly fields: Readonly<Record<string, readonly [source: number, rule: FieldLineage['rule']]>>;
}

/** A fifth of the size: most fields of a client come from the same record. Of a client without fields it is empty. */
export function packLineage(lineage: Readonly<Record<string, FieldLineage>>): Partial<StoredLineage> {
  const sources: Origin[] = [];
  const places = new Map<string, number>();
  const fields: Record<string, [number, FieldLineage['rule']]> = {};
  for (const [name, { rule, ...origin }] of Object.entries(lineage)) {
    const same = 'pin' in origin ? origin.pin : `${origin.system} ${origin.stream} ${origin.key}`;
    let place = places.get(same);
    if (place === undefined) {
      place = sources.push(origin) - 1;
      places.set(same, place);
    }
    fields[name] = [place, rule];
  }
  return sources.length === 0 ? {} : { sources, fields };
}

export function unpackLineage(stored: Partial<StoredLineage>): Record<string, FieldLineage> {
  return Object.fromEntries(
    Object.entries(stored.fields ?? {}).map(([name, [place, rule]]) => [
      name,
      { ...stored.sources![place]!, rule } as FieldLineage,
    ]),
  );
}
