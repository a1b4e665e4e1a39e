import { randomUUID } from 'node:crypto';
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, Database, LOGGER, type Logger } from '#platform';
import { SystemsService } from '../systems.service.js';
import type { System } from '../system.entity.js';
import { OpenSystems } from './open-systems.js';
import type { Sink } from './sink.js';
import { StreamRunner } from './stream-runner.js';

const LOOK_MS = 1000;
const LEASE = '3 seconds';

interface Running {
  readonly version: number;
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/**
 * Runs every active system that the hub hosts, once in the whole installation: a lease by the database's clock picks
 * the process. A process that dies loses its systems to another within the lease (3 s). The lease saves double work;
 * correctness does not rest on it, because a commit of stream state names the version it started from.
 */
@Injectable()
export class Supervisor implements BeforeApplicationShutdown {
  private readonly holder = randomUUID();
  private readonly running = new Map<string, Running>();
  private readonly abort = new AbortController();
  private loop: Promise<void> | undefined;

  constructor(
    private readonly db: Database,
    private readonly systems: SystemsService,
    private readonly open: OpenSystems,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  start(sink: Sink): void {
    this.loop ??= this.watch(sink);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.abort.abort();
    await this.loop;
    await Promise.all([...this.running.keys()].map((code) => this.stop(code)));
    await this.db.query('delete from system_lease where holder = $1', [this.holder]).catch(() => {});
  }

  private async watch(sink: Sink): Promise<void> {
    while (!this.abort.signal.aborted) {
      try {
        await this.look(sink);
      } catch (e) {
        this.log.warn({ err: e }, 'could not look after the systems; will try again');
      }
      await this.clock.sleep(LOOK_MS, this.abort.signal).catch(() => {});
    }
  }

  private async look(sink: Sink): Promise<void> {
    const wanted = new Map(
      (await this.systems.list()).filter((s) => s.state === 'active' && s.agent === null).map((s) => [s.code, s]),
    );
    for (const [code, r] of this.running) if (wanted.get(code)?.version !== r.version) await this.stop(code);
    for (const system of wanted.values()) {
      const mine = await this.lease(system);
      if (mine && !this.running.has(system.code)) this.run(system, sink);
      if (!mine && this.running.has(system.code)) await this.stop(system.code);
    }
  }

  private async lease(system: System): Promise<boolean> {
    const rows = await this.db.query(
      `insert into system_lease (system_id, holder, fence, until) values ($1, $2, 1, now() + $3::interval)
       on conflict (system_id) do update
         set holder = excluded.holder, until = excluded.until,
             fence = system_lease.fence + (system_lease.holder <> excluded.holder)::int
         where system_lease.holder = excluded.holder or system_lease.until < now()
       returning fence`,
      [system.id, this.holder, LEASE],
    );
    return rows.length > 0;
  }

  private run(system: System, sink: Sink): void {
    const abort = new AbortController();
    const ended = this.runSystem(system, sink, abort.signal);
    this.running.set(system.code, { version: system.version, abort, ended });
  }

  private async runSystem(system: System, sink: Sink, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const { instance } = await this.open.get(system.code);
        const { code } = system;
        await new StreamRunner({ system: code, instance, sink, clock: this.clock, log: this.log }).run(signal);
        return;
      } catch (e) {
        const message = e instanceof Error ? e.message : String(e);
        this.log.warn({ err: e, system: system.code }, 'a system could not be opened; it will be tried again');
        await sink
          .report(system.code, 'session', {
            class: 'config',
            message,
            nextStep: 'Check the settings of the system.',
            at: this.clock.now().toISOString(),
          })
          .catch(() => {});
        await this.clock.sleep(5000, signal).catch(() => {});
      }
    }
  }

  private async stop(code: string): Promise<void> {
    const r = this.running.get(code);
    this.running.delete(code);
    r?.abort.abort();
    await r?.ended;
  }
}
