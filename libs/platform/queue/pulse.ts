import { hostname } from 'node:os';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Database } from '../database/database.js';
import { uuidv7 } from '../ids.js';
import { LOGGER } from '../log.js';

const BEAT_MS = 1000;
/** A worker that has not beaten for this long is taken for dead, by the database's clock. */
export const DEAD_AFTER = '3 seconds';
const SILENT_MS = 2500;

/**
 * The sign of life of a process that claims work. A process that is killed, cut off or stopped falls silent, and the
 * sweepers give its rows to others within seconds, however long their leases are. A process that wakes from a long
 * stop sees by its own monotonic clock that it was silent, and sends nothing it had claimed before.
 */
@Injectable()
export class Pulse {
  readonly id = uuidv7();
  private lastBeat = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly db: Database,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Beats once, then every second. Resolves after the first. */
  async start(): Promise<void> {
    await this.beat();
    this.schedule();
  }

  /** False when others may already have taken this process's work. */
  alive(): boolean {
    return performance.now() - this.lastBeat < SILENT_MS;
  }

  /** Says that this process holds nothing any more. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.db.query('delete from worker where id = $1', [this.id]).catch(() => {});
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      this.beat()
        .catch((e: unknown) => this.log.warn({ err: e }, 'the sign of life could not be written'))
        .finally(() => this.stopped || this.schedule());
    }, BEAT_MS);
  }

  private async beat(): Promise<void> {
    // Taken before the write: a beat that took long does not count as young.
    const at = performance.now();
    await this.db.query(
      `insert into worker (id, name) values ($1, $2) on conflict (id) do update set beat_at = now()`,
      [this.id, `${hostname()}/${process.pid}`],
    );
    this.lastBeat = at;
  }
}
