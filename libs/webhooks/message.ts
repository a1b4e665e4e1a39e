import { eventSchemaName, eventTypeSpec, isEventType } from '#canonical';
import { publicId } from '#platform';

/** An event as the database gives it; `data` is its JSON text, as it was written. */
export interface StoredEvent {
  readonly eventId: string;
  readonly type: string;
  readonly at: Date;
  readonly subject: string;
  readonly clientId: string | null;
  readonly data: string;
}

/** The client of a full body: its fields, masked as the endpoint's are to be. */
export type Profile = Readonly<Record<string, unknown>>;

/** Where full bodies get clients from. Implemented by the hub, which knows clients and masking. */
export interface Profiles {
  /** @param reveal personal fields that are not masked. A client that does not exist any more is absent. */
  load(clientIds: readonly string[], reveal: readonly string[]): Promise<Map<string, Profile>>;
}
export const PROFILES = Symbol('Profiles');

interface TestData {
  readonly message: string;
  readonly sample?: {
    readonly type: string;
    readonly data: { readonly client?: string } & Record<string, unknown>;
    readonly subject: string;
  };
}

/**
 * The body: CloudEvents 1.0, JSON format (https://github.com/cloudevents/spec, JSON event format §3). The same event
 * gives the same bytes at every attempt, except for `profile`, which shows the client as it is then.
 */
export function renderMessage(e: StoredEvent, profile?: Profile): string {
  if (e.type === 'endpoint.test') {
    const { sample } = JSON.parse(e.data) as TestData;
    if (sample) return envelope({ ...e, ...sample, data: JSON.stringify(sample.data) }, '"test":true,');
    return envelope(e, '"test":true,');
  }
  return envelope(e, '', profile);
}

/** What the message says that it is and is about: a test may look like another. */
export function shownAs(e: StoredEvent): { type: string; subject: string; client: string } {
  if (e.type === 'endpoint.test') {
    const { sample } = JSON.parse(e.data) as TestData;
    if (sample) return { type: sample.type, subject: sample.subject, client: sample.data.client ?? '' };
  }
  return { type: e.type, subject: e.subject, client: e.clientId === null ? '' : publicId('cli', e.clientId) };
}

/** Joined from texts rather than built and written: this is done for every attempt. */
function envelope(e: StoredEvent, extra: string, profile?: Profile): string {
  const schema = isEventType(e.type) ? `"dataschema":"${eventSchemaName(e.type)}",` : '';
  const client = e.clientId === null ? '' : `"client":"${publicId('cli', e.clientId)}"`;
  const own = e.data.slice(e.data.indexOf('{') + 1, e.data.lastIndexOf('}')).trim();
  const full = profile === undefined ? '' : `"profile":${JSON.stringify(profile)}`;
  const data = [client, own, full].filter((part) => part !== '').join(',');
  return (
    `{"specversion":"1.0","id":"${publicId('evt', e.eventId)}","source":"/isthmus","type":${JSON.stringify(e.type)},` +
    `"time":"${e.at.toISOString()}","subject":${JSON.stringify(e.subject)},"datacontenttype":"application/json",` +
    `${schema}${extra}"data":{${data}}}`
  );
}

/** The data of a test event that is to look like another type. */
export function testData(type: string | undefined): Record<string, unknown> {
  const message = 'A test from Isthmus.';
  if (type === undefined || type === 'endpoint.test' || !isEventType(type)) return { message };
  const spec = eventTypeSpec(type);
  const client = 'cli_01kx2v8q4de9t8r6m5n4p3q2w1';
  return {
    message,
    sample: {
      type,
      subject: spec.client ? `client/${client}` : 'sample',
      data: { ...(spec.client ? { client } : {}), ...spec.sample },
    },
  };
}
