import { hash } from 'node:crypto';
import { ConfigError, type SourceField } from '#connector-kit';
import type { Column, Counter } from './counter.js';
import type { StreamDefinition } from './settings.js';

/** A stream's table as the counter has it now. */
export interface Table {
  readonly fields: readonly SourceField[];
  /** Names this set of fields; another set has another digest. */
  readonly digest: string;
  /** The columns that order the reading: the cursor, then the key. No two rows are equal in them. */
  readonly order: readonly Column[];
  readonly columns: ReadonlyMap<string, Column>;
}

/** @throws ConfigError when the table or a column of the definition is not there. */
export async function describeTable(counter: Counter, d: StreamDefinition, signal: AbortSignal): Promise<Table> {
  const found = await counter.columns(d.table, signal);
  if (found.length === 0)
    throw new ConfigError(
      `the counter has no table ${d.table} that this user may read`,
      `Grant select on ${d.table}, or change the setting "streams".`,
    );
  const columns = new Map(found.map((c) => [c.name, c]));
  const named = new Set([...d.key, d.cursor.column, ...(d.occurredAt ? [d.occurredAt] : []), ...(d.columns ?? [])]);
  const missing = [...named].filter((name) => !columns.has(name));
  if (missing.length > 0)
    throw new ConfigError(
      `the table ${d.table} has no column ${missing.join(', ')} that this user may read`,
      `Grant it, or change the stream "${d.name}" in the setting "streams".`,
    );
  const cursor = columns.get(d.cursor.column)!;
  if (d.cursor.by === 'time' && cursor.kind !== 'local' && cursor.kind !== 'zoned')
    throw new ConfigError(
      `${d.table}.${cursor.name} is ${cursor.type}, which is no point in time`,
      `Read the stream "${d.name}" by another column, or by "sequence" if the column only grows.`,
    );
  const fields = found.filter((c) => !d.columns || named.has(c.name)).map(({ name, type }) => ({ name, type }));
  return {
    fields,
    digest: hash('sha256', JSON.stringify(fields), 'base64url').slice(0, 16),
    order: [...new Set([d.cursor.column, ...d.key])].map((name) => columns.get(name)!),
    columns,
  };
}

/** Where a value stands against another in the order of the cursor: -1, 0 or 1. */
export function compareCursor(cursor: Column, a: string, b: string): number {
  if (cursor.kind === 'number' && /^-?\d+$/.test(a) && /^-?\d+$/.test(b)) {
    const difference = BigInt(a) - BigInt(b);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }
  if (cursor.kind === 'number') return Math.sign(Number(a) - Number(b));
  return a < b ? -1 : a > b ? 1 : 0;
}
