import { createHash } from 'node:crypto';
import { type OutcomeKind, OUTCOMES } from '#canonical';
import {
  jsonObject,
  type OutcomeMessage,
  type QuarantineMessage,
  type RecordMessage,
  type StreamDescription,
} from '#connector-kit';

type Said = RecordMessage | OutcomeMessage | QuarantineMessage;

const text = (name: string) => ({ name, type: 'string' });

export const STREAMS: StreamDescription[] = [
  {
    name: 'subscribers',
    fields: ['subscriberNo', 'email', 'name', 'customerNo', 'consent', 'updatedAt'].map(text),
    key: ['subscriberNo'],
    personal: ['email', 'name'],
  },
  {
    name: 'events',
    fields: ['eventId', 'type', 'messageId', 'recipient', 'subscriberNo', 'occurredAt', 'reason'].map(text),
    key: ['eventId'],
    personal: ['recipient'],
  },
];

/** The Message-ID of a command's mail, with its angle brackets. */
export function messageIdOf(commandId: string): string {
  return `<${commandId}@isthmus>`;
}

/** The command whose mail this is; undefined for a mail of somebody else. */
function commandOf(messageId: unknown): string | undefined {
  if (typeof messageId !== 'string') return undefined;
  return /^<?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@isthmus>?$/i.exec(messageId.trim())?.[1]?.toLowerCase();
}

/**
 * What happened to a mail, by webhook or read from the history: the record, and an outcome when the mail was one of
 * the hub's. Both roads give the same ids.
 */
export function eventMessages(item: unknown): Said[] {
  const event = jsonObject(item);
  const eventId = event?.['eventId'];
  if (typeof eventId !== 'string' || eventId === '')
    return [aside('events', item, 'it names no event: eventId is missing')];
  const occurredAt = timeOf(event?.['occurredAt']);
  const record: RecordMessage = {
    type: 'record',
    stream: 'events',
    key: eventId,
    op: 'event',
    dedupeId: eventId,
    ...(occurredAt === undefined ? {} : { occurredAt }),
    data: JSON.stringify(item),
  };
  const commandId = commandOf(event?.['messageId']);
  const kind = outcomeOf(event?.['type']);
  if (commandId === undefined || kind === undefined) return [record];
  if (occurredAt === undefined)
    return [record, aside('events', item, `it is an outcome without a time: occurredAt cannot be read`, eventId)];
  const { reason } = event!;
  return [
    record,
    {
      type: 'outcome',
      commandId,
      kind,
      occurredAt,
      dedupeId: eventId,
      ...(typeof reason === 'string' ? { detail: reason.slice(0, 300) } : {}),
    },
  ];
}

/** A subscriber; what tells its versions apart is its content. */
export function subscriberMessages(item: unknown): Said[] {
  const subscriber = jsonObject(item);
  const subscriberNo = subscriber?.['subscriberNo'];
  if (typeof subscriberNo !== 'string' || subscriberNo === '')
    return [aside('subscribers', item, 'it names no subscriber: subscriberNo is missing')];
  const data = JSON.stringify(item);
  const occurredAt = timeOf(subscriber?.['updatedAt']);
  return [
    {
      type: 'record',
      stream: 'subscribers',
      key: subscriberNo,
      op: 'upsert',
      dedupeId: `${subscriberNo}@${digest(data)}`,
      ...(occurredAt === undefined ? {} : { occurredAt }),
      data,
    },
  ];
}

/** `sent` is no outcome: it says only what the answer to our own DATA has said. */
function outcomeOf(type: unknown): OutcomeKind | undefined {
  if (typeof type !== 'string' || !Object.hasOwn(OUTCOMES, type)) return undefined;
  const kind = type as OutcomeKind;
  return OUTCOMES[kind].channel === 'email' ? kind : undefined;
}

function aside(stream: string, item: unknown, reason: string, key?: string): QuarantineMessage {
  const raw = JSON.stringify(item) ?? 'undefined';
  return {
    type: 'quarantine',
    stream,
    ...(key === undefined ? {} : { key }),
    dedupeId: key ?? digest(raw),
    reason,
    raw: Buffer.from(raw),
  };
}

function timeOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/T.*(Z|[+-]\d{2}:?\d{2})$/.test(value)) return undefined;
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

function digest(of: string): string {
  return createHash('sha256').update(of).digest('base64url').slice(0, 22);
}
