import { Inject, Injectable } from '@nestjs/common';
import { DRAINS } from '#canonical';
import {
  CLOCK,
  ClaimEngine,
  type Clock,
  Database,
  Drain,
  Egress,
  LOGGER,
  type Logger,
  Metrics,
  publicId,
  Pulse,
  Wakes,
} from '#platform';
import type { Agent } from 'undici';
import { CLAIM, FLUSH, ROUTE, SWEEP } from './delivery.sql.js';
import { EndpointsService } from './endpoints.service.js';
import { retryDelayMs, verdict } from './retry.js';
import { signedHeaders } from './sign.js';

interface Claimed {
  readonly id: string;
  readonly fence: number;
  readonly attempts: number;
  readonly endpointId: string;
  readonly endpointVersion: number;
  readonly url: string;
  readonly timeoutMs: number;
  readonly eventId: string;
  readonly type: string;
  readonly at: Date;
  readonly subject: string;
  readonly clientId: string | null;
  readonly data: Record<string, unknown>;
}

export interface Attempt {
  readonly at: Date;
  readonly ms: number;
  readonly status?: number;
  /** Where it failed: not_sent, maybe_sent; empty when it was answered. */
  readonly errorClass: string;
  readonly error: string;
  readonly body: string;
  readonly retryAfterMs?: number | undefined;
}

const CAPACITY = 128;
const BODY_KEPT = 16 * 1024;

/**
 * Events → deliveries → downstream. Every attempt of a delivery carries the same webhook-id, so a receiver that keeps
 * ids drops the repeat that a crash between answer and record can cause. Nothing that was committed is lost.
 */
@Injectable()
export class Deliverer {
  private engine: ClaimEngine<Claimed, Attempt> | undefined;
  private router: Drain | undefined;
  private sweeper: Drain | undefined;
  private agent: Agent | undefined;

  constructor(
    private readonly db: Database,
    private readonly endpoints: EndpointsService,
    private readonly egress: Egress,
    private readonly wakes: Wakes,
    private readonly pulse: Pulse,
    private readonly metrics: Metrics,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  start(): void {
    this.agent = this.egress.fetcher({ connections: 64, pipelining: 1, keepAliveTimeout: 10_000 });
    this.router = new Drain({ name: DRAINS.route, log: this.log, round: () => this.route() });
    this.engine = new ClaimEngine<Claimed, Attempt>({
      name: DRAINS.deliver,
      log: this.log,
      capacity: CAPACITY,
      batch: CAPACITY,
      alive: () => this.pulse.alive(),
      claim: (room, busy) => this.db.query<Claimed>(CLAIM, [[...busy.keys()], [...busy.values()], room, this.pulse.id]),
      target: (d) => d.endpointId,
      send: (d) => this.send(d),
      flush: (results) => this.flush(results),
    });
    this.sweeper = new Drain({ name: 'deliver-sweep', log: this.log, pollMs: 500, round: () => this.sweep() });
    this.wakes.register(DRAINS.route, this.router);
    this.wakes.register(DRAINS.deliver, this.engine);
    this.router.start();
    this.engine.start();
    this.sweeper.start();
  }

  async stop(): Promise<void> {
    await this.router?.stop();
    await this.sweeper?.stop();
    await this.engine?.stop();
  }

  /** Turns new events into deliveries. */
  async route(): Promise<number> {
    const [row] = await this.db.query<{ events: number; deliveries: number }>(ROUTE);
    if (row!.deliveries > 0) this.wakes.wake(DRAINS.deliver);
    return row!.events;
  }

  private async send(d: Claimed): Promise<Attempt> {
    const at = this.clock.now();
    const start = performance.now();
    const base = { at, body: '', errorClass: '', error: '' };
    try {
      const secret = await this.endpoints.secretOf(d.endpointId, d.endpointVersion);
      const body = cloudEvent(d);
      const url = this.egress.checkUrl(d.url);
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'Isthmus',
        ...signedHeaders(secret, publicId('msg', d.id), at, body),
      };
      const answer = await this.agent!.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: 'POST',
        headers,
        body,
        signal: AbortSignal.timeout(d.timeoutMs),
      });
      const text = await readBounded(answer.body, BODY_KEPT);
      const status = answer.statusCode;
      const retryAfter = answer.headers['retry-after'];
      return {
        ...base,
        ms: elapsed(start),
        status,
        body: text,
        error: status < 300 ? '' : `the endpoint answered ${status}`,
        retryAfterMs: retryAfterOf(retryAfter, at),
      };
    } catch (e) {
      const error = e instanceof Error ? e.message || e.name : String(e);
      return { ...base, ms: elapsed(start), errorClass: faultOf(e), error };
    }
  }

  private async flush(results: readonly { row: Claimed; result: Attempt }[]): Promise<void> {
    const rows = results.map(({ row, result: r }) => {
      const state = verdict(r.status, row.attempts);
      return {
        id: row.id,
        fence: row.fence,
        n: row.attempts,
        state,
        delay_ms: state === 'ready' ? retryDelayMs(row.attempts, r.retryAfterMs) : 0,
        at: r.at.toISOString(),
        ms: r.ms,
        status: r.status ?? null,
        error_class: r.errorClass,
        error: r.error.slice(0, 1000),
        body: r.body.replaceAll('\0', '\uFFFD').toWellFormed(),
      };
    });
    const changed = await this.db.query<{ state: string; seconds: number }>(FLUSH, [JSON.stringify(rows)]);
    for (const { row, result } of results) {
      this.metrics.webhookAttempts.inc({
        code_class: result.status === undefined ? 'none' : `${Math.floor(result.status / 100)}xx`,
      });
      if (result.status === 410) await this.endpoints.disable(row.endpointId, 'the endpoint answered 410 Gone');
    }
    for (const c of changed) if (c.state === 'delivered') this.metrics.webhookSeconds.observe(c.seconds);
  }

  private async sweep(): Promise<number> {
    const lost = await this.db.query(SWEEP);
    if (lost.length > 0) this.engine?.wake();
    return 0;
  }
}

/** The body: CloudEvents 1.0, JSON format (CloudEvents JSON event format §3). */
export function cloudEvent(e: Pick<Claimed, 'eventId' | 'type' | 'at' | 'subject' | 'clientId' | 'data'>): string {
  return JSON.stringify({
    specversion: '1.0',
    id: publicId('evt', e.eventId),
    source: '/isthmus',
    type: e.type,
    time: e.at.toISOString(),
    subject: e.subject,
    datacontenttype: 'application/json',
    data: { ...(e.clientId ? { client: publicId('cli', e.clientId) } : {}), ...e.data },
  });
}

/** Reads at most `most` bytes and drops the rest of the answer: a receiver cannot make us hold 10 GB. */
async function readBounded(body: AsyncIterable<Buffer> & { destroy(): void }, most: number): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body) {
    parts.push(part.subarray(0, most - size));
    size += part.length;
    if (size >= most) {
      body.destroy();
      break;
    }
  }
  return Buffer.concat(parts).toString('utf8');
}

function elapsed(start: number): number {
  return Math.round(performance.now() - start);
}

function retryAfterOf(header: string | string[] | undefined, now: Date): number | undefined {
  const value = Array.isArray(header) ? header[0] : header;
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}

function faultOf(e: unknown): string {
  const code = (e as { code?: unknown }).code;
  const early = [
    'ENOTFOUND',
    'EAI_AGAIN',
    'ECONNREFUSED',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'EGRESS_REFUSED',
    'UND_ERR_CONNECT_TIMEOUT',
  ];
  return typeof code === 'string' && early.includes(code) ? 'not_sent' : 'maybe_sent';
}
