import { Webhook } from 'standardwebhooks';
import { HttpPeer } from './http-peer.js';

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
  private peer!: HttpPeer;

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    receiver.peer = await HttpPeer.start((request, body, response) => {
      try {
        const headers = request.headers as Record<string, string>;
        const event = new Webhook(receiver.secret).verify(body, headers) as Record<string, unknown>;
        receiver.received.push({ id: String(headers['webhook-id']), type: String(event['type']), event });
      } catch {
        receiver.refused++;
      }
      response.writeHead(receiver.answer(++receiver.n)).end('seen');
    });
    return receiver;
  }

  get url(): string {
    return `${this.peer.url}/hooks`;
  }

  stop(): Promise<void> {
    return this.peer.stop();
  }
}
