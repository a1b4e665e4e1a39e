import { InjectQueue, Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Job, Queue } from 'bullmq';
import { AuditService } from '#access';
import { QUEUES } from '#canonical';
import { Pins } from '#clients';
import { Surges } from '#identity';
import { Database, LOGGER, type Logger } from '#platform';
import { SegmentsService } from '#segments';
import { HUB_OPTIONS, type HubOptions } from '../hub-options.js';
import { expirePins } from './expire-pins.js';
import { logWorkerErrors } from './worker-errors.js';
import { dropPartitions, ensurePartitions } from './partitions.js';
import { retain } from './retention.js';

const MINUTE = 60_000;

/** What comes by the clock, and how often. */
const SCHEDULE = {
  'day-roll': MINUTE,
  pins: MINUTE,
  surges: MINUTE,
  partitions: 60 * MINUTE,
  retention: 6 * 60 * MINUTE,
} as const;
type Task = keyof typeof SCHEDULE;

/**
 * Work by the clock. BullMQ's schedulers see to it that one process does each task at a time; they are put in place
 * again every five minutes, so that a queue that lost everything recovers by itself.
 */
@Processor(QUEUES.upkeep, { concurrency: 1, lockDuration: 30_000, stalledInterval: 10_000, maxStalledCount: 100 })
export class UpkeepProcessor extends WorkerHost implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @InjectQueue(QUEUES.upkeep) private readonly queue: Queue,
    private readonly db: Database,
    private readonly segments: SegmentsService,
    private readonly pins: Pins,
    private readonly surges: Surges,
    private readonly audit: AuditService,
    @Inject(HUB_OPTIONS) private readonly hub: HubOptions,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    super();
  }

  async onApplicationBootstrap(): Promise<void> {
    logWorkerErrors(this.worker, this.log);
    await this.schedule();
    this.timer = setInterval(() => void this.schedule(), 5 * MINUTE);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  async process(job: Job): Promise<void> {
    switch (job.name as Task) {
      case 'day-roll':
        await this.segments.rollDay();
        return;
      case 'pins':
        return expirePins(this.db, this.pins, this.audit);
      case 'surges':
        return this.surges.look();
      case 'partitions':
        return ensurePartitions(this.db);
      case 'retention':
        await retain(this.db, this.hub.keep);
        await dropPartitions(this.db, 'delivery_attempt', this.hub.keep.inbox);
        await dropPartitions(this.db, 'delivery_done', this.hub.keep.inbox);
        await this.db.query("delete from worker where beat_at < now() - interval '1 day'");
        await this.db.query('delete from session where expires_at < now()');
        await this.db.query("delete from sign_in_link where expires_at < now() - interval '1 day'");
        await this.db.query("delete from idempotency_key where created_at < now() - interval '2 days'");
    }
  }

  private async schedule(): Promise<void> {
    try {
      for (const [name, every] of Object.entries(SCHEDULE))
        await this.queue.upsertJobScheduler(name, { every }, { name });
    } catch (e) {
      this.log.warn({ err: e }, 'the schedule could not be put in place; will try again');
    }
  }
}
