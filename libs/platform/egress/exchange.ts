import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { buildConnector, Pool } from 'undici';
import type { Dispatcher } from 'undici';
import type { Words } from '../words.js';
import { faultWords, type Spoken } from './fault-words.js';

/** A client certificate for mutual TLS, in PEM; `ca` replaces the public authorities. */
export interface ClientTls {
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly ca?: string | undefined;
}

export interface ExchangeRequest {
  readonly url: URL;
  readonly method: 'POST' | 'GET';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For the whole exchange: lookup, dialling, sending, and the whole answer (milliseconds). */
  readonly timeoutMs: number;
  /** How much of the answer is kept (bytes). */
  readonly keepBytes: number;
  /** Same object, same connections. */
  readonly tls?: ClientTls | undefined;
  /** Whose exchange it is: each has connections of its own, so that one who never answers holds up nobody else of the same host. */
  readonly lane?: string;
}

export interface ExchangeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The first `keepBytes` of the answer, as they came: nothing is decompressed. */
  readonly body: Buffer;
  readonly truncated: boolean;
  /** The address that was dialled. */
  readonly ip: string;
}

/** No answer. `sent` says whether a byte of the request may have left. */
export class ExchangeFailed extends Error implements Spoken {
  constructor(
    readonly words: Words,
    readonly sent: boolean,
    readonly ip: string,
    override readonly cause?: unknown,
  ) {
    super(words.en, { cause });
    this.name = 'ExchangeFailed';
  }
}

type Resolve = (host: string) => Promise<{ address: string; family: 4 | 6 }>;

const CONNECT_MS = 5000;
const RESOLVED_MS = 10_000;
const MOST_POOLS = 1000;
const IDLE_MS = 60_000;
/** An answer that goes on after this is cut off; until then it is read to its end, so that the connection can be used again. */
const MOST_BYTES = 64 * 1024;

interface Known {
  readonly pool: Pool;
  usedAt: number;
}

/**
 * Plain HTTP exchanges for the delivery path: bounded in time and size as a whole, at a fraction of the cost of a
 * streaming client. A name is looked up at most every ten seconds; the looked-up address is vetted, and is the one that
 * is dialled, with Host and SNI unchanged. Redirects are answers like any other.
 *
 * What it does not do: retry, follow, decompress, keep cookies, use a proxy.
 */
export class Exchange {
  private readonly pools = new Map<string, Known>();
  private readonly addresses = new Map<string, { at: number; address: Promise<string> }>();
  private readonly tlsIds = new WeakMap<ClientTls, number>();
  private tlsCount = 0;
  private closed = false;

  constructor(
    private readonly resolve: Resolve,
    private readonly permits: (address: string) => boolean,
    private readonly connections = 64,
  ) {}

  /** @throws ExchangeFailed, or what the guard or the resolver says. */
  async send(r: ExchangeRequest): Promise<ExchangeAnswer> {
    const end = performance.now() + r.timeoutMs;
    const host = r.url.hostname;
    const address = await this.lookup(host, r.timeoutMs);
    return this.exchange(r, address, Math.max(1, end - performance.now()));
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.pools.values()].map(({ pool }) => pool.destroy().catch(() => {})));
    this.pools.clear();
  }

  private exchange(r: ExchangeRequest, address: string, timeoutMs: number): Promise<ExchangeAnswer> {
    return new Promise((ok, fail) => {
      let controller: Dispatcher.DispatchController | undefined;
      let over = false;
      let status = 0;
      let headers: ExchangeAnswer['headers'] = {};
      let parts: Buffer[] = [];
      let size = 0;
      const settle = (run: () => void): void => {
        if (over) return;
        over = true;
        clearTimeout(timer);
        run();
      };
      const answer = (truncated: boolean) =>
        settle(() => ok({ status, headers, body: Buffer.concat(parts), truncated, ip: address }));
      const failed = (words: Words, cause?: unknown) =>
        settle(() => fail(new ExchangeFailed(words, controller !== undefined, address, cause)));
      const timer = setTimeout(() => {
        failed(
          status > 0
            ? {
                en: `it answered ${status}, and the answer did not end within ${r.timeoutMs} ms`,
                zh: `对方应答 ${status}，但应答未能在 ${r.timeoutMs} 毫秒内结束`,
              }
            : { en: `no answer within ${r.timeoutMs} ms`, zh: `${r.timeoutMs} 毫秒内没有应答` },
        );
        controller?.abort(new Error('too late'));
      }, timeoutMs);
      const handler: Dispatcher.DispatchHandler = {
        onRequestStart: (c) => {
          if (over) c.abort(new Error('too late'));
          else controller = c;
        },
        onResponseStart: (_c, code, given) => {
          if (code < 200) return;
          status = code;
          headers = given;
        },
        onResponseData: (c, chunk) => {
          if (size < r.keepBytes) parts.push(chunk.subarray(0, r.keepBytes - size));
          size += chunk.length;
          if (size <= MOST_BYTES) return;
          answer(true);
          parts = [];
          c.abort(new Error('the answer is too long'));
        },
        onResponseEnd: () => answer(size > r.keepBytes),
        onResponseError: (_c, e) => failed(reason(e), e),
      };
      this.pool(r, address).dispatch(
        { path: r.url.pathname + r.url.search, method: r.method, headers: r.headers, body: r.body ?? null },
        handler,
      );
    });
  }

  private pool({ url, tls, lane = '' }: ExchangeRequest, address: string): Pool {
    const key = `${lane} ${url.origin} ${address} ${this.tlsId(tls)}`;
    const known = this.pools.get(key);
    if (known) {
      known.usedAt = performance.now();
      return known.pool;
    }
    if (this.closed) throw new ExchangeFailed({ en: 'this process is stopping', zh: '本进程正在停止' }, false, '');
    this.dropIdle();
    const servername = isIP(bare(url.hostname)) === 0 ? url.hostname : '';
    const base = buildConnector({
      timeout: CONNECT_MS,
      allowH2: false,
      ...(tls?.cert === undefined ? {} : { cert: tls.cert }),
      ...(tls?.key === undefined ? {} : { key: tls.key }),
      ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
    });
    const pool = new Pool(url.origin, {
      connections: this.connections,
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: 10_000,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (target, done) =>
        base({ ...target, hostname: address, host: address, servername }, (e, socket) => {
          // Told again by the socket itself: what answers is what was vetted.
          if (socket && !this.permits((socket as TLSSocket).remoteAddress ?? '')) {
            socket.destroy();
            done(new Error('the connection ended at an address that may not be called'), null);
          } else if (e) done(e, null);
          else done(null, socket!);
        }),
    });
    this.pools.set(key, { pool, usedAt: performance.now() });
    return pool;
  }

  private tlsId(tls: ClientTls | undefined): number {
    if (!tls) return 0;
    const known = this.tlsIds.get(tls) ?? ++this.tlsCount;
    this.tlsIds.set(tls, known);
    return known;
  }

  private dropIdle(): void {
    if (this.pools.size < MOST_POOLS / 2) return;
    const now = performance.now();
    const byAge = [...this.pools].toSorted(([, a], [, b]) => a.usedAt - b.usedAt);
    for (const [key, { pool, usedAt }] of byAge) {
      if (now - usedAt < IDLE_MS && this.pools.size < MOST_POOLS) return;
      this.pools.delete(key);
      void pool.close().catch(() => {});
    }
  }

  private lookup(host: string, timeoutMs: number): Promise<string> {
    const known = this.addresses.get(host);
    const now = performance.now();
    if (known && now - known.at < RESOLVED_MS) return known.address;
    if (this.addresses.size > 10_000) this.addresses.clear();
    const address = within(
      this.resolve(bare(host)).then((a) => a.address),
      timeoutMs,
    );
    this.addresses.set(host, { at: now, address });
    address.catch(() => this.addresses.delete(host));
    return address;
  }
}

const bare = (host: string) => host.replace(/^\[|\]$/g, '');

function within<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((ok, fail) => {
    const timer = setTimeout(
      () =>
        fail(
          new ExchangeFailed(
            { en: `the name was not looked up within ${ms} ms`, zh: `${ms} 毫秒内未能解析域名` },
            false,
            '',
          ),
        ),
      ms,
    );
    work.then(ok, fail).finally(() => clearTimeout(timer));
  });
}

function reason(e: unknown): Words {
  const { code, message } = e as { code?: string; message?: string };
  if (code === 'UND_ERR_CONNECT_TIMEOUT')
    return { en: `no connection within ${CONNECT_MS} ms`, zh: `${CONNECT_MS} 毫秒内未能建立连接` };
  if (code === 'UND_ERR_SOCKET' || code === 'ECONNRESET')
    return {
      en: `the connection was closed before the answer (${message})`,
      zh: `对方在应答之前关闭了连接（${message}）`,
    };
  return faultWords(e);
}
