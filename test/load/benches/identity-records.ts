import { readFile } from 'node:fs/promises';
import { TextDecoder } from 'node:util';
import { parse } from 'csv-parse/sync';

/** A table of text as a CSV file states it; every row has a cell for every column. */
export interface Table {
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What stops the bench and how to go on. */
export class BenchRefusal extends Error {}

/**
 * Reads a CSV: comma, semicolon or tab; quotes; blanks after separators; byte-order mark; any line ends; UTF-8, or
 * GB18030 where it is no UTF-8.
 */
export async function readTable(file: string): Promise<Table> {
  const bytes = await readFile(file).catch((e: NodeJS.ErrnoException) => {
    throw new BenchRefusal(`"${file}" cannot be read (${e.code}); --records needs CSV files that exist.`);
  });
  const text = decode(bytes);
  const delimiter = [',', ';', '\t', '|']
    .map((d) => [d, firstLine(text).split(d).length] as const)
    .sort((a, b) => b[1] - a[1])[0]![0];
  let all: string[][];
  try {
    all = parse(text, {
      bom: true,
      delimiter,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      relax_quotes: true,
    });
  } catch (e) {
    throw new BenchRefusal(`"${file}" is no CSV that can be read: ${(e as Error).message}.`, { cause: e });
  }
  const [columns, ...rows] = all;
  if (columns === undefined || rows.length === 0)
    throw new BenchRefusal(
      `"${file}" has ${all.length} lines; a line of column names and at least one record are needed.`,
    );
  const double = columns.find((c, i) => columns.indexOf(c) !== i);
  if (double !== undefined)
    throw new BenchRefusal(`"${file}" has two columns "${double}"; each needs a name of its own.`);
  return { file, columns, rows: rows.map((r) => columns.map((_, i) => r[i] ?? '')) };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

function firstLine(text: string): string {
  return text.slice(0, Math.max(0, text.search(/[\r\n]/)) || undefined);
}

/** How the truth is written: `cluster`, or `rec_id:/^rec-(\d+)-/`. */
export interface Truth {
  readonly column: string;
  readonly pattern?: RegExp;
}

export function parseTruth(text: string): Truth {
  const m = /^(.+?):\/(.*)\/([a-z]*)$/s.exec(text);
  if (m === null) return { column: text };
  try {
    const pattern = new RegExp(m[2]!, m[3]);
    if (new RegExp(`${m[2]}|`, m[3]).exec('')!.length < 2)
      throw new BenchRefusal(
        `--truth has the pattern /${m[2]}/ without a group; put ( ) round the part that names the party.`,
      );
    return { column: m[1]!, pattern };
  } catch (e) {
    if (e instanceof BenchRefusal) throw e;
    throw new BenchRefusal(
      `--truth has the pattern /${m[2]}/, which is no regular expression: ${(e as Error).message}.`,
      {
        cause: e,
      },
    );
  }
}

/** The label of each row. Rows without one are refused: they could be neither right nor wrong. */
export function truthOf(table: Table, truth: Truth): string[] {
  const at = table.columns.indexOf(truth.column);
  if (at < 0)
    throw new BenchRefusal(
      `"${table.file}" has no column "${truth.column}" for --truth; it has ${table.columns.join(', ')}.`,
    );
  return table.rows.map((row, i) => {
    const label = truth.pattern === undefined ? row[at]! : (truth.pattern.exec(row[at]!)?.[1] ?? '');
    if (label === '')
      throw new BenchRefusal(
        `"${table.file}", record ${i + 1}: "${row[at]}" in column "${truth.column}" names no party${truth.pattern ? ` by ${String(truth.pattern)}` : ''}.`,
      );
    return label;
  });
}
