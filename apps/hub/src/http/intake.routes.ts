import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { gunzip, inflate } from 'node:zlib';
import { promisify } from 'node:util';
import { sameText, type Webhook, type WebhookRequest } from '#connector-kit';
import { InboxService } from '#ingest';
import { defineErrors, IsthmusError, type Logger, platformErrors } from '#platform';
import { ConnectorCatalogue, OpenSystems, SystemsService } from '#systems';
import { sendProblem } from './problem.filter.js';

const intakeErrors = defineErrors({
  INTAKE_UNKNOWN_KEY: {
    status: 401,
    en: 'No system of this hub has this key. Check the write key, or register the system.',
    zh: '没有系统使用该写入密钥。请核对密钥或先注册系统。',
  },
  INTAKE_REFUSED: {
    status: 401,
    en: 'The request was not accepted: {reason}.',
    zh: '请求未被接受：{reason}。',
  },
  INTAKE_BODY: {
    status: 400,
    en: 'The request cannot be read: {reason}.',
    zh: '请求无法读取：{reason}。',
  },
});

/** A changed key, or a paused system, takes effect within this time (milliseconds). */
const SETTINGS_AGE_MS = 2000;

/** Nothing larger is read from the wire, or made of what was compressed; connectors set smaller bounds of their own. */
const MOST_BODY_BYTES = 10 * 1024 * 1024;
const gunzipAsync = promisify(gunzip);
const inflateAsync = promisify(inflate);

/** Machines call these routes: headers for browsers and compressed answers of a few bytes would only cost. */
const BARE = { helmet: false, compress: false } as const;

export interface IntakeParts {
  readonly inbox: InboxService;
  readonly systems: SystemsService;
  readonly open: OpenSystems;
  readonly catalogue: ConnectorCatalogue;
  readonly log: Logger;
}

/**
 * The roads by which systems speak to the hub: `/in/<system>/…` for every connector that takes webhooks, and the paths
 * that SDKs insist on (a connector's `mount`).
 *
 * These routes stand beside Nest: they see raw bytes whatever the content type says, and cost one function call
 * between the socket and the inbox. They answer 2xx only after the commit.
 */
export function intakeRoutes(parts: IntakeParts) {
  return async (app: FastifyInstance): Promise<void> => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MOST_BODY_BYTES }, (_request, body, done) =>
      done(null, body),
    );
    app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply, parts.log));

    const receiver = new Receiver(parts);
    app.all('/in/:system/*', BARE, async (request, reply) => {
      const { system, '*': rest } = request.params as { system: string; '*': string };
      return receiver.receive(system, await webhookRequest(request, `/${rest}`), request, reply);
    });
    for (const connector of parts.catalogue.all()) {
      if (!connector.mount) continue;
      const { path } = connector.mount;
      app.all(`${path}/*`, BARE, async (request, reply) => {
        // Browsers ask first; the answer is the same for every key.
        if (request.method === 'OPTIONS') return cors(reply, request).status(204).send();
        const message = await webhookRequest(request, `/${(request.params as { '*': string })['*']}`);
        return receiver.receive(await receiver.systemOf(connector.name, message), message, request, reply);
      });
    }
  };
}

/** The answer to a browser's preflight, and the header that lets its page read an answer. */
function cors(reply: FastifyReply, request: FastifyRequest): FastifyReply {
  return reply
    .header('access-control-allow-origin', request.headers.origin ?? '*')
    .header('access-control-allow-methods', 'GET, POST, OPTIONS')
    .header('access-control-allow-headers', 'authorization, content-type')
    .header('access-control-max-age', '86400');
}

type KeyOf = { readonly code: string; readonly key: string };

class Receiver {
  private readonly keys = new Map<string, { at: number; keys: Promise<KeyOf[]> }>();

  constructor(private readonly parts: IntakeParts) {}

  async receive(
    system: string,
    message: WebhookRequest,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { instance, system: registered } = await this.parts.open.get(system, SETTINGS_AGE_MS);
    const { webhook } = instance;
    if (!webhook || registered.state !== 'active')
      throw platformErrors.NOT_FOUND({ what: 'intake of the system', id: system });
    refuseLarger(message.body, webhook.maxBytes);
    const verdict = webhook.verify(message);
    if (!verdict.ok)
      throw (verdict.status === 401 ? intakeErrors.INTAKE_REFUSED : intakeErrors.INTAKE_BODY)({
        reason: verdict.reason,
      });
    const { messages, reply: answer, history } = parse(webhook, message);
    if (messages.length > 0)
      await this.parts.inbox.accept(system, `webhook:${system}`, messages, history ? 'backfill' : 'live');
    if (request.headers.origin !== undefined) cors(reply, request);
    return reply
      .status(answer.status)
      .header('content-type', answer.contentType ?? 'application/json')
      .send(answer.body ?? '');
  }

  /** Which system a key belongs to, among those of one connector. Looked up at most every two seconds. */
  async systemOf(connector: string, request: WebhookRequest): Promise<string> {
    const mount = this.parts.catalogue.get(connector)!.mount!;
    const given = mount.credential(request);
    if (given === undefined) throw intakeErrors.INTAKE_UNKNOWN_KEY();
    const found = (await this.keysOf(connector, mount.setting)).find((k) => sameText(k.key, given));
    if (!found) throw intakeErrors.INTAKE_UNKNOWN_KEY();
    return found.code;
  }

  /** Those who ask while the keys are being read wait for the same answer. */
  private keysOf(connector: string, setting: string): Promise<KeyOf[]> {
    const known = this.keys.get(connector);
    if (known && performance.now() - known.at < SETTINGS_AGE_MS) return known.keys;
    const reading = { at: performance.now(), keys: this.readKeys(connector, setting) };
    this.keys.set(connector, reading);
    reading.keys.catch(() => this.keys.get(connector) === reading && this.keys.delete(connector));
    return reading.keys;
  }

  private async readKeys(connector: string, setting: string): Promise<KeyOf[]> {
    const systems = (await this.parts.systems.list()).filter((s) => s.connector === connector);
    const keys: KeyOf[] = [];
    for (const s of systems) {
      const key = (await this.parts.systems.resolved(s))[setting];
      if (typeof key === 'string') keys.push({ code: s.code, key });
    }
    return keys;
  }
}

function parse(webhook: Webhook, message: WebhookRequest) {
  try {
    return webhook.parse(message);
  } catch (e) {
    if (e instanceof IsthmusError) throw e;
    throw intakeErrors.INTAKE_BODY({ reason: e instanceof Error ? e.message : String(e) });
  }
}

async function webhookRequest(request: FastifyRequest, path: string): Promise<WebhookRequest> {
  const wire = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const encoding = request.headers['content-encoding'];
  return {
    method: request.method,
    path,
    query: request.query as Record<string, string | undefined>,
    headers: request.headers as Record<string, string | undefined>,
    body: encoding === undefined ? wire : await decompress(wire, encoding),
    receivedAt: new Date(),
  };
}

/** The bytes inside, bounded: a small bomb does not become a large body. */
async function decompress(wire: Buffer, encoding: string): Promise<Buffer> {
  try {
    if (encoding === 'gzip') return await gunzipAsync(wire, { maxOutputLength: MOST_BODY_BYTES });
    if (encoding === 'deflate') return await inflateAsync(wire, { maxOutputLength: MOST_BODY_BYTES });
  } catch (e) {
    throw intakeErrors.INTAKE_BODY(
      { reason: `its ${encoding} content is damaged or larger than ${MOST_BODY_BYTES} bytes` },
      { cause: e },
    );
  }
  return wire;
}

function refuseLarger(body: Buffer, most: number): void {
  if (body.length > most)
    throw intakeErrors.INTAKE_BODY({ reason: `it has ${body.length} bytes; at most ${most} are taken` });
}
