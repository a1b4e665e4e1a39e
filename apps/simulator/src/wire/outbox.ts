import { createHmac } from 'node:crypto';
import type { Random } from '../people/person.js';

export interface OutboxOptions<T> {
  /** Where to post; undefined while nobody has said. */
  readonly target: () => string | undefined;
  readonly secret: string;
  readonly random: Random;
  /** Posts under way at the same time. */
  readonly lanes: number;
  /** Most items in one post. */
  readonly batch: number;
  readonly body: (items: readonly T[]) => unknown;
  /** The hub took them: called once for each item, when a 2xx has come. */
  readonly accepted: (items: readonly T[]) => void;
  /** Whether the item is posted once more although it was taken. */
  readonly again?: (item: T) => boolean;
}

const ANSWER_WITHIN_MS = 10_000;
const LONGEST_PAUSE_MS = 8_000;

/**
 * Posts items to the hub until each has got a 2xx, at least once, in no order that holds. Every attempt is signed anew:
 * `X-Signature: sha256=<hex HMAC-SHA256 of "<X-Timestamp>.<body>">`. After a failure the whole outbox pauses, longer
 * with every further one, and what failed goes to the end, so that one refused item does not hold up the others.
 */
export class Outbox<T> {
  private readonly waiting: { item: T; repeat: boolean }[] = [];
  private readonly underWay = new Set<Promise<void>>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly stop = new AbortController();
  private failures = 0;
  private paused = false;

  constructor(private readonly o: OutboxOptions<T>) {}

  add(item: T): void {
    this.waiting.push({ item, repeat: false });
    this.go();
  }

  async close(): Promise<void> {
    this.stop.abort();
    for (const timer of this.timers) clearTimeout(timer);
    await Promise.all(this.underWay);
  }

  private go(): void {
    while (!this.paused && !this.stop.signal.aborted && this.waiting.length > 0 && this.underWay.size < this.o.lanes) {
      const target = this.o.target();
      if (target === undefined) return this.pauseFor(500);
      const post = this.post(target, this.waiting.splice(0, this.o.batch)).finally(() => {
        this.underWay.delete(post);
        this.go();
      });
      this.underWay.add(post);
    }
  }

  private async post(target: string, entries: { item: T; repeat: boolean }[]): Promise<void> {
    if (!(await this.taken(target, JSON.stringify(this.o.body(entries.map((e) => e.item)))))) {
      this.waiting.push(...entries);
      if (this.paused) return;
      this.failures++;
      return this.pauseFor(Math.min(LONGEST_PAUSE_MS, 100 * 2 ** this.failures) * (0.5 + this.o.random() / 2));
    }
    this.failures = 0;
    const first = entries.filter((e) => !e.repeat).map((e) => e.item);
    this.o.accepted(first);
    for (const item of first)
      if (this.o.again?.(item))
        this.later(100 + this.o.random() * 1400, () => this.waiting.push({ item, repeat: true }));
  }

  private async taken(target: string, body: string): Promise<boolean> {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const mac = createHmac('sha256', this.o.secret).update(`${timestamp}.${body}`).digest('hex');
    try {
      const response = await fetch(target, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-timestamp': timestamp, 'x-signature': `sha256=${mac}` },
        body,
        redirect: 'error',
        signal: AbortSignal.any([this.stop.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      return false;
    }
  }

  private pauseFor(ms: number): void {
    this.paused = true;
    this.later(ms, () => (this.paused = false));
  }

  private later(ms: number, then: () => void): void {
    if (this.stop.signal.aborted) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      then();
      this.go();
    }, ms);
    this.timers.add(timer);
  }
}
