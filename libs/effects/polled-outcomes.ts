import { type ActionName, OPT_OUTS, type OutcomeKind, OUTCOMES } from '#canonical';
import type { Command, ProbeResult } from '#connector-kit';
import { type Database, Drain, type Logger } from '#platform';
import type { Gateway, SystemsService } from '#systems';
import { tellChanges } from './changes.js';
import { CLAIM_POLLS, PROVE_POLLED } from './ledger.sql.js';
import { denyOptOuts } from './opt-outs.js';

interface Asked {
  readonly id: string;
  readonly systemId: number;
  readonly name: ActionName;
  readonly params: Command['params'];
  readonly attempts: number;
}

/** What the target has decided; without an outcome, it refused. */
interface Settled {
  readonly id: string;
  readonly outcome: OutcomeKind | null;
  readonly final: boolean;
  readonly reason: string;
}

interface Moved {
  readonly id: string;
  readonly state: string;
  readonly channel: string;
  readonly campaignId: string;
  readonly clientId: string;
  readonly outcome: string | null;
}

const MOST_AT_ONCE = 32;
const POLL_MS = 500;

/**
 * Asks targets whose outcome comes by polling what became of the actions they took on. An action is asked about a
 * second after it was sent, and then ever less often (an eighth of its age, at most five minutes), for thirty days.
 * Claiming a poll moves its next time on, so several workers share them; one that dies leaves its polls for later.
 */
export class PolledOutcomes {
  private readonly drain: Drain;

  constructor(
    private readonly o: {
      readonly db: Database;
      readonly gateway: Gateway;
      readonly systems: SystemsService;
      readonly log: Logger;
      /** Called when outcomes have been recorded. */
      readonly onOutcomes: () => void;
    },
  ) {
    this.drain = new Drain({ name: 'act-poll', log: o.log, pollMs: POLL_MS, round: () => this.round() });
  }

  start(): void {
    this.drain.start();
  }

  stop(): Promise<void> {
    return this.drain.stop();
  }

  /** Asks about what is due; returns how many were asked about. */
  private async round(): Promise<number> {
    const { db, gateway, systems } = this.o;
    const known = new Map((await systems.list()).filter((s) => s.state === 'active').map((s) => [s.id, s]));
    const polled = [...known.values()].flatMap((s) => gateway.polledActions(s).map((name) => ({ id: s.id, name })));
    if (polled.length === 0) return 0;
    const due = await db.query<Asked>(CLAIM_POLLS, [polled.map((p) => p.id), polled.map((p) => p.name), MOST_AT_ONCE]);
    const answers = await Promise.all(due.map(async (a) => ({ a, r: await this.ask(known.get(a.systemId)!.code, a) })));
    const settled = answers.flatMap(({ a, r }): Settled[] => {
      if (r?.status === 'rejected') return [{ id: a.id, outcome: null, final: true, reason: r.detail.slice(0, 500) }];
      if (r?.status !== 'made' || r.outcome === undefined) return [];
      const { final, good } = OUTCOMES[r.outcome];
      return [{ id: a.id, outcome: r.outcome, final, reason: good ? '' : (r.detail ?? '').slice(0, 500) }];
    });
    if (settled.length > 0) {
      await db.tx(async (tx) => {
        const moved = await tx.query<Moved>(PROVE_POLLED, [JSON.stringify(settled)]);
        await denyOptOuts(tx, {
          actions: moved.filter((m) => m.outcome !== null && OPT_OUTS.includes(m.outcome)).map((m) => m.id),
        });
        await tellChanges(
          tx,
          moved.map(({ outcome, ...m }) => (outcome === null ? m : { ...m, outcome })),
        );
      });
      this.o.onOutcomes();
    }
    return due.length === MOST_AT_ONCE ? due.length : 0;
  }

  private async ask(code: string, a: Asked): Promise<ProbeResult | undefined> {
    try {
      return await this.o.gateway.probe(code, { id: a.id, action: a.name, params: a.params, attempt: a.attempts });
    } catch (e) {
      this.o.log.warn({ err: e, system: code }, 'a target could not be asked for an outcome; it will be asked again');
      return undefined;
    }
  }
}
