import { createHash } from 'node:crypto';
import type { OutcomeKind } from '#canonical';
import {
  jsonObject,
  type OutcomeMessage,
  type QuarantineMessage,
  type RecordMessage,
  type StreamDescription,
} from '#connector-kit';

type Said = RecordMessage | OutcomeMessage | QuarantineMessage;

/** Where a call says what, and what its ends mean. */
export interface CallEcho {
  readonly fields: {
    readonly taskId: string;
    readonly callId: string;
    readonly disposition: string;
    readonly endedAt: string;
  };
  readonly dispositions: Readonly<Record<string, OutcomeKind>>;
}

const text = (name: string) => ({ name, type: 'string' });

export const STREAMS: StreamDescription[] = [
  {
    name: 'contacts',
    fields: [text('contactNo'), text('name'), text('phone'), text('customerNo'), text('updatedAt')],
    key: ['contactNo'],
    personal: ['name', 'phone'],
  },
  {
    name: 'calls',
    fields: [
      ...['event', 'eventId', 'callId', 'taskId', 'phone', 'customerNo', 'contactNo', 'disposition', 'agent'].map(text),
      text('startedAt'),
      text('endedAt'),
      { name: 'seconds', type: 'number' },
    ],
    key: ['callId'],
    personal: ['phone'],
  },
];

/**
 * An ended call, by webhook or read from the history: the record, and the outcome when the hub had asked for the call.
 * Both roads give the same ids, so a webhook that was lost is healed by the next reading, and one that was not is
 * unchanged by it. An end of a call that nobody has given a meaning is put aside with the reason.
 *
 * @param now stands in for a time of the end that cannot be read.
 */
export function callMessages(item: unknown, { fields, dispositions }: CallEcho, now: Date): Said[] {
  const raw = JSON.stringify(item) ?? 'undefined';
  const call = jsonObject(item);
  const aside = (reason: string, key?: string): QuarantineMessage => ({
    type: 'quarantine',
    stream: 'calls',
    ...(key === undefined ? {} : { key }),
    dedupeId: key ?? digest(raw),
    reason,
    raw: Buffer.from(raw),
  });
  if (!call) return [aside('the call is no JSON object')];
  const event = call['event'];
  if (event !== undefined && event !== 'call.ended')
    return [aside(`the event ${shown(event)} is none that is read; only call.ended is`)];
  const callId = textAt(call, fields.callId);
  if (callId === undefined) return [aside(`it names no call: there is nothing at "${fields.callId}"`)];

  const endedAt = timeAt(call, fields.endedAt);
  const record: RecordMessage = {
    type: 'record',
    stream: 'calls',
    key: callId,
    op: 'event',
    dedupeId: callId,
    ...(endedAt === undefined ? {} : { occurredAt: endedAt }),
    data: raw,
  };
  const commandId = textAt(call, fields.taskId);
  if (commandId === undefined) return [record];
  const disposition = textAt(call, fields.disposition) ?? '';
  const kind = Object.hasOwn(dispositions, disposition) ? dispositions[disposition] : undefined;
  if (kind === undefined)
    return [
      record,
      aside(`the disposition ${shown(disposition)} has no meaning as an outcome in the settings`, callId),
    ];
  return [record, { type: 'outcome', commandId, kind, occurredAt: endedAt ?? now.toISOString(), dedupeId: callId }];
}

/** A contact; what tells its versions apart is its content. */
export function contactMessages(item: unknown): Said[] {
  const data = JSON.stringify(item) ?? 'undefined';
  const contactNo = textAt(jsonObject(item) ?? {}, 'contactNo');
  if (contactNo === undefined)
    return [
      {
        type: 'quarantine',
        stream: 'contacts',
        dedupeId: digest(data),
        reason: 'it names no contact: there is nothing at "contactNo"',
        raw: Buffer.from(data),
      },
    ];
  const changed = timeAt(jsonObject(item)!, 'updatedAt');
  return [
    {
      type: 'record',
      stream: 'contacts',
      key: contactNo,
      op: 'upsert',
      dedupeId: `${contactNo}@${digest(data)}`,
      ...(changed === undefined ? {} : { occurredAt: changed }),
      data,
    },
  ];
}

/** The text or number at `a.b`; undefined for nothing and for blanks. */
function textAt(from: Readonly<Record<string, unknown>>, path: string): string | undefined {
  let at: unknown = from;
  for (const step of path.split('.')) {
    const object = jsonObject(at);
    at = object && Object.hasOwn(object, step) ? object[step] : undefined;
  }
  if (typeof at === 'number') return String(at);
  return typeof at === 'string' && at.trim() !== '' ? at.trim() : undefined;
}

/** A time with its offset; one without is left to the mapping, which knows the zone. */
function timeAt(from: Readonly<Record<string, unknown>>, path: string): string | undefined {
  const given = textAt(from, path);
  if (given === undefined || !/T.*(Z|[+-]\d{2}:?\d{2})$/.test(given)) return undefined;
  const at = new Date(given);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

function shown(value: unknown): string {
  const given = typeof value === 'string' ? value : JSON.stringify(value);
  return `"${given.length > 40 ? `${given.slice(0, 40)}…` : given}"`;
}

function digest(of: string): string {
  return createHash('sha256').update(of).digest('base64url').slice(0, 22);
}
