import pg from 'pg';
import { uuidv7 } from '#platform';

const INSERT = `
  with e as (
    insert into event (id, type, client_id, subject, origin, data)
    select id, 'client.updated', id, 'client/x', 'live', '{"version":1}' from unnest($1::uuid[]) as t(id)
    returning seq, day
  )
  insert into event_unrouted (seq, day) select seq, day from e`;

/** Commits events straight into the hub's database, also while the hub is dead; what was acknowledged is remembered. */
export class EventStream {
  readonly acknowledged: string[] = [];
  private over = false;
  private readonly running: Promise<void>;

  /** @param connection asked for anew after every fault: a restarted database may have another port. */
  constructor(
    private readonly connection: () => pg.ClientConfig,
    private readonly everyMs: number,
    private readonly atOnce = 5,
  ) {
    this.running = this.loop();
  }

  async stop(): Promise<void> {
    this.over = true;
    await this.running;
  }

  private async loop(): Promise<void> {
    let db: pg.Client | undefined;
    while (!this.over) {
      try {
        if (!db) {
          db = new pg.Client({ ...this.connection(), connectionTimeoutMillis: 2000 });
          db.on('error', () => {});
          await db.connect();
        }
        const ids = Array.from({ length: this.atOnce }, () => uuidv7());
        await db.query(INSERT, [ids]);
        this.acknowledged.push(...ids);
      } catch {
        await db?.end().catch(() => {});
        db = undefined;
      }
      await new Promise((r) => setTimeout(r, this.everyMs));
    }
    await db?.end().catch(() => {});
  }
}
