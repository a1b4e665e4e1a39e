import { Inject, Injectable } from '@nestjs/common';
import { DRAINS } from '#canonical';
import {
  bilingual,
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
  type Tx,
  Wakes,
  type Words,
  wordsOf,
} from '#platform';
import { CLAIM, FLOW, FLUSH, GIVE_BACK, PLAN_FLUSH, ROUTE, SWEEP } from './delivery.sql.js';
import type { EndpointKind } from './endpoint.entity.js';
import { EndpointsService, tellOfEndpoint } from './endpoints.service.js';
import { EndpointWatch } from './endpoint-watch.js';
import { flowOf, Rests } from './flow.js';
import { type Profile, PROFILES, type Profiles, renderMessage, shownAs, type StoredEvent } from './message.js';
import { retryDelayMs, verdict } from './retry.js';
import { HttpRoad } from './roads/http-road.js';
import { KafkaRoad } from './roads/kafka-road.js';
import { NatsRoad } from './roads/nats-road.js';
import { RabbitRoad } from './roads/rabbit-road.js';
import type { Attempt, Outgoing, Road } from './roads/road.js';
import { type Target, Targets } from './targets.js';
import { TransformFault } from './transform.js';

export interface Claimed extends StoredEvent {
  readonly id: string;
  readonly fence: number;
  readonly attempts: number;
  readonly endpointId: string;
  readonly endpointVersion: number;
  /** The endpoint was not well when this was claimed: what comes of it changes its state. */
  readonly unwell: boolean;
  target?: Target;
  profile?: Profile | undefined;
}

/** Rows held at once in this process, and asked for at once. */
const CAPACITY = 2048;
const BATCH = 512;
const PACE_MS = 100;
const GIVEN_BACK_MS = 1000;
const GONE: Words = { en: 'the endpoint answered 410 Gone', zh: '对方应答 410 Gone' };

type Flushed = { id: string; endpointId: string; state: string; seconds: number };

/**
 * Events → deliveries → downstream. Every attempt of a delivery carries the same webhook-id, so a receiver that keeps
 * ids drops the repeat that a crash between answer and record can cause. Nothing that was committed is lost.
 */
@Injectable()
export class Deliverer {
  private engine: ClaimEngine<Claimed, Attempt> | undefined;
  private drains: Drain[] = [];
  private readonly rests = new Rests();
  private roads: Record<Exclude<EndpointKind, 'pull'>, Road> | undefined;

  constructor(
    private readonly db: Database,
    private readonly endpoints: EndpointsService,
    private readonly targets: Targets,
    private readonly watch: EndpointWatch,
    private readonly egress: Egress,
    private readonly wakes: Wakes,
    private readonly pulse: Pulse,
    private readonly metrics: Metrics,
    @Inject(PROFILES) private readonly profiles: Profiles,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  start(): void {
    this.roads = {
      http: new HttpRoad(this.egress.exchange(64), this.clock),
      rabbitmq: new RabbitRoad(this.egress),
      nats: new NatsRoad(this.egress),
      kafka: new KafkaRoad(this.egress),
    };
    const router = new Drain({ name: DRAINS.route, log: this.log, round: () => this.route() });
    this.engine = new ClaimEngine<Claimed, Attempt>({
      name: DRAINS.deliver,
      log: this.log,
      capacity: CAPACITY,
      batch: BATCH,
      alive: () => this.pulse.alive(),
      claim: (room, busy) => this.claim(room, busy),
      target: (d) => d.endpointId,
      window: (d) => windowOf(d.target),
      unbegun: () => unsent(this.clock.now(), '', 0),
      send: (d) => this.send(d),
      flush: (results) => this.flush(results),
      giveBack: async (held, doubtful) => (await this.db.query(GIVE_BACK, [this.pulse.id, held, doubtful])).length,
    });
    this.drains = [
      router,
      new Drain({ name: 'deliver-sweep', log: this.log, pollMs: 500, round: () => this.sweep() }),
      new Drain({ name: 'deliver-watch', log: this.log, pollMs: 5000, round: () => this.watch.round() }),
      // A rate is kept by looking often; nobody else needs it.
      new Drain({ name: 'deliver-pace', log: this.log, pollMs: PACE_MS, round: async () => this.pace() }),
    ];
    this.wakes.register(DRAINS.route, router);
    this.wakes.register(DRAINS.deliver, this.engine);
    this.engine.start();
    for (const drain of this.drains) drain.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.drains.map((d) => d.stop()));
    await this.engine?.stop();
    await Promise.all(Object.values(this.roads ?? {}).map((r) => r.close()));
  }

  /** Turns new events into deliveries. */
  async route(): Promise<number> {
    const [row] = await this.db.query<{ events: number; deliveries: number }>(ROUTE);
    if (row!.deliveries > 0) this.wakes.wake(DRAINS.deliver);
    return row!.events;
  }

  private async claim(room: number, busy: ReadonlyMap<string, number>): Promise<Claimed[]> {
    const rows = await this.db.query<Claimed>(CLAIM, [[...busy.keys()], [...busy.values()], room, this.pulse.id]);
    if (rows.length === 0) return rows;
    try {
      await this.targets.prepare(new Map(rows.map((r) => [r.endpointId, r.endpointVersion])));
      for (const row of rows) {
        const target = this.targets.get(row.endpointId);
        if (target) row.target = target;
      }
      await this.addProfiles(rows);
    } catch (e) {
      // Such as a master key that this process does not have: others may, and need not wait for our lease.
      const back = rows.map((row) => flushed(row, unsent(this.clock.now(), '', GIVEN_BACK_MS)));
      await this.db.tx((tx) => write(tx, back));
      throw e;
    }
    return rows;
  }

  /** One query per batch for full bodies, and none when there are none. */
  private async addProfiles(rows: readonly Claimed[]): Promise<void> {
    const full = rows.filter((r) => r.clientId !== null && r.target?.endpoint.body === 'full');
    for (const [key, group] of Map.groupBy(full, (r) => r.target!.endpoint.reveal.join())) {
      const reveal = key === '' ? [] : key.split(',');
      const found = await this.profiles.load([...new Set(group.map((r) => r.clientId!))], reveal);
      for (const row of group) row.profile = found.get(row.clientId!);
    }
  }

  private async send(d: Claimed): Promise<Attempt> {
    const at = this.clock.now();
    const failed = (en: string, zh: string) => unsent(at, bilingual(en, zh));
    const { target } = d;
    const rest = this.rests.restMs(d.endpointId);
    if (rest !== undefined) return unsent(at, '', rest);
    if (!target || target.endpoint.kind === 'pull') return failed('the endpoint was removed', '端点已删除');
    try {
      const message = renderMessage(d, d.profile);
      const out: Outgoing = {
        id: publicId('msg', d.id),
        ...shownAs(d),
        at,
        body: target.transform ? JSON.stringify(target.transform(JSON.parse(message))) : message,
        cloudEvent: target.transform === undefined,
      };
      const attempt = await this.roads![target.endpoint.kind].send(target, out);
      this.rests.note(d.endpointId, attempt);
      return attempt;
    } catch (e) {
      if (e instanceof TransformFault)
        return failed(`the transformation failed: ${e.words.en}`, `格式转换失败：${e.words.zh}`);
      throw e;
    }
  }

  private async flush(results: readonly { row: Claimed; result: Attempt }[]): Promise<void> {
    const rows = results.map(({ row, result }) => flushed(row, result));
    const gone = new Set(results.filter((r) => r.result.status === 410).map((r) => r.row.endpointId));
    const flow = flowOf(results);
    const changed = await this.db.tx(async (tx) => {
      const done = await write(tx, rows);
      if (flow.length === 0 && gone.size === 0) return done;
      await this.tell(tx, flow, done, results);
      for (const id of gone) await this.endpoints.disable(tx, id, GONE);
      tx.afterCommit(() => this.wakes.wake(DRAINS.route));
      return done;
    });
    for (const { result } of results)
      if (result.withheldMs === undefined)
        this.metrics.webhookAttempts.inc({
          code_class: result.status === undefined ? 'none' : `${Math.floor(result.status / 100)}xx`,
        });
    // Those behind in their line may go now; before, the claim has not seen them.
    if (results.some(({ row }) => (row.target?.endpoint.ordering ?? 'none') !== 'none')) this.engine?.wake();
    for (const c of changed) if (c.state === 'delivered') this.metrics.webhookSeconds.observe(c.seconds);
  }

  /** Writes what the answers say of their endpoints, and tells those who listen what has ended. */
  private async tell(
    tx: Tx,
    flow: ReturnType<typeof flowOf>,
    done: readonly Flushed[],
    results: readonly { row: Claimed; result: Attempt }[],
  ): Promise<void> {
    if (flow.length > 0) {
      const recovered = await tx.query<{ id: string }>(FLOW, [JSON.stringify(flow)]);
      for (const { id } of recovered)
        await tellOfEndpoint(tx, 'endpoint.recovered', { id, name: this.targets.get(id)?.endpoint.name ?? '' });
    }
    const lost = new Set(done.filter((d) => d.state === 'failed' || d.state === 'parked').map((d) => d.id));
    const told = results.filter(({ row }) => lost.has(row.id) && !/^(endpoint|delivery)\./.test(row.type));
    for (const [id, group] of Map.groupBy(told, ({ row }) => row.endpointId)) {
      const reason = wordsOf(group.at(-1)!.result.error).en.slice(0, 200);
      const name = group[0]!.row.target?.endpoint.name ?? '';
      await tellOfEndpoint(tx, 'delivery.failed', { id, name }, { deliveries: group.length, reason });
    }
  }

  private async sweep(): Promise<number> {
    const lost = await this.db.query(SWEEP);
    if (lost.length > 0) {
      this.log.warn({ deliveries: lost.length }, 'took back deliveries from a worker that died');
      this.engine?.wake();
    }
    return 0;
  }

  private pace(): number {
    if (this.watch.paced) this.engine?.wake();
    return 0;
  }
}

async function write(tx: Tx, rows: readonly ReturnType<typeof flushed>[]): Promise<Flushed[]> {
  await tx.query(PLAN_FLUSH);
  return tx.query<Flushed>(FLUSH, [JSON.stringify(rows)]);
}

/** Nothing left the house. @param withheldMs when it was not even tried: how long to wait. */
function unsent(at: Date, error: string, withheldMs?: number): Attempt {
  const nothing = { at, ms: 0, errorClass: 'not_sent' as const, error, body: '', ip: '', headers: {} };
  return withheldMs === undefined ? nothing : { ...nothing, withheldMs };
}

function windowOf(target: Target | undefined): { atOnce: number; held: number } {
  const atOnce = target?.endpoint.concurrency ?? 1;
  return { atOnce, held: Math.max(32, 4 * atOnce) };
}

function flushed(row: Claimed, r: Attempt) {
  if (r.withheldMs !== undefined)
    return { id: row.id, fence: row.fence, n: null, state: 'ready', delay_ms: r.withheldMs, headers: {} };
  const n = row.attempts + 1;
  const schedule = row.target?.schedule;
  const found = verdict(r, n, schedule);
  const e = row.target?.endpoint;
  const parks = found === 'failed' && e !== undefined && e.ordering !== 'none' && e.whenExhausted === 'park';
  return {
    id: row.id,
    fence: row.fence,
    n,
    state: parks ? 'parked' : found,
    delay_ms: found === 'ready' && r.status !== 410 ? retryDelayMs(n, r.retryAfterMs, schedule) : 0,
    at: r.at.toISOString(),
    ms: r.ms,
    status: r.status ?? null,
    error_class: r.errorClass,
    error: clean(bounded(r.error)),
    body: clean(r.body),
    ip: r.ip,
    headers: r.headers,
    answer_headers: cleanHeaders(r.answered),
  };
}

/** Latin-1 bytes that a receiver put into a header may be no characters. */
function cleanHeaders(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, clean(value)]));
}

const LONGEST_ERROR = 1000;

function bounded(error: string): string {
  if (error.length <= LONGEST_ERROR) return error;
  const { en, zh } = wordsOf(error);
  return bilingual(en.slice(0, LONGEST_ERROR), zh.slice(0, LONGEST_ERROR));
}

/** PostgreSQL stores neither NUL nor half characters; a receiver may send both. */
function clean(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\uFFFD').toWellFormed() : text.toWellFormed();
}
