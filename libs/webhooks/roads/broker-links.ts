import { ExchangeFailed, faultWords, joined, type Spoken, type Words } from '#platform';
import type { Target } from '../targets.js';
import { type Attempt, HIDDEN, type Outgoing } from './road.js';

interface Link<L> {
  readonly version: number;
  readonly made: Promise<{ link: L; ip: string }>;
}

/**
 * One connection to a broker per endpoint, made when it is needed and made anew after a fault or a change of settings.
 * A message counts as delivered when the broker says that it has it; without that word it may have been sent.
 */
export class BrokerLinks<L> {
  private readonly links = new Map<string, Link<L>>();

  constructor(
    private readonly open: (target: Target) => Promise<{ link: L; ip: string }>,
    private readonly end: (link: L) => Promise<unknown>,
  ) {}

  /** @param publish resolves when the broker has acknowledged; it returns what the broker said. */
  async send(target: Target, m: Outgoing, publish: (link: L) => Promise<string>): Promise<Attempt> {
    const start = performance.now();
    const { id, version, timeoutMs } = target.endpoint;
    const base = { at: m.at, headers: headersOf(target, m), body: '' };
    const ms = () => Math.round(performance.now() - start);
    let ip = '';
    let connected = false;
    try {
      const said = await within(timeoutMs, async () => {
        const link = await this.link(id, version, target);
        ip = link.ip;
        connected = true;
        return publish(link.link);
      });
      return { ...base, ms: ms(), errorClass: '', error: '', status: 200, body: said, ip };
    } catch (e) {
      // An answer leaves the connection as it is; others may be under way on it.
      const refused = e instanceof Refused;
      if (!refused) this.drop(id);
      return {
        ...base,
        ms: ms(),
        ip,
        ...(refused ? { status: e.status } : {}),
        errorClass: refused ? '' : connected && !(e instanceof NotSent) ? 'maybe_sent' : 'not_sent',
        error: joined(faultWords(e)),
      };
    }
  }

  /** The connection has ended by itself. */
  drop(endpointId: string): void {
    const link = this.links.get(endpointId);
    this.links.delete(endpointId);
    link?.made.then(({ link: l }) => this.end(l)).catch(() => {});
  }

  async close(): Promise<void> {
    const open = [...this.links.values()];
    this.links.clear();
    await Promise.all(open.map((l) => l.made.then(({ link }) => this.end(link)).catch(() => {})));
  }

  private link(id: string, version: number, target: Target): Promise<{ link: L; ip: string }> {
    const known = this.links.get(id);
    if (known?.version === version) return known.made;
    if (known) this.drop(id);
    const made = this.open(target);
    this.links.set(id, { version, made });
    made.catch(() => this.links.delete(id));
    return made;
  }
}

/** The broker has answered, and does not take it: an answer, not silence. */
export class Refused extends Error implements Spoken {
  /** @param status as an endpoint would say it by HTTP: 422 is about this message, 503 about the broker. */
  constructor(
    readonly words: Words,
    readonly status: 422 | 503 = 422,
  ) {
    super(words.en);
  }
}

/** Connected or not, the message did not leave. */
export class NotSent extends Error implements Spoken {
  constructor(readonly words: Words) {
    super(words.en);
  }
}

/** `{type}`, `{subject}` and `{client}` in a subject, routing key, topic or key are the event's. */
export function placeOf(template: string, m: Outgoing): string {
  return template.replace(/\{(type|subject|client)\}/g, (_, name: 'type' | 'subject' | 'client') => m[name]);
}

/** What goes along with the body: how to verify it, as over HTTP, and the headers that were set. */
export function sentHeaders(target: Target, m: Outgoing): Record<string, string> {
  return { ...headersOf(target, m), ...target.auth.headers };
}

/** The same, as the log may show them. CloudEvents attributes travel in the body. */
export function headersOf(target: Target, m: Outgoing): Record<string, string> {
  const timestamp = Math.floor(m.at.getTime() / 1000).toString();
  return {
    'content-type': m.cloudEvent ? 'application/cloudevents+json' : 'application/json',
    'webhook-id': m.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': target.signers.map((s) => s.sign(m.id, timestamp, m.body)).join(' '),
    ...Object.fromEntries(target.endpoint.headerNames.map((name) => [name, HIDDEN])),
  };
}

function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  return new Promise((ok, fail) => {
    const timer = setTimeout(
      () =>
        fail(
          new ExchangeFailed(
            { en: `the broker did not acknowledge within ${ms} ms`, zh: `消息代理未在 ${ms} 毫秒内确认` },
            true,
            '',
          ),
        ),
      ms,
    );
    work()
      .then(ok, fail)
      .finally(() => clearTimeout(timer));
  });
}
