import { createHmac } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { HttpPeer } from './http-peer.js';

interface Subscriber {
  readonly subscriberNo: string;
  readonly email: string;
  readonly name: string;
  readonly customerNo?: string;
  readonly consent: 'yes' | 'no';
  readonly updatedAt: string;
}

/** A mail system over real sockets: takes mails by SMTP, lists subscribers, and says by webhook what it is told to. */
export class MailPeer {
  private constructor(
    private readonly smtp: SMTPServer,
    private readonly http: HttpPeer,
    private readonly listed: Subscriber[],
    /** To whom mails came, in order. */
    readonly received: string[],
  ) {}

  static readonly SECRET = 'the-secret-of-the-webhook';

  static async start(): Promise<MailPeer> {
    const received: string[] = [];
    const listed: Subscriber[] = [];
    const smtp = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: (auth, _session, done) => done(null, { user: auth.username }),
      onData: (stream, session, done) => {
        stream.resume();
        stream.on('end', () => {
          received.push(...session.envelope.rcptTo.map((r) => r.address));
          done();
        });
      },
    });
    const http = await HttpPeer.start((request, _body, response) => {
      const url = new URL(request.url ?? '', 'http://peer');
      const after = Number(url.searchParams.get('after') ?? 0);
      const items = url.pathname === '/subscribers' ? listed.slice(after) : [];
      const next = items.length > 0 ? after + items.length : null;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ items, next }));
    });
    await new Promise<void>((ok) => smtp.listen(0, '127.0.0.1', ok));
    return new MailPeer(smtp, http, listed, received);
  }

  /** What the hub must be told to reach it. */
  get settings() {
    return {
      host: '127.0.0.1',
      port: (this.smtp.server.address() as AddressInfo).port,
      user: 'hub',
      password: 'of-the-hub',
      from: 'news@firm.example',
      apiUrl: this.http.url,
      apiToken: 'token-of-the-api',
      webhookSecret: MailPeer.SECRET,
      pollMs: 200,
    };
  }

  list(...subscribers: Subscriber[]): void {
    this.listed.push(...subscribers);
  }

  /** Posts events about mails of the hub to its webhook, signed. */
  tell(url: string, ...events: { eventId: string; type: string; action: string; occurredAt: Date; to: string }[]) {
    const body = JSON.stringify({
      events: events.map(({ action, to, occurredAt, ...e }) => ({
        ...e,
        messageId: `<${action}@isthmus>`,
        recipient: to,
        occurredAt: occurredAt.toISOString(),
      })),
    });
    const at = String(Math.floor(Date.now() / 1000));
    const mac = createHmac('sha256', MailPeer.SECRET).update(`${at}.${body}`).digest('hex');
    return fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-timestamp': at, 'x-signature': `sha256=${mac}` },
      body,
    });
  }

  async stop(): Promise<void> {
    await Promise.all([new Promise<void>((ok) => this.smtp.close(() => ok())), this.http.stop()]);
  }
}
