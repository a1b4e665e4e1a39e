import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

export interface Call {
  readonly path: string;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
  readonly at: number;
}

type Answer = (request: IncomingMessage, response: ServerResponse, n: number) => void;

/**
 * Receivers of every kind, each at its own path of one server. What was asked is kept; `other` counts requests to
 * places that nobody was told of.
 */
export class ReceiverZoo {
  readonly calls: Call[] = [];
  other = 0;
  /** Calls under way now, and most ever, by path. */
  readonly most = new Map<string, number>();
  private readonly now = new Map<string, number>();
  private readonly answers = new Map<string, Answer>();
  private readonly open = new Set<ServerResponse>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<ReceiverZoo> {
    const server = createServer();
    await new Promise<void>((ok) => server.listen(0, '127.0.0.1', ok));
    const zoo = new ReceiverZoo(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (request, response) => zoo.receive(request, response));
    return zoo;
  }

  /** What a path does from now on. */
  at(path: string, answer: Answer | number): string {
    this.answers.set(path, typeof answer === 'number' ? (_q, r) => void r.writeHead(answer).end() : answer);
    return this.url + path;
  }

  of(path: string): Call[] {
    return this.calls.filter((c) => c.path === path);
  }

  async stop(): Promise<void> {
    for (const response of this.open) response.destroy();
    this.server.closeAllConnections();
    await new Promise((r) => this.server.close(r));
  }

  private receive(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    const answer = this.answers.get(path);
    const under = (this.now.get(path) ?? 0) + 1;
    this.now.set(path, under);
    this.most.set(path, Math.max(under, this.most.get(path) ?? 0));
    this.open.add(response);
    response.once('close', () => {
      this.open.delete(response);
      this.now.set(path, this.now.get(path)! - 1);
    });
    const parts: Buffer[] = [];
    request.on('data', (d: Buffer) => parts.push(d));
    request.on('end', () => {
      this.calls.push({ path, headers: request.headers, body: Buffer.concat(parts).toString(), at: performance.now() });
      if (answer) answer(request, response, this.of(path).length);
      else {
        this.other++;
        response.writeHead(404).end();
      }
    });
  }
}

const BOMB = gzipSync(Buffer.alloc(10 * 1024 * 1024));

/** Answers that a receiver should not give. */
export const ILL = {
  /** One byte a moment, for ever. */
  drip: (_q: IncomingMessage, r: ServerResponse) => {
    r.writeHead(200);
    const timer = setInterval(() => r.write('.'), 20);
    r.once('close', () => clearInterval(timer));
  },
  /** A body without end. */
  flood: (_q: IncomingMessage, r: ServerResponse) => {
    r.writeHead(200);
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const more = () => {
      while (!r.destroyed && r.write(chunk));
    };
    r.on('drain', more);
    more();
  },
  /** 10 MiB of nothing in 10 KiB. */
  bomb: (_q: IncomingMessage, r: ServerResponse) => {
    r.writeHead(200, { 'content-encoding': 'gzip' }).end(BOMB);
  },
  silent: () => {},
  reset: (q: IncomingMessage) => {
    q.socket.resetAndDestroy();
  },
  away: (_q: IncomingMessage, r: ServerResponse) => {
    r.writeHead(302, { location: '/elsewhere' }).end();
  },
  /** NUL and half a character, which no PostgreSQL text holds. */
  unprintable: (_q: IncomingMessage, r: ServerResponse) => {
    r.writeHead(500).end(Buffer.from([0x61, 0, 0xed, 0xa0, 0x80, 0x62]));
  },
};
