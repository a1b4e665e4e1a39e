import type { Logger } from 'pino';

export interface DrainOptions {
  readonly name: string;
  /** Does one round of work; returns how many units it did. 0 means there is nothing left for now. */
  readonly round: (signal: AbortSignal) => Promise<number>;
  readonly log: Logger;
  /** How long to wait, at most, before looking again without being woken (milliseconds). */
  readonly pollMs?: number;
}

/**
 * A loop over work that stands in rows. It runs rounds until one finds nothing, then sleeps until `wake()` or the
 * poll, whichever is first. Wakes that come while it works are remembered, so none is lost; any number of them cost
 * one more round. A round that throws is logged and tried again after a growing pause (250 ms to 5 s): the rows are
 * still there.
 */
export class Drain {
  private woken = false;
  private ring: () => void = () => {};
  private readonly abort = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly o: DrainOptions) {}

  start(): void {
    this.running ??= this.loop();
  }

  wake(): void {
    this.woken = true;
    this.ring();
  }

  /** Ends after the round in hand. */
  async stop(): Promise<void> {
    this.abort.abort();
    this.ring();
    await this.running;
  }

  private async loop(): Promise<void> {
    let failures = 0;
    while (!this.abort.signal.aborted) {
      this.woken = false;
      let done = 0;
      let pause = this.o.pollMs ?? 1000;
      try {
        done = await this.o.round(this.abort.signal);
        failures = 0;
      } catch (e) {
        if (this.abort.signal.aborted) return;
        failures++;
        pause = Math.min(5000, 125 * 2 ** failures);
        this.o.log.warn({ err: e, drain: this.o.name, failures }, 'a round of work failed and will be tried again');
      }
      if (failures > 0) await this.sleep(pause, false);
      else if (done === 0 && !this.woken) await this.sleep(pause, true);
    }
  }

  /** A wake cuts the sleep short only when there is no failure to recover from: a sick database is not hammered. */
  private sleep(ms: number, wakeable: boolean): Promise<void> {
    if (this.abort.signal.aborted) return Promise.resolve();
    return new Promise((done) => {
      const timer = setTimeout(done, ms);
      this.ring = () => {
        if (!wakeable && !this.abort.signal.aborted) return;
        clearTimeout(timer);
        done();
      };
    });
  }
}
