import { InjectQueue, Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, type OnApplicationBootstrap } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { QUEUES } from '#canonical';
import { Recomputes } from '#clients';
import { LOGGER, type Logger } from '#platform';
import { logWorkerErrors } from './worker-errors.js';

/** Computes clients anew when what decides their fields has changed; a minute's clock finds what a lost job left. */
@Processor(QUEUES.survivorship, {
  concurrency: 1,
  lockDuration: 60_000,
  stalledInterval: 30_000,
  maxStalledCount: 100,
})
export class SurvivorshipProcessor extends WorkerHost implements OnApplicationBootstrap {
  constructor(
    @InjectQueue(QUEUES.survivorship) private readonly queue: Queue,
    private readonly recomputes: Recomputes,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    super();
  }

  async onApplicationBootstrap(): Promise<void> {
    logWorkerErrors(this.worker, this.log);
    try {
      await this.queue.upsertJobScheduler('recompute', { every: 60_000 }, { name: 'recompute' });
    } catch (e) {
      this.log.warn({ err: e }, 'the schedule of recomputing clients could not be put in place');
    }
  }

  async process(): Promise<void> {
    await this.recomputes.run();
  }
}
