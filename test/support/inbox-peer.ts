import { HttpPeer } from './http-peer.js';

/** A web site's message inbox as docs/reference/simulator.md describes it, counting every message that arrives. */
export class InboxPeer {
  /** How often each command id arrived. */
  readonly arrived = new Map<string, number>();
  readonly users = new Map<string, string>();
  /** What the next requests are answered: a status, or `hang` for no answer at all. */
  answer: (n: number) => number | 'hang' = () => 201;
  private n = 0;
  private peer!: HttpPeer;

  static async start(): Promise<InboxPeer> {
    const inbox = new InboxPeer();
    inbox.peer = await HttpPeer.start((request, body, response) => {
      const id = /^\/messages\/(.+)$/.exec(request.url ?? '')?.[1];
      if (id === undefined) return response.writeHead(200).end();
      const answer = inbox.answer(++inbox.n);
      if (answer === 'hang' || answer < 300) {
        inbox.arrived.set(id, (inbox.arrived.get(id) ?? 0) + 1);
        inbox.users.set(id, (JSON.parse(body) as { userId: string }).userId);
      }
      return answer === 'hang' ? undefined : response.writeHead(answer).end('{}');
    });
    return inbox;
  }

  get url(): string {
    return this.peer.url;
  }

  stop(): Promise<void> {
    return this.peer.stop();
  }
}
