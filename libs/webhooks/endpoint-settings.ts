import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { CLIENT_FIELDS, coversType, EVENT_TYPES, isClientField } from '#canonical';
import { type Egress, EgressRefused } from '#platform';
import type { BrokerTarget, Endpoint, EndpointKind } from './endpoint.entity.js';
import { KAFKA_SCHEMES, kafkaUrls } from './kafka-address.js';
import { compileTransform, TransformFault } from './transform.js';
import { eventTypeUnknown, webhookErrors } from './webhooks.errors.js';

/** What a person decides about an endpoint, besides its secrets. */
export interface EndpointSettings {
  readonly name: string;
  readonly kind: EndpointKind;
  readonly url: string;
  readonly target: BrokerTarget;
  readonly types: readonly string[];
  readonly branches: readonly string[];
  readonly segments: readonly string[];
  readonly campaigns: readonly string[];
  readonly body: 'thin' | 'full';
  readonly reveal: readonly string[];
  readonly transform: Readonly<Record<string, string>> | null;
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly rate: number | null;
  readonly ordering: Endpoint['ordering'];
  readonly whenExhausted: Endpoint['whenExhausted'];
  readonly retrySeconds: readonly number[] | null;
  readonly disableAfterDays: number;
}

/** What is sealed. Absent leaves what is there; null removes it. */
export interface EndpointSecrets {
  readonly headers?: Readonly<Record<string, string>> | null | undefined;
  readonly oauth?:
    | {
        readonly tokenUrl: string;
        readonly clientId: string;
        readonly clientSecret: string;
        readonly scope?: string | undefined;
      }
    | null
    | undefined;
  readonly mutualTls?: { readonly cert: string; readonly key: string } | null | undefined;
  /** Certificates of authorities, in PEM, that the endpoint's own is checked against instead of the public ones. */
  readonly serverCa?: string | null | undefined;
  readonly login?: { readonly user: string; readonly password: string } | null | undefined;
}

export const DEFAULTS: Omit<EndpointSettings, 'name'> = {
  kind: 'http',
  url: '',
  target: {},
  types: [],
  branches: [],
  segments: [],
  campaigns: [],
  body: 'thin',
  reveal: [],
  transform: null,
  concurrency: 8,
  timeoutMs: 15_000,
  rate: null,
  ordering: 'none',
  whenExhausted: 'skip',
  retrySeconds: null,
  disableAfterDays: 5,
};

/** Personal fields that an endpoint may be allowed to see. Identity documents are never sent. */
export const REVEALABLE = Object.entries(CLIENT_FIELDS)
  .filter(([name, f]) => 'personal' in f && name !== 'idDocument')
  .map(([name]) => name);

const SCHEMES: Record<EndpointKind, readonly string[]> = {
  http: ['http:', 'https:'],
  rabbitmq: ['amqp:', 'amqps:'],
  nats: ['nats:', 'tls:'],
  kafka: KAFKA_SCHEMES,
  pull: [],
};
/** https://github.com/apache/kafka/blob/trunk/clients/src/main/java/org/apache/kafka/common/internals/Topic.java */
const TOPIC = /^[A-Za-z0-9._-]{1,249}$/;
/** https://docs.nats.io/nats-concepts/subjects: what may be published to. */
const SUBJECT = /^[^\s.*>]+(\.[^\s.*>]+)*$/;
/** Headers that are ours or the protocol's. */
const MOST_HEADERS = 50;
const RESERVED =
  /^(host|content-length|content-type|content-encoding|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|proxy-.*|webhook-.*|ce-.*)$/i;

/**
 * Refuses settings that cannot work. A name that does not resolve now may resolve later; an address that may not be
 * called never will.
 */
export async function checkSettings(s: EndpointSettings, egress: Egress): Promise<void> {
  for (const [i, type] of s.types.entries())
    if (!Object.keys(EVENT_TYPES).some((t) => t === type || (type.endsWith('*') && coversType(type, t))))
      throw eventTypeUnknown(type, `/types/${i}`);
  for (const field of s.reveal)
    if (!isClientField(field) || !REVEALABLE.includes(field))
      throw wrong(
        'reveal',
        `"${field}" is none of ${REVEALABLE.join(', ')}`,
        `"${field}" 不在 ${REVEALABLE.join('、')} 之中`,
      );
  if (s.transform !== null) checkTransform(s.transform);
  await checkUrl(s, egress);
}

async function checkUrl(s: EndpointSettings, egress: Egress): Promise<void> {
  if (s.kind === 'pull') {
    if (s.url !== '') throw wrong('url', 'an endpoint that fetches its events has none', '拉取方式的端点没有地址');
    return;
  }
  const schemes = SCHEMES[s.kind];
  if (s.url === '')
    throw wrong(
      'url',
      `found nothing; needed: an address that begins with ${schemes.join('// or ')}//`,
      `实际为空；需要以 ${schemes.join('// 或 ')}// 开头的地址`,
    );
  for (const url of s.kind === 'kafka' ? kafkaUrls(s.url) : [s.url]) await checkAddress('url', url, egress, schemes);
  checkTarget(s);
}

async function checkAddress(setting: string, url: string, egress: Egress, schemes?: readonly string[]): Promise<void> {
  try {
    const { hostname } = egress.checkUrl(url, schemes);
    await egress.resolve(hostname);
  } catch (e) {
    if (e instanceof EgressRefused)
      throw webhookErrors.ENDPOINT_URL_REFUSED(
        { setting, url: shown(url), reason: e.words },
        { errors: [{ pointer: pointerOf(setting), detail: e.words }] },
      );
  }
}

function checkTarget(s: EndpointSettings): void {
  if (s.kind === 'rabbitmq' && s.target.exchange === undefined)
    throw wrong('target.exchange', 'RabbitMQ needs the exchange to publish to', 'RabbitMQ 需要填写目标交换机');
  if (s.kind === 'nats' && !s.target.subject)
    throw wrong('target.subject', 'NATS needs the subject to publish to', 'NATS 需要填写目标主题');
  if (s.kind === 'nats' && !SUBJECT.test(s.target.subject!.replaceAll(/\{(type|subject|client)\}/g, 'x')))
    throw wrong(
      'target.subject',
      `found "${s.target.subject}"; needed: names joined by dots, without spaces and wildcards`,
      `实际为 "${s.target.subject}"；需要以点连接的名称，不含空格与通配符`,
    );
  if (s.kind === 'kafka' && !TOPIC.test((s.target.topic ?? '').replace('{type}', 'x')))
    throw wrong(
      'target.topic',
      'Kafka needs a topic: letters, digits, dots, dashes, underscores, {type}',
      'Kafka 需要填写 topic：字母、数字、点、连字符、下划线及 {type}',
    );
}

export function checkTransform(source: Readonly<Record<string, string>>): ReturnType<typeof compileTransform> {
  try {
    return compileTransform(source);
  } catch (e) {
    if (e instanceof TransformFault)
      throw webhookErrors.TRANSFORM_WRONG(
        { reason: e.words },
        { errors: [{ pointer: '/transform', detail: e.words }] },
      );
    throw e;
  }
}

function checkHeaders(headers: Readonly<Record<string, string>>): void {
  const count = Object.keys(headers).length;
  if (count > MOST_HEADERS)
    throw wrong(
      'headers',
      `found ${count}; needed: at most ${MOST_HEADERS}`,
      `实际为 ${count} 个；至多 ${MOST_HEADERS} 个`,
    );
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/.test(name) || RESERVED.test(name))
      throw wrong('headers', `"${name}" is no header that can be set`, `不能设置请求头 "${name}"`);
    if (!/^[\t\x20-\x7e]{0,4000}$/.test(value))
      throw wrong(
        'headers',
        `the value of "${name}" is longer than 4000 characters, or has a line break or other than ASCII in it`,
        `"${name}" 的值超过 4000 个字符，或含有换行或 ASCII 以外的字符`,
      );
  }
}

/** Reads certificate and key. @returns what may be shown of them. */
export function checkMutualTls(t: { cert: string; key: string }): {
  subject: string;
  validUntil: string;
} {
  try {
    const certificate = new X509Certificate(t.cert);
    if (!certificate.checkPrivateKey(createPrivateKey(t.key))) throw new Error('the key is not the certificate’s');
    createSecureContext({ cert: t.cert, key: t.key });
    return { subject: certificate.subject, validUntil: new Date(certificate.validTo).toISOString() };
  } catch (e) {
    const said = e instanceof Error ? e.message : String(e);
    throw wrong('mutualTls', `certificate and key in PEM are needed (${said})`, `需要 PEM 格式的证书与私钥（${said}）`);
  }
}

/** Reads the certificates of an authority. @returns what may be shown of the first. */
export function checkServerCa(pem: string): { subject: string; validUntil: string } {
  try {
    const certificate = new X509Certificate(pem);
    if (!certificate.ca) throw new Error(`${certificate.subject} is no authority`);
    createSecureContext({ ca: pem });
    return { subject: certificate.subject, validUntil: new Date(certificate.validTo).toISOString() };
  } catch (e) {
    const said = e instanceof Error ? e.message : String(e);
    throw wrong(
      'serverCa',
      `the certificate of an authority in PEM is needed (${said})`,
      `需要 PEM 格式的 CA 证书（${said}）`,
    );
  }
}

/** Names the secrets that this kind of endpoint would never use: whoever sends one means another kind. */
export function checkSecrets(kind: EndpointKind, s: EndpointSecrets): void {
  if (s.login && !['rabbitmq', 'nats', 'kafka'].includes(kind))
    throw wrong('login', 'only brokers have one; use headers or oauth', '仅用于消息代理；请改用 headers 或 oauth');
  if (s.oauth && kind !== 'http') throw wrong('oauth', 'only endpoints over HTTP have it', '仅用于 HTTP 端点');
  if (s.headers) checkHeaders(s.headers);
}

/**
 * What is sealed was given for one place, and does not go along to another: whoever may change the address could read
 * there what is never shown here.
 */
export function checkKept(before: Endpoint, after: Pick<EndpointSettings, 'kind' | 'url'>, s: EndpointSecrets): void {
  if (after.kind === 'pull' || placeOf(before) === placeOf(after)) return;
  const sealed = { headers: before.headerNames.length > 0, oauth: !!before.auth.oauth, login: !!before.auth.user };
  for (const name of ['headers', 'oauth', 'login'] as const)
    if (sealed[name] && s[name] === undefined)
      throw wrong(
        name,
        'the address leads to another host, and what is sealed stays with its own; give it anew, or null to remove it',
        '地址已指向其他主机，已封存的内容不会随之转移；请重新填写，或传 null 移除',
      );
}

/** Scheme, host and port; of Kafka every broker. */
function placeOf({ kind, url }: Pick<EndpointSettings, 'kind' | 'url'>): string {
  if (kind === 'pull') return '';
  if (kind === 'kafka') return kafkaUrls(url).join();
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

/** As `checkSettings` does with the address itself: it is called from the same place. */
export async function checkTokenUrl(url: string, egress: Egress): Promise<void> {
  await checkAddress('oauth.tokenUrl', url, egress);
}

function wrong(setting: string, en: string, zh: string) {
  return webhookErrors.ENDPOINT_SETTING_WRONG(
    { setting, reason: { en, zh } },
    { errors: [{ pointer: pointerOf(setting), detail: { en, zh } }] },
  );
}

function pointerOf(setting: string): string {
  return `/${setting.replaceAll('.', '/')}`;
}

function shown(url: string): string {
  return url.replace(/\/\/[^/]*@/, '//…@');
}
