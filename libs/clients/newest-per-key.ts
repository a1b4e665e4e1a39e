/** A version of something that one source states: newer by time, and among equal times by the greater hash. */
export interface Versioned {
  readonly version: string;
  readonly hash: string;
}

/**
 * Of several versions of one key in a batch only the newest is written (PostgreSQL cannot upsert a row twice in one
 * statement); the rest would have been superseded anyway.
 */
export function newestPerKey<T extends Versioned>(rows: readonly T[], keyOf: (row: T) => string): T[] {
  const newest = new Map<string, T>();
  for (const row of rows) {
    const other = newest.get(keyOf(row));
    if (!other || isNewer(row, other)) newest.set(keyOf(row), row);
  }
  return [...newest.values()];
}

function isNewer(a: Versioned, b: Versioned): boolean {
  return a.version === b.version ? a.hash > b.hash : a.version > b.version;
}
