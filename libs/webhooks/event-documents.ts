import { EVENT_TYPES, eventMessage, eventSchemaName, type EventType, eventTypeSpec, sampleMessage } from '#canonical';
import { z } from 'zod';

/** One type as the catalogue shows it. */
export interface CatalogueEntry {
  readonly type: EventType;
  readonly version: number;
  readonly schemaName: string;
  readonly en: string;
  readonly zh: string;
  readonly operational: boolean;
  /** JSON Schema (2020-12) of the whole message. */
  readonly schema: Record<string, unknown>;
  readonly sample: Record<string, unknown>;
}

const HEADERS = {
  'webhook-id': 'Id of the delivery; the same at every attempt. Keep it, and drop what you have seen',
  'webhook-timestamp': 'Seconds since 1970 of this attempt; refuse what is more than five minutes off',
  'webhook-signature': 'Signatures apart by spaces: v1,… (HMAC-SHA256) and v1a,… (ed25519) over id.timestamp.body',
};
const ANSWERS = {
  '2XX': 'It is stored; it is not sent again',
  '410': 'Send nothing more: the endpoint is disabled, and what waits is kept',
  '429': 'Later, after Retry-After',
  default: 'Anything else is tried again, ten times over about three days',
};

const types = Object.keys(EVENT_TYPES) as EventType[];

export function eventCatalogue(): CatalogueEntry[] {
  return types.map((type) => {
    const spec = eventTypeSpec(type);
    return {
      type,
      version: spec.version,
      schemaName: eventSchemaName(type),
      en: spec.en,
      zh: spec.zh,
      operational: spec.operational === true,
      schema: schemaOf(type),
      sample: sampleMessage(type),
    };
  });
}

/** The component's name in OpenAPI and AsyncAPI: `client.created` → `ClientCreatedEvent`. */
export function componentOf(type: EventType): string {
  return `${type.replaceAll(/(?:^|\.)(\w)/g, (_all, c: string) => c.toUpperCase())}Event`;
}

export function schemaOf(type: EventType): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(eventMessage(type), { target: 'draft-2020-12', reused: 'inline' });
  return schema as Record<string, unknown>;
}

/** `webhooks` and schemas of an OpenAPI 3.1 document: what a receiver has to implement. */
export function openApiWebhooks(): { webhooks: Record<string, unknown>; schemas: Record<string, unknown> } {
  const parameters = Object.entries(HEADERS).map(([name, description]) => ({
    name,
    in: 'header',
    required: true,
    description,
    schema: { type: 'string' },
  }));
  const responses = Object.fromEntries(Object.entries(ANSWERS).map(([code, description]) => [code, { description }]));
  const webhook = (type: EventType) => ({
    post: {
      operationId: `on${componentOf(type)}`,
      summary: `${EVENT_TYPES[type].en} / ${EVENT_TYPES[type].zh}`,
      tags: ['events'],
      parameters,
      requestBody: {
        required: true,
        content: {
          'application/cloudevents+json': {
            schema: { $ref: `#/components/schemas/${componentOf(type)}` },
            example: sampleMessage(type),
          },
        },
      },
      responses,
      security: [],
    },
  });
  return {
    webhooks: Object.fromEntries(types.map((type) => [type, webhook(type)])),
    schemas: Object.fromEntries(types.map((type) => [componentOf(type), schemaOf(type)])),
  };
}

/** AsyncAPI 3.0: the same messages for those who generate consumers, over HTTP and brokers alike. */
export function asyncApi(version: string): Record<string, unknown> {
  const messages = Object.fromEntries(
    types.map((type) => [
      componentOf(type),
      {
        name: type,
        title: EVENT_TYPES[type].en,
        summary: EVENT_TYPES[type].zh,
        contentType: 'application/cloudevents+json',
        headers: {
          type: 'object',
          required: Object.keys(HEADERS),
          properties: Object.fromEntries(
            Object.entries(HEADERS).map(([name, description]) => [name, { type: 'string', description }]),
          ),
        },
        payload: { schemaFormat: 'application/schema+json;version=draft-07', schema: schemaOf(type) },
        examples: [{ name: 'sample', payload: sampleMessage(type) }],
      },
    ]),
  );
  const ref = (path: string) => ({ $ref: `#/${path}` });
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Isthmus 连岛: events',
      version,
      description:
        'CloudEvents 1.0, signed as Standard Webhooks, to HTTP endpoints, RabbitMQ, NATS JetStream or Kafka.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/cloudevents+json',
    channels: {
      events: {
        address: null,
        title: 'Events',
        description: 'The URL of the endpoint, or the exchange or subject that was registered',
        messages: Object.fromEntries(types.map((t) => [componentOf(t), ref(`components/messages/${componentOf(t)}`)])),
      },
    },
    operations: {
      sendEvent: {
        action: 'send',
        channel: ref('channels/events'),
        messages: types.map((t) => ref(`channels/events/messages/${componentOf(t)}`)),
      },
    },
    components: { messages },
  };
}
