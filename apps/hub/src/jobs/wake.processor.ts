import { Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, type OnApplicationBootstrap } from '@nestjs/common';
import type { Job } from 'bullmq';
import { LOGGER, type Logger, WAKE_QUEUE, Wakes } from '#platform';
import { logWorkerErrors } from './worker-errors.js';

/** Passes a wake-up from another process on to the drain of this one. */
@Processor(WAKE_QUEUE, { concurrency: 8, lockDuration: 5000, stalledInterval: 5000, maxStalledCount: 100 })
export class WakeProcessor extends WorkerHost implements OnApplicationBootstrap {
  constructor(
    private readonly wakes: Wakes,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    super();
  }

  onApplicationBootstrap(): void {
    logWorkerErrors(this.worker, this.log);
  }

  async process(job: Job): Promise<void> {
    this.wakes.receive(job.name);
  }
}
