import {
  type OutcomeMessage,
  type QuarantineMessage,
  type RecordMessage,
  sameText,
  type StreamDescription,
  type Webhook,
  type WebhookRequest,
} from '#connector-kit';
import { createHash } from 'node:crypto';

/**
 * Segment's HTTP tracking API (https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/), as its
 * unmodified SDKs speak it: server libraries post to /v1/batch, browsers to /v1/t, /v1/i, … with the write key in the
 * body. The Content-Type is ignored: analytics-next sends JSON as text/plain.
 */
const CALLS: Record<string, string> = {
  track: 'track',
  identify: 'identify',
  page: 'page',
  screen: 'screen',
  group: 'group',
  alias: 'alias',
  t: 'track',
  i: 'identify',
  p: 'page',
  s: 'screen',
  g: 'group',
  a: 'alias',
};
const TYPES = new Set(Object.values(CALLS));

const MOST_EVENT_BYTES = 32 * 1024;
const MOST_BATCH_BYTES = 500 * 1024;

const TEXTS =
  'messageId type userId anonymousId previousId groupId event name category timestamp originalTimestamp sentAt receivedAt channel version';
const OBJECTS = 'traits properties context integrations _metadata';

/** The fields of the Segment spec (https://segment.com/docs/connections/spec/common/), and what its SDKs add. */
export const EVENTS: StreamDescription = {
  name: 'events',
  fields: [
    ...TEXTS.split(' ').map((name) => ({ name, type: 'string' })),
    ...OBJECTS.split(' ').map((name) => ({ name, type: 'object' })),
  ],
  key: ['messageId'],
  personal: ['traits', 'properties', 'context'],
};

type Json = Record<string, unknown>;

/** The write key: user name of Basic authentication, or `writeKey` in the body. */
export function credentialOf(request: WebhookRequest): string | undefined {
  const basic = /^Basic (.+)$/i.exec(request.headers['authorization'] ?? '')?.[1];
  if (basic !== undefined) return Buffer.from(basic, 'base64').toString('utf8').split(':')[0];
  const settingsOf = /^\/projects\/([^/]+)\/settings$/.exec(request.path)?.[1];
  if (settingsOf !== undefined) return settingsOf;
  const body = readObject(request.body.toString('utf8'));
  return typeof body?.['writeKey'] === 'string' ? body['writeKey'] : undefined;
}

export function segmentApi(writeKey: string): Webhook {
  return {
    maxBytes: MOST_BATCH_BYTES,
    verify(request) {
      const given = credentialOf(request);
      if (given !== undefined && sameText(given, writeKey)) return { ok: true };
      return {
        ok: false,
        status: 401,
        reason: given === undefined ? 'it carries no write key' : 'the write key is wrong',
      };
    },
    parse(request) {
      if (request.path.startsWith('/projects/'))
        return { messages: [], reply: { status: 200, body: projectSettings(writeKey) } };
      const call = request.path.slice(1);
      const text = request.body.toString('utf8');
      const body = readObject(text);
      if (!body) throw new Error('the body is no JSON object');
      if (call === 'batch' || call === 'import') {
        const events = body['batch'];
        if (!Array.isArray(events)) throw new Error('"batch" is no list');
        return {
          messages: events.flatMap((e: unknown) => read({ raw: e, sentAt: body['sentAt'] }, request.receivedAt)),
          reply: SUCCESS,
          history: call === 'import',
        };
      }
      const type = CALLS[call];
      if (type === undefined)
        throw new Error(
          `there is no call "${call.slice(0, 40)}"; there are ${[...TYPES, 'batch', 'import'].join(', ')}`,
        );
      return { messages: read({ raw: body, type, text, sentAt: body['sentAt'] }, request.receivedAt), reply: SUCCESS };
    },
  };
}

const SUCCESS = { status: 200, body: '{"success":true}' };

/** What a browser SDK asks for before it sends: no integrations but this one. */
function projectSettings(writeKey: string): string {
  return JSON.stringify({
    integrations: { 'Segment.io': { apiKey: writeKey, unbundledIntegrations: [], addBundledMetadata: true } },
    plan: { track: {} },
  });
}

/** One event as it came: in a batch, or alone with its type in the path and its text as the whole body. */
interface Arrived {
  readonly raw: unknown;
  readonly type?: string;
  readonly text?: string;
  readonly sentAt: unknown;
}

/**
 * One event as a record, with the outcome it reports when a user has read a message that the hub put into the inbox;
 * or in quarantine with the reason: its neighbours in the batch are not held up.
 */
function read(
  { raw, type, text, sentAt }: Arrived,
  receivedAt: Date,
): (RecordMessage | QuarantineMessage | OutcomeMessage)[] {
  const refuse = (reason: string): [QuarantineMessage] => {
    const bytes = JSON.stringify(raw) ?? 'undefined';
    return [{ type: 'quarantine', stream: 'events', dedupeId: digest(bytes), reason, raw: Buffer.from(bytes) }];
  };
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return refuse('the event is no JSON object');
  const event = raw as Json;
  const data = asReceived(event, type, text) ?? written(event, type);
  if (data.length > MOST_EVENT_BYTES)
    return refuse(`the event has ${data.length} characters; at most ${MOST_EVENT_BYTES} are taken`);
  const kind = type ?? event['type'];
  if (typeof kind !== 'string' || !TYPES.has(kind))
    return refuse('"type" is none of track, identify, page, screen, group, alias');
  if (typeof event['userId'] !== 'string' && typeof event['anonymousId'] !== 'string')
    return refuse('it has neither userId nor anonymousId');
  const { messageId } = event;
  const id = typeof messageId === 'string' && messageId !== '' ? messageId : digest(written(event, type));
  const occurredAt = occurred(event['timestamp'], event['sentAt'] ?? sentAt, receivedAt).toISOString();
  const record: RecordMessage = {
    type: 'record',
    stream: 'events',
    key: id.slice(0, 200),
    op: 'event',
    dedupeId: id,
    occurredAt,
    data,
  };
  const commandId =
    kind === 'track' && event['event'] === 'Message Read' ? readMessage(event['properties']) : undefined;
  if (commandId === undefined) return [record];
  return [record, { type: 'outcome', commandId, kind: 'read', occurredAt, dedupeId: id }];
}

/** The text itself, when it says all that is to be kept and no secret. */
function asReceived(event: Json, type: string | undefined, text: string | undefined): string | undefined {
  const whole = text !== undefined && text.length <= MOST_EVENT_BYTES && event['type'] === type;
  return whole && !('writeKey' in event) ? text : undefined;
}

function written({ writeKey: _, ...event }: Json, type: string | undefined): string {
  return JSON.stringify(type === undefined ? event : { ...event, type });
}

/** Which message a "Message Read" names. */
function readMessage(properties: unknown): string | undefined {
  const id = typeof properties === 'object' && properties !== null ? (properties as Json)['messageId'] : undefined;
  return typeof id === 'string' ? id : undefined;
}

/**
 * When it happened by our clock: the receipt, less the time the event waited at the sender. A device whose clock is
 * wrong by years is thus placed right.
 */
function occurred(timestamp: unknown, sentAt: unknown, receivedAt: Date): Date {
  const happened = time(timestamp);
  const sent = time(sentAt);
  if (happened === undefined) return receivedAt;
  const waited = sent === undefined ? receivedAt.getTime() - happened : sent - happened;
  return waited <= 0 ? receivedAt : new Date(receivedAt.getTime() - waited);
}

function time(v: unknown): number | undefined {
  if (typeof v !== 'string' && typeof v !== 'number') return undefined;
  const t = new Date(v).getTime();
  return Number.isNaN(t) ? undefined : t;
}

function readObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
