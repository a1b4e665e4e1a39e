import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import net, { isIP } from 'node:net';
import tls from 'node:tls';
import axios, { type AxiosInstance, type CreateAxiosDefaults } from 'axios';
import { Agent, buildConnector } from 'undici';
import { AddressPolicy } from './address-policy.js';
import { foreignPort } from './foreign-ports.js';
import type { Words } from '../words.js';
import { Exchange } from './exchange.js';
import type { Spoken } from './fault-words.js';

export interface EgressOptions {
  /** Internal subnets that may be dialled (CIDR). Metadata addresses are refused even inside them. */
  readonly allow: readonly string[];
  /** For tests: a resolver instead of the system's. */
  readonly lookup?: (host: string) => Promise<LookupAddress[]>;
}

/** A call was refused before a byte left. */
export class EgressRefused extends Error implements Spoken {
  readonly code = 'EGRESS_REFUSED';
  readonly words: Words;
  /** @param advice what to do about it, where something can be done. */
  constructor(what: string, why: Words, advice?: Words) {
    super(`${what} may not be called: ${why.en}.${advice ? ` ${advice.en}` : ''}`);
    this.name = 'EgressRefused';
    this.words = { en: this.message, zh: `不允许访问 ${what}：${why.zh}。${advice?.zh ?? ''}` };
  }
}

const ALLOW_IT: Words = {
  en: 'Add its subnet to ISTHMUS_EGRESS_ALLOW if it is one of yours.',
  zh: '如为本机构内部地址，请将其网段加入 ISTHMUS_EGRESS_ALLOW。',
};
const NEVER: Words = {
  en: 'link-local and metadata addresses never are',
  zh: '链路本地地址与云元数据地址在任何情况下均不允许访问',
};

/**
 * Every outbound call of the product goes through here: HTTP by `exchange` (the delivery path), `fetcher` (undici) or
 * `http` (axios, adapters), everything else by dialling the address that `resolve` returns.
 *
 * The name is looked up once, every answer is checked, and the checked address itself is dialled with SNI and Host
 * unchanged: a name that changes its answer between check and dial (DNS rebinding) gains nothing. Redirects are not
 * followed and proxies from the environment are not used.
 */
export class Egress {
  private readonly policy: AddressPolicy;
  private readonly lookup: (host: string) => Promise<LookupAddress[]>;
  private readonly agents: { close(): Promise<unknown> }[] = [];
  private readonly httpAgent: http.Agent;
  private readonly httpsAgent: https.Agent;

  constructor(o: EgressOptions) {
    this.policy = new AddressPolicy(o.allow);
    this.lookup = o.lookup ?? lookupAll;
    this.httpAgent = new http.Agent({ keepAlive: true, maxSockets: 128 });
    this.httpsAgent = new https.Agent({ keepAlive: true, maxSockets: 128 });
    for (const agent of [this.httpAgent, this.httpsAgent]) guard(agent, (host) => this.resolve(host));
  }

  /**
   * @param schemes what it may begin with; http and https unless told otherwise.
   * @throws EgressRefused unless `url` has one of them, no credentials in it, and, over HTTP, no port of a service that
   * does not speak it. The host is judged when it is dialled.
   */
  checkUrl(url: string, schemes: readonly string[] = ['http:', 'https:']): URL {
    let u: URL;
    try {
      u = new URL(url);
    } catch {
      throw new EgressRefused(`"${url.replace(/\/\/[^/]*@/, '//…@')}"`, {
        en: `it is not a URL; needed: one such as ${schemes.at(-1)}//host.example.com`,
        zh: `不是有效的 URL；需要形如 ${schemes.at(-1)}//host.example.com 的地址`,
      });
    }
    if (!schemes.includes(u.protocol))
      throw new EgressRefused(`${u.protocol}//${u.host}`, {
        en: `its scheme is ${u.protocol}; needed: ${schemes.join(' or ')}`,
        zh: `协议为 ${u.protocol}；需要 ${schemes.join(' 或 ')}`,
      });
    if (u.username !== '' || u.password !== '')
      throw new EgressRefused(u.host, { en: 'it carries a user name or password', zh: '其中含有用户名或密码' });
    const port = /^https?:$/.test(u.protocol) ? foreignPort(u) : undefined;
    if (port !== undefined)
      throw new EgressRefused(u.host, {
        en: `port ${port} belongs to a service that does not speak HTTP`,
        zh: `端口 ${port} 属于非 HTTP 服务`,
      });
    if (u.hostname === '') throw new EgressRefused(`"${u.protocol}//"`, { en: 'it names no host', zh: '缺少主机名' });
    return u;
  }

  /** The address to dial for a host name or literal. @throws EgressRefused, or the resolver's own error. */
  async resolve(host: string): Promise<{ address: string; family: 4 | 6 }> {
    const bare = host.replace(/^\[|\]$/g, '');
    const family = isIP(bare);
    const answers: LookupAddress[] = family === 0 ? await this.lookup(bare) : [{ address: bare, family }];
    const open = answers.find((a) => this.policy.permits(a.address));
    if (!open) {
      const found = answers.map((a) => a.address).join(', ');
      const why =
        family === 0
          ? { en: `it resolves to ${found}, which is not public`, zh: `解析结果为 ${found}，不是公网地址` }
          : { en: 'the address is not public', zh: '不是公网地址' };
      if (answers.every((a) => this.policy.judge(a.address) === 'never'))
        throw new EgressRefused(host, { en: `${why.en}; ${NEVER.en}`, zh: `${why.zh}；${NEVER.zh}` });
      throw new EgressRefused(host, why, ALLOW_IT);
    }
    return { address: open.address, family: open.family === 6 ? 6 : 4 };
  }

  /** An undici agent that dials only vetted addresses. Closed with the Egress. */
  fetcher(o: Omit<Agent.Options, 'connect'> & { connectTimeoutMs?: number } = {}): Agent {
    const { connectTimeoutMs = 5000, ...options } = o;
    const base = buildConnector({ timeout: connectTimeoutMs });
    const agent = new Agent({
      ...options,
      connect: (target, done) => {
        this.resolve(target.hostname).then(
          ({ address }) =>
            base(
              { ...target, hostname: address, host: address, servername: target.servername ?? sni(target.hostname) },
              done,
            ),
          (e: Error) => done(e, null),
        );
      },
    });
    this.agents.push(agent);
    return agent;
  }

  /** Bounded HTTP exchanges that dial only vetted addresses. Closed with the Egress. */
  exchange(connections?: number): Exchange {
    const exchange = new Exchange(
      (host) => this.resolve(host),
      (address) => this.policy.permits(address),
      connections,
    );
    this.agents.push(exchange);
    return exchange;
  }

  /** An axios instance on the same guard: no redirects, no proxy, bounded body, ten seconds unless told otherwise. */
  http(defaults: CreateAxiosDefaults = {}): AxiosInstance {
    return axios.create({
      timeout: 10_000,
      maxContentLength: 10 * 1024 * 1024,
      ...defaults,
      maxRedirects: 0,
      proxy: false,
      httpAgent: this.httpAgent,
      httpsAgent: this.httpsAgent,
    });
  }

  async close(): Promise<void> {
    this.httpAgent.destroy();
    this.httpsAgent.destroy();
    await Promise.all(this.agents.map((a) => a.close().catch(() => {})));
  }
}

type Dial = { host?: string; hostname?: string; port?: number; servername?: string };
type Connected = (e: Error | null, socket?: net.Socket) => void;

/** Makes a node agent dial what `resolve` says. */
function guard(agent: http.Agent | https.Agent, resolve: (host: string) => Promise<{ address: string }>): void {
  const secure = agent instanceof https.Agent;
  const dialling = agent as unknown as { createConnection: (o: Dial, done: Connected) => undefined };
  dialling.createConnection = (o, done) => {
    const host = o.hostname ?? o.host ?? '';
    resolve(host).then(
      ({ address }) => {
        const to = { ...o, host: address, hostname: address, port: o.port ?? (secure ? 443 : 80) };
        done(null, secure ? tls.connect({ ...to, servername: o.servername || sni(host) }) : net.connect(to));
      },
      (e: Error) => done(e),
    );
    return undefined;
  };
}

/** Server Name Indication takes names only (RFC 6066 §3). */
function sni(host: string): string {
  return isIP(host.replace(/^\[|\]$/g, '')) === 0 ? host : '';
}

function lookupAll(host: string): Promise<LookupAddress[]> {
  return new Promise((ok, fail) => {
    systemLookup(host, { all: true }, (e, addresses) => (e ? fail(e) : ok(addresses)));
  });
}
