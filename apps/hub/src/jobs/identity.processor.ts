import { InjectQueue, Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, type OnApplicationBootstrap } from '@nestjs/common';
import type { Job, Queue } from 'bullmq';
import { QUEUES } from '#canonical';
import { BlockedValues, ModelWork } from '#identity';
import { LOGGER, type Logger, Metrics } from '#platform';
import { logWorkerErrors } from './worker-errors.js';

/** Long enough that training, which leaves the process no breath, is not taken for a crash. */
const LOCK_MS = 10 * 60_000;

/** Work on models and on values that many state as it is given, and every night the full pass that shows whether anything drifted. */
@Processor(QUEUES.identity, { concurrency: 1, lockDuration: LOCK_MS, stalledInterval: 30_000, maxStalledCount: 100 })
export class IdentityProcessor extends WorkerHost implements OnApplicationBootstrap {
  private readonly drift;

  constructor(
    @InjectQueue(QUEUES.identity) private readonly queue: Queue,
    private readonly work: ModelWork,
    private readonly blocked: BlockedValues,
    metrics: Metrics,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    super();
    this.drift = metrics.gauge(
      'isthmus_identity_drift_clients',
      'Clients that the last nightly pass found to be others.',
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    logWorkerErrors(this.worker, this.log);
    try {
      await this.queue.upsertJobScheduler('models', { every: 60_000 }, { name: 'models' });
      await this.queue.upsertJobScheduler('reconcile', { pattern: '30 2 * * *' }, { name: 'reconcile' });
    } catch (e) {
      this.log.warn({ err: e }, 'the schedule of the identity work could not be put in place');
    }
  }

  async process(job: Job): Promise<void> {
    if (job.name === 'models') return this.work.run();
    if (job.name === 'blocked') return this.blocked.lookAgain((job.data as { id: string }).id);
    const { merged, split } = await this.work.reconcile('reconcile');
    this.drift.set(merged + split);
    if (merged + split > 0) this.log.error({ merged, split }, 'the nightly pass found clients that had drifted');
  }
}
