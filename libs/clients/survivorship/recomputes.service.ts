import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, Database, Envelope, type Tx } from '#platform';
import { stepInLane } from '../lane.js';
import { restateClients } from '../restate.js';
import { SELECT_SOME_CLIENTS } from './recomputes.sql.js';

export type RecomputeCause = 'policy' | 'system' | 'upgrade';

export interface RecomputeRow {
  readonly id: number;
  readonly cause: RecomputeCause;
  readonly askedBy: string;
  readonly askedAt: Date;
  readonly done: number;
  readonly changed: number;
  /** Null until it has begun. */
  readonly total: number | null;
  /** Why the last try was cut off; it goes on from where it was. */
  readonly failure: string | null;
  readonly finishedAt: Date | null;
}

interface Open {
  readonly id: number;
  readonly after: string;
  readonly total: number | null;
}

const CLIENTS_AT_ONCE = 500;

/**
 * Computes every client anew when what decides their fields has changed. What is to be done stands in a table with how
 * far it is, so a crash or a lost job only delays it. Downstream hears of the clients that changed, once each.
 */
@Injectable()
export class Recomputes {
  constructor(
    private readonly db: Database,
    private readonly envelope: Envelope,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Asks for it in the transaction of the change that makes it needed. */
  async ask(tx: Tx, cause: RecomputeCause, by: string): Promise<void> {
    await tx.query('insert into client_recompute (cause, asked_by) values ($1, $2)', [cause, by]);
  }

  /** The latest, newest first. */
  list(limit: number): Promise<RecomputeRow[]> {
    return this.db.query<RecomputeRow>(
      `select id, cause, asked_by as "askedBy", asked_at as "askedAt", done, changed, total, failure,
         finished_at as "finishedAt"
       from client_recompute order by id desc limit $1`,
      [limit],
    );
  }

  /** Does what was asked for. The newest covers all that was asked before it. One process at a time: see the queue. */
  async run(): Promise<void> {
    for (;;) {
      const [open] = await this.db.query<Open>(
        'select id, after, total from client_recompute where finished_at is null order by id desc limit 1',
      );
      if (!open) return;
      try {
        await this.recompute(open);
      } catch (e) {
        await this.db.query('update client_recompute set failure = $2 where id = $1', [
          open.id,
          e instanceof Error ? e.message : String(e),
        ]);
        throw e;
      }
      await this.db.query(
        'update client_recompute set finished_at = now(), failure = null where id <= $1 and finished_at is null',
        [open.id],
      );
    }
  }

  private async recompute({ id, after, total }: Open): Promise<void> {
    if (total === null)
      await this.db.query(
        'update client_recompute set total = (select count(*) from client where merged_into is null) where id = $1',
        [id],
      );
    for (let last: string | undefined = after; last !== undefined;) last = await this.step(id, last);
  }

  /** @returns the last client that was computed; undefined when all are done. */
  private step(id: number, after: string): Promise<string | undefined> {
    return stepInLane(this.db, this.clock, async (tx) => {
      const clients = (await tx.query<{ id: string }>(SELECT_SOME_CLIENTS, [after, CLIENTS_AT_ONCE])).map((c) => c.id);
      const last = clients.at(-1);
      if (last === undefined) return undefined;
      const changed = await restateClients(tx, this.envelope, clients);
      await tx.query('update client_recompute set after = $2, done = done + $3, changed = changed + $4 where id = $1', [
        id,
        last,
        clients.length,
        changed.length,
      ]);
      return last;
    });
  }
}
