import { lookup } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import axios from 'axios';
import type { Connector, ConnectorContext, ConnectorInstance } from '../connector.js';
import { secretSettings } from '../settings-form.js';

/** What is put to the test: a connector, and a real peer that is reached by these settings. */
export interface Subject<S> {
  readonly connector: Connector<S>;
  /** Settings as an operator gives them; asked for when the tests run, so that the peer's port is known. */
  readonly settings: () => Record<string, unknown>;
  /** The same with a credential that the peer refuses; absent where there is none to refuse. */
  readonly badCredential?: () => Record<string, unknown>;
  /** The same, aimed at another address; absent where the connector dials nobody. */
  readonly aimedAt?: (host: string, port: number) => Record<string, unknown>;
}

/** One opened system, with everything it said on the way. */
export interface Opened {
  readonly instance: ConnectorInstance;
  /** Log lines, and whatever a test hands to `hear`: searched for secrets. */
  readonly said: string[];
  hear(what: unknown): void;
  close(): Promise<void>;
}

/** Opens a connector as the runtime does: settings parsed by its schema, a guarded HTTP client, a log. */
export async function open<S>(subject: Subject<S>, settings: Record<string, unknown>): Promise<Opened> {
  const said: string[] = [];
  const hear = (what: unknown) => said.push(inspect(what, { depth: 10, maxStringLength: null }));
  const log = (detail: object, text: string) => hear([text, detail]);
  const httpAgent = new http.Agent({ keepAlive: true });
  const httpsAgent = new https.Agent({ keepAlive: true });
  const context: ConnectorContext<S> = {
    system: 'under-test',
    settings: subject.connector.settings.parse(settings),
    http: axios.create({ timeout: 10_000, maxRedirects: 0, proxy: false, httpAgent, httpsAgent }),
    resolve: async (host) => {
      const { address, family } = await lookup(host.replaceAll(/[[\]]/g, ''));
      return { address, family: family === 6 ? 6 : 4 };
    },
    publicUrl: 'https://hub.example',
    log: { debug: log, info: log, warn: log },
    now: () => new Date(),
  };
  const instance = await subject.connector.open(context);
  return {
    instance,
    said,
    hear,
    async close() {
      await instance.close();
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}

/** Opens, runs, and closes whatever happens. */
export async function opened<S, T>(
  subject: Subject<S>,
  settings: Record<string, unknown>,
  work: (o: Opened) => Promise<T>,
): Promise<T> {
  const o = await open(subject, settings);
  try {
    return await work(o);
  } finally {
    await o.close();
  }
}

/** The secrets among settings, by the connector's own marks. */
export function secretsIn<S>(connector: Connector<S>, settings: Record<string, unknown>): string[] {
  return secretSettings(connector as unknown as Connector<never>).flatMap((path) => {
    let at: unknown = settings;
    for (const step of path.split('.')) at = (at as Record<string, unknown> | undefined)?.[step];
    return typeof at === 'string' ? [at] : [];
  });
}

/** All that an iterable yields. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** What a promise came to, error or value, and how long it took (milliseconds). */
export async function outcomeOf<T>(work: Promise<T>): Promise<{ value?: T; error?: unknown; ms: number }> {
  const from = performance.now();
  try {
    const value = await work;
    return { value, ms: performance.now() - from };
  } catch (error) {
    return { error, ms: performance.now() - from };
  }
}

/** A port of this machine on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = await listening(createServer());
  const { port } = server.address() as AddressInfo;
  await new Promise((ok) => server.close(ok));
  return port;
}

/** A peer that takes connections and never says a word. */
export async function silentPeer(): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = await listening(
    createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.resume();
    }),
  );
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((ok) => server.close(ok));
    },
  };
}

async function listening(server: Server): Promise<Server> {
  await new Promise<void>((ok) => server.listen(0, '127.0.0.1', ok));
  return server;
}

/** Open sockets of this process. */
export function socketsOpen(): number {
  return process.getActiveResourcesInfo().filter((r) => r === 'TCPSocketWrap').length;
}

/** Waits until `holds`; gives up after `ms`. */
export async function eventually(holds: () => boolean | Promise<boolean>, ms: number): Promise<boolean> {
  const until = performance.now() + ms;
  for (;;) {
    if (await holds()) return true;
    if (performance.now() > until) return false;
    await new Promise((r) => setTimeout(r, 20));
  }
}
