import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { listenOnKeptPort } from './kept-port.js';
import type { Sickness } from './sickness.js';

export interface Asked {
  readonly headers: IncomingHttpHeaders;
  readonly query: URLSearchParams;
  /** The last part of the path, decoded, where the route ends in `/*`. */
  readonly id: string;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `GET /calls`, or `PUT /messages/*` for any one id. */
export type Routes = Readonly<Record<string, (asked: Asked) => Answer | Promise<Answer>>>;

export interface Door {
  readonly url: string;
  close(): Promise<void>;
}

const MOST_BYTES = 4 * 1024 * 1024;

/**
 * The HTTP side of a system, on loopback. With a token every request needs it as bearer, else 401. A body that is no
 * JSON object where one is needed is 400 (`BadRequest`).
 *
 * @param o.portFile keeps the port over restarts.
 */
export async function openDoor(o: {
  portFile: string;
  token?: string;
  sickness?: Sickness;
  routes: Routes;
}): Promise<Door> {
  const server = createServer((request, response) => {
    void answer(request).then(
      (a) => {
        if (a === 'drop') return request.socket.destroy();
        const text = a.body === undefined ? undefined : JSON.stringify(a.body);
        response.writeHead(a.status, {
          ...(text === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
          ...a.headers,
        });
        return response.end(text);
      },
      () => request.socket.destroy(),
    );
  });
  // Longer than clients keep a connection, so that none writes into one that is being closed.
  server.keepAliveTimeout = 75_000;

  async function answer(request: IncomingMessage): Promise<Answer | 'drop'> {
    const body = await bodyOf(request);
    if (o.token !== undefined && request.headers.authorization !== `Bearer ${o.token}`)
      return { status: 401, body: { error: 'the bearer token is missing or wrong' } };
    const treatment = (await o.sickness?.treat()) ?? 'well';
    if (treatment === 'fail') return { status: 503, body: { error: 'the system is sick' } };
    const performed = await perform(request, body);
    return treatment === 'drop' ? 'drop' : performed;
  }

  async function perform(request: IncomingMessage, body: Buffer | undefined): Promise<Answer> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const [, folder, id] = /^(.*?\/)([^/]*)$/.exec(url.pathname)!;
    const exact = o.routes[`${request.method} ${url.pathname}`];
    const route = exact ?? (id === '' ? undefined : o.routes[`${request.method} ${folder}*`]);
    if (!route) return { status: 404, body: { error: 'there is no such path' } };
    if (!body) return { status: 413, body: { error: `the body has more than ${MOST_BYTES} bytes` } };
    try {
      return await route({ headers: request.headers, query: url.searchParams, id: decodeURIComponent(id!), body });
    } catch (e) {
      if (e instanceof BadRequest) return { status: 400, body: { error: e.message, field: e.field } };
      return { status: 500, body: { error: 'the system has a fault' } };
    }
  }

  const port = await listenOnKeptPort(server, o.portFile);
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      const closed = new Promise((ok) => server.close(ok));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The caller's fault: `field` is what is wrong. */
export class BadRequest extends Error {
  constructor(
    readonly field: string,
    message: string,
  ) {
    super(message);
  }
}

/** @throws BadRequest when the body is no JSON object. */
export function jsonObject(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below, like any other body that is no object.
  }
  throw new BadRequest('body', 'the body is no JSON object');
}

/** @throws BadRequest when the field is no text, or is empty or missing though it is needed. */
export function textOf(body: Record<string, unknown>, field: string, need: 'needed' | 'optional'): string {
  const value = body[field] ?? '';
  if (typeof value !== 'string') throw new BadRequest(field, `"${field}" is no text`);
  if (value === '' && need === 'needed') throw new BadRequest(field, `"${field}" is missing`);
  return value;
}

/** Undefined when it is longer than taken; the rest is read and thrown away. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) if ((bytes += part.length) <= MOST_BYTES) parts.push(part);
  return bytes <= MOST_BYTES ? Buffer.concat(parts) : undefined;
}
