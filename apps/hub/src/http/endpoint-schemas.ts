import { bilingual, publicId } from '#platform';
import {
  type Endpoint,
  ENDPOINT_KINDS,
  type EndpointKey,
  type Health,
  KEY_KINDS,
  REVEALABLE,
  SASL_MECHANISMS,
} from '#webhooks';
import { z } from 'zod';
import { inLanguage, type Language } from './readers-language.js';
import { iso, timestamp } from './schemas.js';

const names = (most: number) => z.array(z.string().min(1).max(100)).max(most);
const pem = z.string().min(1).max(20_000);

const fields = {
  name: z.string().trim().min(1).max(100),
  kind: z.enum(ENDPOINT_KINDS).meta({
    description:
      'How events get there: pushed by HTTP, into RabbitMQ, NATS JetStream or Kafka; `pull`: fetched by the receiver',
  }),
  url: z.string().max(2000).meta({
    description:
      'https://…, amqps://…, tls:// or nats://…, kafka+ssl:// or kafka://… (several brokers with commas); empty for `pull`; never with a password in it',
  }),
  target: z
    .strictObject({
      exchange: z.string().max(255).optional(),
      routingKey: z.string().max(255).optional(),
      subject: z.string().max(255).optional(),
      topic: z.string().max(249).optional().meta({ description: 'Kafka' }),
      key: z
        .string()
        .max(255)
        .optional()
        .meta({ description: 'Kafka: what decides the partition; absent: `{subject}`, empty: each partition in turn' }),
      sasl: z.enum(SASL_MECHANISMS).optional().meta({ description: 'Kafka, with `login`; absent: scram-sha-512' }),
    })
    .meta({ description: 'Where in a broker; `{type}`, `{subject}` and `{client}` stand for those of the event' }),
  types: names(100).meta({
    description: 'Event types, or prefixes that end in *; empty: all that are not about endpoints',
  }),
  branches: names(500).meta({ description: 'Only about clients of these branches; empty: all' }),
  segments: names(100).meta({
    description: 'Only about these segments (codes), or clients who are in one; empty: all',
  }),
  campaigns: z
    .array(
      z
        .string()
        .regex(
          /^cmp_[0-9a-z]{26}$/,
          bilingual(
            'needed: ids such as cmp_01h4000000e008000000000000',
            '需要形如 cmp_01h4000000e008000000000000 的编号',
          ),
        ),
    )
    .max(100)
    .meta({ description: 'Only of these campaigns; empty: all' }),
  body: z.enum(['thin', 'full']).meta({ description: '`full` adds the client as it is when the attempt is made' }),
  reveal: z
    .array(z.enum(REVEALABLE as [string, ...string[]]))
    .max(REVEALABLE.length)
    .meta({
      description: 'Personal fields that full bodies show unmasked; setting it needs the permission `admin`',
    }),
  transform: z
    .record(z.string().max(200), z.string().max(8192))
    .nullable()
    .meta({ description: 'Path in the new body → expression over the message; null: the CloudEvent itself' }),
  concurrency: z.int().min(1).max(64),
  timeoutMs: z.int().min(100).max(60_000).meta({ description: 'For the whole exchange, the answer included' }),
  rate: z
    .number()
    .min(0.1)
    .max(10_000)
    .nullable()
    .meta({ description: 'Deliveries a second; null: as they are answered' }),
  ordering: z.enum(['none', 'client', 'subject']).meta({ description: 'One after the other, per client or subject' }),
  whenExhausted: z.enum(['skip', 'park']).meta({ description: 'What becomes of those behind a delivery given up' }),
  retrySeconds: z
    .array(z.int().min(1).max(259_200))
    .max(20)
    .nullable()
    .meta({ description: 'Upper bounds of the pauses between attempts; null: ten attempts over 75 hours' }),
  disableAfterDays: z
    .int()
    .min(0)
    .max(90)
    .meta({ description: 'Days without any success until it is disabled; 0: never' }),
};

const secrets = {
  headers: z.record(z.string(), z.string()).nullable().optional().meta({ description: 'Custom headers; write-only' }),
  oauth: z
    .strictObject({
      tokenUrl: z.url().max(2000),
      clientId: z.string().min(1).max(500),
      clientSecret: z.string().min(1).max(2000),
      scope: z.string().max(1000).optional(),
    })
    .nullable()
    .optional()
    .meta({ description: 'OAuth 2.0 client credentials; the secret is write-only' }),
  mutualTls: z
    .strictObject({ cert: pem, key: pem })
    .nullable()
    .optional()
    .meta({ description: 'Client certificate in PEM; the key is write-only' }),
  serverCa: pem.nullable().optional().meta({
    description: 'Certificates of authorities in PEM that the endpoint is checked against, instead of the public ones',
  }),
  login: z
    .strictObject({ user: z.string().min(1).max(255), password: z.string().min(1).max(1000) })
    .nullable()
    .optional()
    .meta({ description: 'For brokers; the password is write-only' }),
};

const partial = z.object(fields).partial().shape;

export const createBody = z
  .strictObject({
    ...partial,
    name: fields.name,
    ...secrets,
    signing: z.enum(KEY_KINDS).default('v1').meta({ description: 'v1: HMAC-SHA256; v1a: ed25519' }),
  })
  .meta({ id: 'CreateEndpoint' });
export const updateBody = z
  .strictObject({ version: z.int(), ...partial, ...secrets, state: z.enum(['enabled', 'disabled']).optional() })
  .meta({ id: 'UpdateEndpoint' });

export function splitSecrets<B extends z.output<typeof createBody> | z.output<typeof updateBody>>(body: B) {
  const { headers, oauth, mutualTls, serverCa, login, ...settings } = body;
  return { settings, secrets: { headers, oauth, mutualTls, serverCa, login } };
}

export const keyView = z
  .object({
    id: z.string(),
    kind: z.enum(KEY_KINDS),
    publicKey: z.string().nullable().meta({ description: 'whpk_… of a v1a key' }),
    createdBy: z.string(),
    createdAt: timestamp,
    retiresAt: timestamp.nullable(),
  })
  .meta({ id: 'EndpointKey' });
export const newKeyView = z
  .object({
    id: z.string(),
    kind: z.enum(KEY_KINDS),
    secret: z.string().nullable().meta({ description: 'whsec_… of a v1 key; shown this once' }),
    publicKey: z.string().nullable().meta({ description: 'whpk_… of a v1a key' }),
  })
  .meta({ id: 'NewEndpointKey' });

export const healthView = z
  .object({
    breaker: z.enum(['closed', 'open', 'half_open']),
    openUntil: timestamp.nullable(),
    failures: z.int(),
    failingSince: timestamp.nullable(),
    disablesAt: timestamp.nullable(),
    waiting: z.int().meta({ description: 'Counted to 10,001' }),
    oldestWaitingAt: timestamp.nullable(),
  })
  .meta({ id: 'EndpointHealth' });

export const endpointView = z
  .object({
    id: z.string(),
    ...fields,
    state: z.enum(['enabled', 'disabled']),
    disabledReason: z.string().meta({ description: 'In the language of the reader (Accept-Language)' }),
    headerNames: z.array(z.string()),
    auth: z.object({
      oauth: z.object({ tokenUrl: z.string(), clientId: z.string(), scope: z.string().optional() }).optional(),
      mutualTls: z.object({ subject: z.string(), validUntil: timestamp }).optional(),
      serverCa: z.object({ subject: z.string(), validUntil: timestamp }).optional(),
      user: z.string().optional(),
    }),
    health: healthView,
    version: z.int(),
    createdBy: z.string(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Endpoint' });
export const createdView = endpointView
  .extend({
    secret: z.string().nullable().meta({ description: 'whsec_… (v1); shown this once' }),
    publicKey: z.string().nullable().meta({ description: 'whpk_… (v1a)' }),
  })
  .meta({ id: 'CreatedEndpoint' });

export function showEndpoint(e: Endpoint, h: Health | undefined, language: Language) {
  return {
    id: publicId('ep', e.id),
    name: e.name,
    kind: e.kind,
    url: e.url,
    target: e.target,
    types: e.types,
    branches: e.branches,
    segments: e.segments,
    campaigns: e.campaigns,
    body: e.body,
    reveal: e.reveal,
    transform: e.transform,
    concurrency: e.concurrency,
    timeoutMs: e.timeoutMs,
    rate: e.rate,
    ordering: e.ordering,
    whenExhausted: e.whenExhausted,
    retrySeconds: e.retrySeconds,
    disableAfterDays: e.disableAfterDays,
    state: e.state,
    disabledReason: inLanguage(e.disabledReason, language),
    headerNames: e.headerNames,
    auth: e.auth,
    health: {
      breaker: h?.breaker ?? ('closed' as const),
      openUntil: iso(h?.openUntil ?? null),
      failures: h?.failures ?? 0,
      failingSince: iso(h?.failingSince ?? null),
      disablesAt: iso(h?.disablesAt ?? null),
      waiting: h?.waiting ?? 0,
      oldestWaitingAt: iso(h?.oldestWaitingAt ?? null),
    },
    version: e.version,
    createdBy: e.createdBy,
    createdAt: iso(e.createdAt),
    updatedAt: iso(e.updatedAt),
  };
}

export function showKey(k: EndpointKey) {
  return {
    id: publicId('key', k.id),
    kind: k.kind,
    publicKey: k.publicKey,
    createdBy: k.createdBy,
    createdAt: iso(k.createdAt),
    retiresAt: iso(k.retiresAt),
  };
}
