import type { Cell, Counter, Rows, Statement } from './counter.js';
import type { StreamDefinition } from './settings.js';
import type { Table } from './table.js';

/** Which part of a table, in the order of cursor and key. */
export interface Range {
  /** Rows whose cursor is this or later. */
  readonly from?: string;
  /** Rows after this one: values in the order of `Table.order`. */
  readonly after?: readonly string[];
  /** Rows up to and with this one. */
  readonly upTo?: readonly string[];
}

/** One page of a table. Each page is a transaction of its own: no long snapshot holds up the counter's house-keeping. */
export function page(
  counter: Counter,
  d: StreamDefinition,
  table: Table,
  range: Range,
  limit: number,
  signal: AbortSignal,
): Promise<Rows> {
  return counter.select(pageStatement(counter, d, table, range, limit), signal);
}

export function pageStatement(
  { dialect }: Pick<Counter, 'dialect'>,
  d: StreamDefinition,
  table: Table,
  range: Range,
  limit: number,
): Statement {
  const values: Cell[] = [];
  const names = table.order.map((c) => dialect.quote(c.name));
  const at = (position: readonly string[]) =>
    table.order.map((c, i) => () => dialect.place(values, position[i]!, c.kind));
  const where: string[] = [];
  if (range.from !== undefined) where.push(`${names[0]} >= ${dialect.place(values, range.from, table.order[0]!.kind)}`);
  if (range.after) where.push(dialect.after(names, at(range.after)));
  if (range.upTo) where.push(dialect.upTo(names, at(range.upTo)));
  const columns = d.columns ? table.fields.map((f) => dialect.quote(f.name)).join(', ') : '*';
  const condition = where.length === 0 ? '' : ` where ${where.join(' and ')}`;
  return {
    text: `select ${columns} from ${dialect.quote(d.table)}${condition} order by ${names.join(', ')} limit ${limit}`,
    values,
  };
}

/** Rows in the whole table, or undefined when counting takes too long: it serves only to show progress. */
export async function countRows(
  counter: Counter,
  d: StreamDefinition,
  signal: AbortSignal,
): Promise<number | undefined> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(5000)]);
  const text = `select count(*) from ${counter.dialect.quote(d.table)}`;
  const counted = await counter.select({ text, values: [] }, patience).catch(() => undefined);
  return counted && Number(counted.rows[0]![0]);
}

/** The greatest cursor but `skip`, or null when there are not so many rows. */
export async function greatest(
  counter: Counter,
  d: StreamDefinition,
  skip: number,
  signal: AbortSignal,
): Promise<Cell> {
  const column = counter.dialect.quote(d.cursor.column);
  const { rows } = await counter.select(
    {
      text: `select ${column} from ${counter.dialect.quote(d.table)} where ${column} is not null order by ${column} desc limit 1 offset ${skip}`,
      values: [],
    },
    signal,
  );
  return rows[0]?.[0] ?? null;
}
