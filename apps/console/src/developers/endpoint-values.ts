import type { CreateEndpoint, Endpoint, EndpointKind, UpdateEndpoint } from '../api/generated/hub.schemas.js';

/** What happens to something sealed: it stays, it is set anew, or it goes. */
export type Sealed<T> = Partial<T> & { readonly change: 'keep' | 'set' | 'remove' };

/** What decides the partition of a Kafka topic. */
export const KEYS = ['subject', 'client', 'none'] as const;
type KafkaKey = (typeof KEYS)[number] | (string & {});

/** An endpoint as the form has it. */
export interface EndpointValues {
  readonly name: string;
  readonly kind: EndpointKind;
  readonly url?: string;
  readonly target?: Omit<Endpoint['target'], 'key'> & { readonly key?: KafkaKey };
  readonly types: string[];
  readonly branches: string[];
  readonly segments: string[];
  readonly campaigns: string[];
  readonly body: Endpoint['body'];
  readonly reveal: Endpoint['reveal'];
  readonly transform: { readonly path: string; readonly expression: string }[];
  readonly rate: number | null;
  readonly concurrency: number;
  readonly timeoutSeconds: number;
  readonly ordering: Endpoint['ordering'];
  readonly whenExhausted: Endpoint['whenExhausted'];
  readonly retry: 'usual' | 'own' | 'never';
  readonly retrySeconds?: string;
  readonly disableAfterDays: number;
  readonly signing: 'v1' | 'v1a';
  readonly headers: Sealed<{ readonly items: { readonly name: string; readonly value: string }[] }>;
  readonly oauth: Sealed<{
    readonly tokenUrl: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly scope: string;
  }>;
  readonly mutualTls: Sealed<{ readonly cert: string; readonly key: string }>;
  readonly serverCa: Sealed<{ readonly pem: string }>;
  readonly login: Sealed<{ readonly user: string; readonly password: string }>;
}

const KEEP = { change: 'keep' } as const;

/** What the hub takes where nothing is said (docs/reference/openapi.json, CreateEndpoint). */
export const NEW_ENDPOINT: EndpointValues = {
  name: '',
  kind: 'http',
  target: { key: 'subject', sasl: 'scram-sha-512' },
  types: [],
  branches: [],
  segments: [],
  campaigns: [],
  body: 'thin',
  reveal: [],
  transform: [],
  rate: null,
  concurrency: 8,
  timeoutSeconds: 15,
  ordering: 'none',
  whenExhausted: 'skip',
  retry: 'usual',
  disableAfterDays: 5,
  signing: 'v1',
  headers: KEEP,
  oauth: KEEP,
  mutualTls: KEEP,
  serverCa: KEEP,
  login: KEEP,
};

export function valuesOf(e: Endpoint): EndpointValues {
  return {
    ...NEW_ENDPOINT,
    name: e.name,
    kind: e.kind,
    url: e.url,
    target: {
      ...NEW_ENDPOINT.target,
      ...e.target,
      ...(e.target.key === undefined ? {} : { key: keyOf(e.target.key) }),
    },
    types: e.types,
    branches: e.branches,
    segments: e.segments,
    campaigns: e.campaigns,
    body: e.body,
    reveal: e.reveal,
    transform: Object.entries(e.transform ?? {}).map(([path, expression]) => ({ path, expression })),
    rate: e.rate,
    concurrency: e.concurrency,
    timeoutSeconds: e.timeoutMs / 1000,
    ordering: e.ordering,
    whenExhausted: e.whenExhausted,
    retry: e.retrySeconds === null ? 'usual' : e.retrySeconds.length === 0 ? 'never' : 'own',
    ...(e.retrySeconds?.length ? { retrySeconds: e.retrySeconds.join(', ') } : {}),
    disableAfterDays: e.disableAfterDays,
  };
}

/** What is sent to the hub, for a new endpoint and for a changed one alike. */
export function bodyOf(v: EndpointValues): Omit<CreateEndpoint, 'signing'> & Omit<UpdateEndpoint, 'version' | 'state'> {
  const {
    transform,
    timeoutSeconds,
    retry,
    retrySeconds,
    signing: _,
    headers,
    oauth,
    mutualTls,
    serverCa,
    login,
    ...same
  } = v;
  return {
    ...same,
    url: v.kind === 'pull' ? '' : (v.url ?? '').trim(),
    target: targetOf(v),
    transform: transformOf(transform),
    timeoutMs: Math.round(timeoutSeconds * 1000),
    retrySeconds: retry === 'usual' ? null : retry === 'never' ? [] : (readSeconds(retrySeconds) ?? []),
    ...sealed('headers', headers, () =>
      Object.fromEntries((headers.items ?? []).map(({ name, value }) => [name.trim(), value])),
    ),
    ...(v.kind === 'http' &&
      sealed('oauth', oauth, ({ tokenUrl = '', clientId = '', clientSecret = '', scope }) => ({
        tokenUrl,
        clientId,
        clientSecret,
        ...(scope ? { scope } : {}),
      }))),
    ...sealed('mutualTls', mutualTls, ({ cert = '', key = '' }) => ({ cert, key })),
    ...sealed('serverCa', serverCa, ({ pem = '' }) => pem),
    ...(v.kind !== 'http' &&
      v.kind !== 'pull' &&
      sealed('login', login, ({ user = '', password = '' }) => ({ user, password }))),
  };
}

export function transformOf(rules: EndpointValues['transform'] | undefined): Record<string, string> | null {
  const written = (rules ?? []).filter((r) => r?.path && r.expression);
  return written.length === 0 ? null : Object.fromEntries(written.map((r) => [r.path.trim(), r.expression]));
}

/** `5, 60, 600` as numbers; undefined when it is something else. */
export function readSeconds(text: string | undefined): number[] | undefined {
  const parts = (text ?? '').split(/[,，\s]+/).filter((p) => p !== '');
  const numbers = parts.map(Number);
  return numbers.length > 0 && numbers.every((n) => Number.isInteger(n) && n > 0) ? numbers : undefined;
}

function targetOf({ kind, target = {} }: EndpointValues): Endpoint['target'] {
  const { exchange = '', routingKey, subject, topic = '', key = 'subject', sasl } = target;
  if (kind === 'rabbitmq') return { exchange, ...(routingKey ? { routingKey } : {}) };
  if (kind === 'kafka') return { topic: topic.trim(), key: PLACES[key] ?? key, ...(sasl ? { sasl } : {}) };
  return kind === 'nats' && subject ? { subject } : {};
}

const PLACES: Record<string, string> = { subject: '{subject}', client: '{client}', none: '' };

/** One that was set by a program, and is none of these, stays as it is. */
function keyOf(place: string): KafkaKey {
  return KEYS.find((k) => PLACES[k] === place) ?? place;
}

function sealed<K extends string, T extends { change: string }, B>(
  name: K,
  value: T,
  make: (value: T) => B,
): { [P in K]?: B | null } {
  if (value.change === 'keep') return {};
  return { [name]: value.change === 'remove' ? null : make(value) } as { [P in K]: B | null };
}
