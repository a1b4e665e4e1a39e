import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface Received {
  readonly id: string;
  readonly type: string;
  readonly event: Record<string, unknown>;
}

/** A downstream system: verifies every delivery with the reference library, and keeps what it got. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  /** Deliveries whose signature was wrong. */
  refused = 0;
  secret = '';
  answer: (n: number) => number = () => 204;
  private n = 0;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<WebhookReceiver> {
    const server = createServer();
    await new Promise<void>((ok) => server.listen(0, '127.0.0.1', ok));
    const receiver = new WebhookReceiver(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`);
    server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (d: Buffer) => parts.push(d));
      request.on('end', () => {
        const body = Buffer.concat(parts).toString();
        try {
          const event = new Webhook(receiver.secret).verify(body, request.headers as Record<string, string>) as Record<
            string,
            unknown
          >;
          receiver.received.push({ id: String(request.headers['webhook-id']), type: String(event['type']), event });
        } catch {
          receiver.refused++;
        }
        response.writeHead(receiver.answer(++receiver.n)).end('seen');
      });
    });
    return receiver;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((r) => this.server.close(r));
  }
}
