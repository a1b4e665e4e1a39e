import type { Clock, Exchange, ExchangeAnswer } from '#platform';
import { bilingual, EgressRefused, ExchangeFailed, faultWords, joined } from '#platform';
import { answerHeaders } from '../answer-headers.js';
import { readRetryAfter } from '../retry.js';
import { signedHeaders } from '../sign.js';
import type { Target } from '../targets.js';
import { OAuthTokens } from './oauth-tokens.js';
import { type Attempt, BODY_KEPT, HIDDEN, type Outgoing, type Road } from './road.js';

/** By HTTP, signed as Standard Webhooks 1.0. */
export class HttpRoad implements Road {
  private readonly tokens: OAuthTokens;

  constructor(
    private readonly exchange: Exchange,
    private readonly clock: Clock,
  ) {
    this.tokens = new OAuthTokens(exchange);
  }

  async send(target: Target, m: Outgoing): Promise<Attempt> {
    const start = performance.now();
    const shown: Record<string, string> = {
      'content-type': m.cloudEvent ? 'application/cloudevents+json' : 'application/json',
      'user-agent': 'Isthmus',
      ...signedHeaders(target.signers, m.id, m.at, m.body),
    };
    const base = { at: m.at, headers: shown };
    try {
      const secret = await this.secretHeaders(target, shown);
      const answer = await this.exchange.send({
        url: target.url,
        method: 'POST',
        headers: secret === undefined ? shown : { ...shown, ...secret },
        body: m.body,
        timeoutMs: target.auth.oauth ? left(target, start) : target.endpoint.timeoutMs,
        keepBytes: BODY_KEPT,
        tls: target.tls,
        lane: target.endpoint.id,
      });
      const { status } = answer;
      if (status === 401) this.tokens.forget(target.endpoint.id);
      return {
        ...base,
        ms: elapsed(start),
        status,
        errorClass: '',
        error: status >= 200 && status < 300 ? '' : bilingual(`the endpoint answered ${status}`, `对方应答 ${status}`),
        body: textOf(answer),
        answered: answerHeaders(answer.headers),
        ip: answer.ip,
        retryAfterMs: readRetryAfter(answer.headers['retry-after'], this.clock.now()),
      };
    } catch (e) {
      return { ...base, ms: elapsed(start), body: '', ...faultOf(e) };
    }
  }

  close(): Promise<void> {
    return this.exchange.close();
  }

  /** Headers that the log must not hold; `shown` gets their names. */
  private async secretHeaders(
    target: Target,
    shown: Record<string, string>,
  ): Promise<Record<string, string> | undefined> {
    const { headers, oauth } = target.auth;
    if (!headers && !oauth) return undefined;
    const secret: Record<string, string> = {};
    for (const [name, value] of Object.entries(headers ?? {})) {
      secret[name.toLowerCase()] = value;
      shown[name.toLowerCase()] = HIDDEN;
    }
    if (oauth) {
      const { id, version, timeoutMs } = target.endpoint;
      const token = await this.tokens.get(id, version, oauth, timeoutMs, target.trusted);
      secret['authorization'] = `Bearer ${token}`;
      shown['authorization'] = `Bearer ${HIDDEN}`;
    }
    return secret;
  }
}

/** Fetching a token is part of the exchange. */
function left(target: Target, start: number): number {
  return Math.max(1, target.endpoint.timeoutMs - elapsed(start));
}

function elapsed(start: number): number {
  return Math.round(performance.now() - start);
}

function textOf({ body, headers }: ExchangeAnswer): string {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    return `(${body.length} bytes or more, ${String(encoding)}; not unpacked)`;
  return body.toString('utf8');
}

function faultOf(e: unknown): Pick<Attempt, 'errorClass' | 'error' | 'ip'> {
  const words = faultWords(e);
  if (e instanceof ExchangeFailed)
    return { errorClass: e.sent ? 'maybe_sent' : 'not_sent', error: joined(words), ip: e.ip };
  // Lookup, guard and token come before the first byte.
  const { en, zh } = e instanceof EgressRefused ? words : { en: `not sent: ${words.en}`, zh: `未发送：${words.zh}` };
  return { errorClass: 'not_sent', error: joined({ en, zh }), ip: '' };
}
