import type { Worker } from 'bullmq';
import type { Logger } from '#platform';

/** BullMQ prints its connection errors on the console; they belong in our log, and it reconnects by itself. */
export function logWorkerErrors(worker: Worker, log: Logger): void {
  worker
    .removeAllListeners('error')
    .on('error', (e) => log.warn({ err: e, queue: worker.name }, 'the queue has a fault; polling goes on'));
}
