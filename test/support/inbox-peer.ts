import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web site's message inbox as docs/reference/simulator.md describes it, counting every message that arrives. */
export class InboxPeer {
  /** How often each command id arrived. */
  readonly arrived = new Map<string, number>();
  readonly users = new Map<string, string>();
  /** What the next requests are answered: a status, or `hang` for no answer at all. */
  answer: (n: number) => number | 'hang' = () => 201;
  private n = 0;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<InboxPeer> {
    const server = createServer();
    await new Promise<void>((ok) => server.listen(0, '127.0.0.1', ok));
    const peer = new InboxPeer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (d: Buffer) => parts.push(d));
      request.on('end', () => {
        const id = /^\/messages\/(.+)$/.exec(request.url ?? '')?.[1];
        if (id === undefined) return response.writeHead(200).end();
        const answer = peer.answer(++peer.n);
        if (answer === 'hang' || answer < 300) {
          peer.arrived.set(id, (peer.arrived.get(id) ?? 0) + 1);
          peer.users.set(id, (JSON.parse(Buffer.concat(parts).toString()) as { userId: string }).userId);
        }
        return answer === 'hang' ? undefined : response.writeHead(answer).end('{}');
      });
    });
    return peer;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((r) => this.server.close(r));
  }
}
