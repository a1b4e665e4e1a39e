import { stringify } from 'yaml';
import { CliError, EXIT } from './exit.js';

export const FORMATS = ['table', 'json', 'ndjson', 'csv', 'yaml'] as const;
export type Format = (typeof FORMATS)[number];

/** Data goes to stdout; everything else a command says goes to stderr. */
export function print(value: unknown, format: Format, columns?: readonly string[]): void {
  const rows = rowsOf(value);
  switch (format) {
    case 'json':
      return line(JSON.stringify(value, null, 2));
    case 'yaml':
      return line(stringify(value).trimEnd());
    case 'ndjson':
      for (const row of rows) line(JSON.stringify(row));
      return;
    case 'csv':
      return line(csv(rows, columns));
    case 'table':
      if (rows.length === 0) return note('Nothing.');
      return line(rows.length === 1 && !isList(value) ? card(rows[0]!) : table(rows, columns));
  }
}

export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function parseFormat(text: string): Format {
  if (!(FORMATS as readonly string[]).includes(text))
    throw new CliError(`"${text}" is no format; choose one of ${FORMATS.join(', ')}.`, EXIT.usage);
  return text as Format;
}

type Row = Record<string, unknown>;

function isList(value: unknown): value is { items: Row[] } {
  return typeof value === 'object' && value !== null && Array.isArray((value as { items?: unknown }).items);
}

function rowsOf(value: unknown): Row[] {
  if (value === undefined) return [];
  if (isList(value)) return value.items;
  return Array.isArray(value) ? (value as Row[]) : [value as Row];
}

function line(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** One value as a person reads it in a line: `held_out 10, proved 52`. */
function cell(v: unknown): string {
  if (v === null || v === undefined) return '';
  if (typeof v !== 'object') return String(v as string | number | boolean);
  if (Array.isArray(v)) return v.some(isRow) ? `${v.length}` : v.map(cell).join(', ');
  const words = v as Row;
  if (isWords(words)) return words[speaksChinese() ? 'zh' : 'en']!;
  return Object.entries(words)
    .map(([name, of]) => `${name} ${isRow(of) ? `(${cell(of)})` : cell(of)}`)
    .join(', ');
}

function isRow(v: unknown): v is Row {
  return typeof v === 'object' && v !== null && !Array.isArray(v);
}

/** A text in both languages. */
function isWords(v: Row): v is { en: string; zh: string } {
  return Object.keys(v).length === 2 && typeof v['en'] === 'string' && typeof v['zh'] === 'string';
}

function speaksChinese(): boolean {
  return (process.env['LC_ALL'] ?? process.env['LC_MESSAGES'] ?? process.env['LANG'] ?? '').startsWith('zh');
}

function table(rows: readonly Row[], columns: readonly string[] = Object.keys(rows[0]!)): string {
  const cells = [columns.map((c) => c.toUpperCase()), ...rows.map((r) => columns.map((c) => cell(at(r, c))))];
  const widths = columns.map((_, i) => Math.min(60, Math.max(...cells.map((r) => width(r[i]!)))));
  return cells
    .map((r) =>
      r
        .map((c, i) => pad(c, widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A line a field; what a field holds several of, or holds inside it, stands below it, indented. */
function card(row: Row): string {
  const names = Object.keys(row);
  const inLine = names.filter((n) => !standsBelow(row[n]));
  const longest = Math.max(0, ...inLine.map((n) => n.length));
  return names
    .map((n) => {
      const v = row[n];
      if (!standsBelow(v)) return `${n.padEnd(longest)}  ${cell(v)}`.trimEnd();
      const inner = isRow(v) ? card(v) : table(v as Row[], columnsOf(v as Row[]));
      return `${n}\n${inner.replaceAll(/^/gm, '  ')}`;
    })
    .join('\n');
}

/** Rows, and what holds more than plain values. */
function standsBelow(v: unknown): boolean {
  if (Array.isArray(v)) return v.some(isRow);
  return isRow(v) && !isWords(v) && (Object.keys(v).length > 4 || Object.values(v).some((x) => standsBelow(x)));
}

/** Every field that any of the rows has a value in. */
function columnsOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap((r) => Object.keys(r).filter((k) => cell(r[k]) !== '')))];
}

/** UTF-8 with a byte order mark, which Excel needs to read Chinese. */
function csv(rows: readonly Row[], columns: readonly string[] = Object.keys(rows[0] ?? {})): string {
  const quote = (v: string) => (/[",\n\r]/.test(v) ? `"${v.replaceAll('"', '""')}"` : v);
  const lines = [columns, ...rows.map((r) => columns.map((c) => plain(at(r, c))))];
  return `\uFEFF${lines.map((l) => l.map(quote).join(',')).join('\r\n')}`;
}

/** For programs: what is no plain value stays JSON. */
function plain(v: unknown): string {
  if (v === null || v === undefined) return '';
  return typeof v === 'object' ? JSON.stringify(v) : String(v as string | number | boolean);
}

function at(row: Row, path: string): unknown {
  return path.split('.').reduce<unknown>((v, key) => (v as Row | null | undefined)?.[key], row);
}

/** Chinese characters take two columns of a terminal. */
export function width(text: string): number {
  return [...text].reduce(
    (n, c) =>
      n +
      (/[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]/u.test(c)
        ? 2
        : 1),
    0,
  );
}

function pad(text: string, to: number): string {
  let out = '';
  for (const c of text) {
    if (width(out + c) > to) return `${out.slice(0, -1)}…`;
    out += c;
  }
  return out + ' '.repeat(Math.max(0, to - width(out)));
}
