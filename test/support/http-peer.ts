import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers a request whose body has come; it may answer later, or never. */
type Answer = (request: IncomingMessage, body: string, response: ServerResponse) => unknown;

/** A server of HTTP on a free port of this machine: what the pretend systems of the tests stand on. */
export class HttpPeer {
  private constructor(
    private readonly server: Server,
    /** Without a slash at its end. */
    readonly url: string,
  ) {}

  static async start(answer: Answer): Promise<HttpPeer> {
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (d: Buffer) => parts.push(d));
      request.on('end', () => answer(request, Buffer.concat(parts).toString(), response));
    });
    await new Promise<void>((ok) => server.listen(0, '127.0.0.1', ok));
    return new HttpPeer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  /** Breaks what is under way. */
  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}
