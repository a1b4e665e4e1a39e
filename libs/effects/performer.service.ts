import { Inject, Injectable } from '@nestjs/common';
import { type ActionName, DRAINS, OUTCOMES } from '#canonical';
import type { ActionResult, Command, ProbeResult } from '#connector-kit';
import { CLOCK, ClaimEngine, type Clock, Database, Drain, LOGGER, type Logger, Metrics, Pulse, Wakes } from '#platform';
import { Gateway, SystemsService } from '#systems';
import { CLAIM, EXPIRE, GIVE_BACK, SWEEP } from './ledger.sql.js';
import { PolledOutcomes } from './polled-outcomes.js';
import { type ResultRow, writeResults } from './write-results.js';

interface Claimed {
  readonly id: string;
  readonly fence: number;
  readonly attempts: number;
  readonly systemId: number;
  readonly channel: string;
  readonly name: ActionName;
  readonly params: Command['params'];
  readonly idempotency: 'native' | 'probe' | 'none';
  readonly settleMs: number;
  readonly inDoubt: boolean;
  readonly expiresAt: Date;
  readonly createdAt: Date;
}

interface Performed {
  readonly kind: 'perform' | 'probe';
  readonly status: string;
  readonly detail: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly next: Next;
}

/** What a result means for the ledger. */
interface Next {
  readonly state: 'ready' | 'sent' | 'proved' | 'rejected' | 'failed' | 'unknown';
  readonly reason: string;
  readonly inDoubt: boolean;
  readonly delayMs: number;
  readonly externalId?: string | undefined;
  readonly outcome?: keyof typeof OUTCOMES | undefined;
  readonly sent: boolean;
}

const CAPACITY = 64;
const PER_SYSTEM = 32;
const MOST_ATTEMPTS = 12;

/**
 * Sends what the ledger says is ready, through the claim engine, to the connectors.
 *
 * An action whose fate is in doubt (its worker died, or the target gave no answer) is sent again only where that
 * cannot make a second effect: `native` targets drop the repeat, `probe` targets are asked first; for `none` the
 * action stays `unknown` until an outcome or a person decides.
 */
@Injectable()
export class Performer {
  private engine: ClaimEngine<Claimed, Performed> | undefined;
  private sweeper: Drain | undefined;
  private polls: PolledOutcomes | undefined;
  private codes = new Map<number, string>();
  private polled = new Set<string>();

  constructor(
    private readonly db: Database,
    private readonly gateway: Gateway,
    private readonly systems: SystemsService,
    private readonly wakes: Wakes,
    private readonly pulse: Pulse,
    private readonly metrics: Metrics,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  start(): void {
    this.engine = new ClaimEngine<Claimed, Performed>({
      name: DRAINS.act,
      log: this.log,
      capacity: CAPACITY,
      batch: CAPACITY,
      alive: () => this.pulse.alive(),
      claim: (room, busy) => this.claim(room, busy),
      target: (a) => String(a.systemId),
      window: () => ({ atOnce: PER_SYSTEM, held: PER_SYSTEM }),
      send: (a) => this.send(a),
      flush: (results) => this.flush(results),
      giveBack: async (held, doubtful) =>
        (await this.db.query(GIVE_BACK, [this.pulse.id, held, doubtful, MOST_ATTEMPTS])).length,
    });
    this.wakes.register(DRAINS.act, this.engine);
    this.engine.start();
    this.sweeper = new Drain({ name: 'act-sweep', log: this.log, pollMs: 500, round: () => this.sweep() });
    this.sweeper.start();
    this.polls = new PolledOutcomes({
      db: this.db,
      gateway: this.gateway,
      systems: this.systems,
      log: this.log,
      onOutcomes: () => {
        this.wakes.wake(DRAINS.campaigns);
        this.wakes.wake(DRAINS.route);
      },
    });
    this.polls.start();
  }

  async stop(): Promise<void> {
    await this.sweeper?.stop();
    await this.polls?.stop();
    await this.engine?.stop();
  }

  private async claim(room: number, busy: ReadonlyMap<string, number>): Promise<Claimed[]> {
    const systems = (await this.systems.list()).filter((s) => s.state === 'active');
    this.codes = new Map(systems.map((s) => [s.id, s.code]));
    this.polled = new Set(systems.flatMap((s) => this.gateway.polledActions(s).map((name) => `${s.id} ${name}`)));
    const rooms = systems.map((s) => Math.max(0, PER_SYSTEM - (busy.get(String(s.id)) ?? 0)));
    const found = await this.db.query<Claimed & { state: 'claimed' | 'suppressed' }>(CLAIM, [
      systems.map((s) => s.id),
      rooms,
      room,
      this.pulse.id,
    ]);
    const claimed = found.filter((a) => a.state === 'claimed');
    if (claimed.length < found.length) this.wakes.wake(DRAINS.campaigns);
    return claimed;
  }

  private async send(a: Claimed): Promise<Performed> {
    const startedAt = this.clock.now();
    const code = this.codes.get(a.systemId)!;
    const command: Command = { id: a.id, action: a.name, params: a.params, attempt: a.attempts };
    if (a.inDoubt && a.idempotency === 'probe') {
      const found = await this.ask(code, command, a);
      if (found) return { ...found, startedAt, endedAt: this.clock.now() };
    }
    const result = await this.gateway.perform(code, command);
    const next = afterPerform(result, a);
    return {
      kind: 'perform',
      status: result.status,
      detail: detailOf(result),
      next,
      startedAt,
      endedAt: this.clock.now(),
    };
  }

  /** What the target says of a command in doubt; undefined when it surely does not have it. */
  private async ask(
    code: string,
    command: Command,
    a: Claimed,
  ): Promise<Omit<Performed, 'startedAt' | 'endedAt'> | undefined> {
    let probe: ProbeResult;
    try {
      probe = await this.gateway.probe(code, command);
    } catch (e) {
      const detail = e instanceof Error ? e.message : String(e);
      return { kind: 'probe', status: 'failed', detail, next: again(a, true, 'the target could not be asked') };
    }
    switch (probe.status) {
      case 'made': {
        const next: Next = {
          state: probe.outcome ? 'proved' : 'sent',
          reason: '',
          inDoubt: false,
          delayMs: 0,
          externalId: probe.externalId,
          outcome: probe.outcome,
          sent: true,
        };
        return { kind: 'probe', status: 'made', detail: probe.detail ?? '', next };
      }
      case 'pending': {
        // It has arrived. Where the outcome is asked for anyhow, that is all there is to know of the sending.
        const sent: Next = { state: 'sent', reason: '', inDoubt: false, delayMs: 1000, sent: true };
        const later: Next = { ...again(a, true, 'the target is still at work on it'), delayMs: 1000 };
        const next = this.polled.has(`${a.systemId} ${a.name}`) ? sent : later;
        return { kind: 'probe', status: 'pending', detail: probe.detail ?? '', next };
      }
      case 'rejected':
        return {
          kind: 'probe',
          status: 'rejected',
          detail: probe.detail,
          next: { state: 'rejected', reason: probe.detail, inDoubt: false, delayMs: 0, sent: false },
        };
      case 'absent':
        return undefined;
    }
  }

  private async flush(results: readonly { row: Claimed; result: Performed }[]): Promise<void> {
    const rows = results.map(({ row, result: { next, ...r } }): ResultRow => ({
      id: row.id,
      fence: row.fence,
      n: row.attempts,
      state: next.state,
      reason: storable(next.reason, 500),
      in_doubt: next.inDoubt,
      delay_ms: next.delayMs,
      external_id: next.externalId ?? null,
      outcome: next.outcome ?? null,
      outcome_final: next.outcome ? OUTCOMES[next.outcome].final : null,
      sent: next.sent,
      kind: r.kind,
      status: r.status,
      detail: storable(r.detail, 1000),
      started_at: r.startedAt.toISOString(),
      ended_at: r.endedAt.toISOString(),
    }));
    const changed = await this.db.tx((tx) => writeResults(tx, rows));
    for (const c of changed) {
      this.metrics.actions.inc({ channel: c.channel, state: c.state });
      if (c.state === 'sent' || c.state === 'proved')
        this.metrics.actionSeconds.observe({ channel: c.channel }, Number(c.seconds));
    }
    // What was only sent waits for its outcome, or for its time: neither has come by the sending.
    if (changed.some((c) => c.state !== 'sent')) this.wakes.wake(DRAINS.campaigns);
    this.wakes.wake(DRAINS.route);
  }

  private async sweep(): Promise<number> {
    const lost = await this.db.query(SWEEP, [this.pulse.id]);
    const expired = await this.db.query(EXPIRE);
    if (lost.length > 0) {
      this.log.warn({ actions: lost.length }, 'took back actions from a worker that died');
      this.engine?.wake();
    }
    if (expired.length > 0) this.wakes.wake(DRAINS.campaigns);
    return 0;
  }
}

function afterPerform(r: ActionResult, a: Claimed): Next {
  switch (r.status) {
    case 'done':
      return {
        state: r.outcome ? 'proved' : 'sent',
        reason: '',
        inDoubt: false,
        delayMs: 0,
        externalId: r.externalId,
        outcome: r.outcome,
        sent: true,
      };
    case 'accepted':
      return { state: 'sent', reason: '', inDoubt: false, delayMs: 0, externalId: r.externalId, sent: true };
    case 'rejected':
      return { state: 'rejected', reason: r.detail, inDoubt: false, delayMs: 0, sent: false };
    case 'retry':
      return again(a, a.inDoubt, r.detail, r.afterMs);
    case 'unknown':
      if (a.idempotency === 'none')
        return { state: 'unknown', reason: r.detail, inDoubt: true, delayMs: 0, sent: false };
      return again(a, true, r.detail, Math.max(a.settleMs, backoff(a.attempts)));
  }
}

function again(a: Claimed, inDoubt: boolean, reason: string, delayMs = backoff(a.attempts)): Next {
  if (a.attempts >= MOST_ATTEMPTS)
    return { state: inDoubt ? 'unknown' : 'failed', reason, inDoubt, delayMs: 0, sent: false };
  return { state: 'ready', reason, inDoubt, delayMs, sent: false };
}

/** Half a second, doubled with each attempt, to a minute. */
function backoff(attempts: number): number {
  return Math.min(60_000, 250 * 2 ** attempts);
}

/** What a target said, as a text column takes it. */
function storable(text: string, most: number): string {
  return text.slice(0, most).replaceAll('\0', '\uFFFD').toWellFormed();
}

function detailOf(r: ActionResult): string {
  return r.detail ?? '';
}
