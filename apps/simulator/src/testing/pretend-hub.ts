import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HubAddress } from '../peer.js';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly raw: string;
}

/** The hub's side of the wire: keeps what it is posted, and answers as the test says. */
export class PretendHub {
  readonly received: Received[] = [];
  /** The status of the next answers; what is answered below 300 counts as accepted. */
  answer: (received: Received, n: number) => number = () => 200;
  /** What got a 2xx. */
  readonly accepted: Received[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<PretendHub> {
    const server = createServer();
    await new Promise<void>((ok) => server.listen(0, '127.0.0.1', ok));
    const hub = new PretendHub(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (d: Buffer) => parts.push(d));
      request.on('end', () => {
        const one = { path: request.url ?? '', headers: request.headers, raw: Buffer.concat(parts).toString() };
        const status = hub.answer(one, hub.received.push(one));
        if (status < 300) hub.accepted.push(one);
        response.writeHead(status).end('{}');
      });
    });
    return hub;
  }

  address(): HubAddress {
    return { url: this.url, callWebhook: '/in/call/events', mailWebhook: '/in/mail/events' };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((r) => this.server.close(r));
  }
}

/** Whether the sender holds the secret and signed just now: HMAC-SHA256 of `<X-Timestamp>.<raw body>`. */
export function rightlySigned({ headers, raw }: Received, secret: unknown): boolean {
  const at = String(headers['x-timestamp']);
  const mac = createHmac('sha256', String(secret)).update(`${at}.${raw}`).digest('hex');
  return headers['x-signature'] === `sha256=${mac}` && Math.abs(Date.now() / 1000 - Number(at)) < 60;
}

/** Waits until the condition holds. */
export async function until(holds: () => boolean | Promise<boolean>, withinMs = 15_000): Promise<void> {
  for (const end = Date.now() + withinMs; !(await holds());) {
    if (Date.now() > end) throw new Error(`it did not come within ${withinMs} ms: ${holds.toString()}`);
    await new Promise((r) => setTimeout(r, 20));
  }
}

/** Every item of a paged list. */
export async function readAll<T>(url: string, token: unknown, limit: number): Promise<T[]> {
  const items: T[] = [];
  for (let after = ''; ;) {
    const response = await fetch(`${url}?after=${after}&limit=${limit}`, {
      headers: { authorization: `Bearer ${String(token)}` },
    });
    const page = (await response.json()) as { items: T[]; next: string };
    if (page.items.length === 0) return items;
    items.push(...page.items);
    after = page.next;
  }
}
