import { hash } from 'node:crypto';
import { parseInstant } from '#canonical';
import type { QuarantineMessage, RecordMessage } from '#connector-kit';
import type { Cell, Dialect, Rows } from './counter.js';
import type { StreamDefinition } from './settings.js';
import type { Table } from './table.js';

/** A row as a message, with its place in the order of reading. */
export interface Read {
  readonly message: RecordMessage | QuarantineMessage;
  readonly position: readonly string[];
}

type ToRead = (row: readonly Cell[]) => Read;

/**
 * Makes messages of the rows of one page. The data is a JSON object of texts, so that no digit is lost; booleans and
 * nulls stay what they are, and an instant (`timestamptz`) ends in Z.
 *
 * A row that is only ever appended is named by its key; a row that changes, by its key and a digest of its content.
 */
export function reading(d: StreamDefinition, table: Table, page: Rows, dialect: Dialect, zone: string): ToRead {
  const index = (name: string) => page.columns.indexOf(name);
  const members = page.columns.map((name) => {
    const kind = table.columns.get(name)?.kind;
    const write =
      kind === 'zoned'
        ? (v: string) => JSON.stringify(dialect.instant(v))
        : kind === 'boolean'
          ? (v: string) => (v === 't' ? 'true' : 'false')
          : (v: string) => JSON.stringify(v);
    return { name: `${JSON.stringify(name)}:`, write };
  });
  const keyAt = d.key.map(index);
  const orderAt = table.order.map((c) => index(c.name));
  const timeName = d.occurredAt ?? (d.cursor.by === 'time' ? d.cursor.column : undefined);
  const time = timeName === undefined ? undefined : { at: index(timeName), kind: table.columns.get(timeName)?.kind };

  return (row) => {
    const data = `{${members.map((m, i) => m.name + written(row[i], m.write)).join(',')}}`;
    const position = orderAt.map((at) => row[at] ?? '');
    const missing = d.key.find((_name, i) => (row[keyAt[i]!] ?? null) === null);
    if (missing !== undefined) {
      const reason = `the key column ${missing} is empty`;
      return {
        position,
        message: { type: 'quarantine', stream: d.name, dedupeId: digest(data), reason, raw: Buffer.from(data) },
      };
    }
    const key = keyAt.map((at) => escaped(row[at]!, keyAt.length)).join('|');
    const stamp = time && row[time.at];
    const occurredAt = stamp ? instant(stamp, time.kind === 'zoned', dialect, zone) : undefined;
    return {
      position,
      message: {
        type: 'record',
        stream: d.name,
        key,
        op: d.appendOnly ? 'event' : 'upsert',
        dedupeId: d.appendOnly ? key : `${key}@${digest(data)}`,
        ...(occurredAt === undefined ? {} : { occurredAt }),
        data,
      },
    };
  };
}

function written(cell: Cell | undefined, write: (v: string) => string): string {
  return cell === null || cell === undefined ? 'null' : write(cell);
}

/** Parts of a key are joined by `|`; inside a part it is written `\|`. */
function escaped(part: string, parts: number): string {
  return parts === 1 ? part : part.replaceAll(/[\\|]/g, String.raw`\$&`);
}

function instant(text: string, zoned: boolean, dialect: Dialect, zone: string): string | undefined {
  return parseInstant(zoned ? dialect.instant(text) : text, zone)?.toISOString();
}

function digest(data: string): string {
  return hash('sha256', data, 'base64url').slice(0, 22);
}
