import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Queue } from 'bullmq';
import type { Drain } from './drain.js';

/** The queue that carries wake-ups between processes; its jobs name a drain and hold no data. */
export const WAKE_QUEUE = 'wake';

const APART_MS = 25;

/** Anything that sleeps until there is work. */
export type Wakeable = Pick<Drain, 'wake'>;

/**
 * Tells a drain that there is work. In the process that hosts the drain this is a function call; from another process
 * it is a BullMQ job, one at a time per drain however often `wake` is called. A wake that is lost (queue down, Redis
 * flushed) costs at most one poll interval.
 */
@Injectable()
export class Wakes implements OnApplicationShutdown {
  private readonly drains = new Map<string, Wakeable>();
  private readonly sending = new Set<string>();
  private readonly again = new Set<string>();
  private closed = false;

  constructor(@InjectQueue(WAKE_QUEUE) private readonly queue: Queue) {}

  register(name: string, drain: Wakeable): void {
    if (this.drains.has(name)) throw new Error(`drain ${name} is registered twice`);
    this.drains.set(name, drain);
  }

  /** Never throws and never waits: call it after the commit. */
  wake(name: string): void {
    const here = this.drains.get(name);
    if (here) here.wake();
    else void this.send(name);
  }

  /** A wake-up that came over the queue. */
  receive(name: string): void {
    this.drains.get(name)?.wake();
  }

  onApplicationShutdown(): void {
    this.closed = true;
  }

  /** At most one job per drain and 25 ms: calls that come meanwhile are one more job at the end of it. */
  private async send(name: string): Promise<void> {
    if (this.closed) return;
    if (this.sending.has(name)) {
      this.again.add(name);
      return;
    }
    this.sending.add(name);
    try {
      await this.queue.add(name, {}, { deduplication: { id: name, ttl: 20 } });
    } catch {
      // the poll of the drain finds the work
    }
    setTimeout(() => {
      this.sending.delete(name);
      if (this.again.delete(name)) void this.send(name);
    }, APART_MS).unref();
  }
}
