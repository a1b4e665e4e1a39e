/** Where a field's value comes from, and why that source won. */
export interface FieldLineage {
  readonly system: number;
  readonly stream: string;
  readonly key: string;
  readonly record: number;
  readonly mapping: number;
  /** `only`: nobody else has a value; `priority`: the most believed system; `recency`: the newest of equals. */
  readonly rule: 'only' | 'priority' | 'recency' | 'union';
}

type Source = Omit<FieldLineage, 'rule'>;

/** Lineage as it is stored: each source record once, and per field which of them won, by which rule. */
export interface StoredLineage {
  readonly sources: readonly Source[];
  readonly fields: Readonly<Record<string, readonly [source: number, rule: FieldLineage['rule']]>>;
}

/** A fifth of the size: most fields of a client come from the same record. Of a client without fields it is empty. */
export function packLineage(lineage: Readonly<Record<string, FieldLineage>>): Partial<StoredLineage> {
  const sources: Source[] = [];
  const places = new Map<string, number>();
  const fields: Record<string, [number, FieldLineage['rule']]> = {};
  for (const [name, { rule, ...source }] of Object.entries(lineage)) {
    const same = `${source.system} ${source.stream} ${source.key}`;
    let place = places.get(same);
    if (place === undefined) {
      place = sources.push(source) - 1;
      places.set(same, place);
    }
    fields[name] = [place, rule];
  }
  return sources.length === 0 ? {} : { sources, fields };
}

export function unpackLineage(stored: Partial<StoredLineage>): Record<string, FieldLineage> {
  return Object.fromEntries(
    Object.entries(stored.fields ?? {}).map(([name, [place, rule]]) => [name, { ...stored.sources![place]!, rule }]),
  );
}
