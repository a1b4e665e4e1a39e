import { type ClientTls, type Exchange, ExchangeFailed, type Spoken, type Words } from '#platform';
import type { EndpointSecrets } from '../endpoint-settings.js';

type Credentials = NonNullable<EndpointSecrets['oauth']>;

const TIMEOUT_MS = 10_000;
/** A token is not used when it has less than this to live. */
const SLACK_MS = 30_000;
const DEFAULT_LIFE_S = 300;

/** OAuth 2.0 client credentials (RFC 6749 §4.4): one token an endpoint, fetched when it is needed and kept while it lives. */
export class OAuthTokens {
  private readonly tokens = new Map<string, { version: number; until: number; token: Promise<string> }>();

  constructor(private readonly exchange: Exchange) {}

  /**
   * @param timeoutMs of the exchange that it is needed for.
   * @param trusted what the token address is checked against, instead of the public authorities.
   * @throws TokenFault that names what the token address answered, never the secret.
   */
  get(endpointId: string, version: number, c: Credentials, timeoutMs: number, trusted?: ClientTls): Promise<string> {
    const known = this.tokens.get(endpointId);
    if (known && known.version === version && performance.now() < known.until) return known.token;
    const entry = { version, until: performance.now() + TIMEOUT_MS, token: Promise.resolve('') };
    entry.token = this.fetch(c, Math.min(TIMEOUT_MS, timeoutMs), trusted).then(({ token, lifeMs }) => {
      entry.until = performance.now() + Math.max(0, lifeMs - SLACK_MS);
      return token;
    });
    entry.token.catch(() => this.forget(endpointId));
    this.tokens.set(endpointId, entry);
    return entry.token;
  }

  /** The endpoint refused it. */
  forget(endpointId: string): void {
    this.tokens.delete(endpointId);
  }

  private async fetch(
    c: Credentials,
    timeoutMs: number,
    trusted: ClientTls | undefined,
  ): Promise<{ token: string; lifeMs: number }> {
    const basic = `${encodeURIComponent(c.clientId)}:${encodeURIComponent(c.clientSecret)}`;
    const answer = await this.exchange
      .send({
        url: new URL(c.tokenUrl),
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          accept: 'application/json',
          authorization: `Basic ${Buffer.from(basic).toString('base64')}`,
        },
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          ...(c.scope ? { scope: c.scope } : {}),
        }).toString(),
        timeoutMs,
        ...(trusted ? { tls: trusted } : {}),
        keepBytes: 64 * 1024,
      })
      .catch((e: unknown) => {
        // Whatever left was no event.
        if (e instanceof ExchangeFailed)
          throw new TokenFault(`the token address: ${e.words.en}`, `令牌地址：${e.words.zh}`);
        throw e;
      });
    if (answer.status !== 200)
      throw new TokenFault(`the token address answered ${answer.status}`, `令牌地址应答 ${answer.status}`);
    let read: { access_token?: unknown; expires_in?: unknown };
    try {
      read = JSON.parse(answer.body.toString('utf8')) as typeof read;
    } catch {
      throw new TokenFault('the token address answered with something that is not JSON', '令牌地址的应答不是 JSON');
    }
    const { access_token: token, expires_in: life } = read;
    if (typeof token !== 'string' || !/^[\x21-\x7e]{1,8192}$/.test(token))
      throw new TokenFault('the token address answered without an access_token', '令牌地址的应答中没有 access_token');
    return { token, lifeMs: (typeof life === 'number' && life > 0 ? life : DEFAULT_LIFE_S) * 1000 };
  }
}

class TokenFault extends Error implements Spoken {
  readonly words: Words;
  constructor(en: string, zh: string) {
    super(en);
    this.words = { en, zh };
  }
}
