import type { Logger } from 'pino';

export interface ClaimEngineOptions<Row, Result> {
  readonly name: string;
  readonly log: Logger;
  /** Sends under way at once in this process. */
  readonly capacity: number;
  /** Rows asked for at once, at most. */
  readonly batch: number;
  /** The time between two looks at the table when nobody wakes the engine (milliseconds). */
  readonly pollMs?: number;
  /** How long results may wait for company before they are written (milliseconds). */
  readonly flushMs?: number;
  /**
   * Takes at most `room` due rows: SKIP LOCKED, fence + 1, lease set, committed before it resolves. `busy` counts the
   * rows held per target, under way or waiting for their turn, so that one slow target cannot fill the batch.
   */
  claim(room: number, busy: ReadonlyMap<string, number>): Promise<Row[]>;
  /** False when this process was silent for so long that others may have its rows: then nothing is sent. */
  alive(): boolean;
  /** What a row is sent to; windows are counted by it. */
  target(row: Row): string;
  /**
   * Of one target: how many sends may be under way at once, and how many rows `claim` gives this process at most.
   * Those beyond `atOnce` wait here for their turn. Absent: everything that is claimed is sent at once.
   */
  window?(row: Row): { readonly atOnce: number; readonly held: number };
  /**
   * The result of a row that was claimed and not begun, because this process was silent for too long or stops: it is
   * written like any other, and gives the row back at once if it is still ours. Absent: the row waits for its lease.
   */
  unbegun?(row: Row): Result;
  /** Makes the side effect. Whatever happens is a result; a throw is a defect and leaves the row to the sweeper. */
  send(row: Row, signal: AbortSignal): Promise<Result>;
  /** Writes results where the row's fence is still ours; a result whose fence has moved on must change nothing. */
  flush(results: readonly { readonly row: Row; readonly result: Result }[]): Promise<void>;
}

/**
 * The one engine behind webhook deliveries and connector actions: claim in batches, send with bounded concurrency,
 * write results in batches.
 *
 * Under a crash: what was claimed and not flushed keeps its lease until the sweeper of the owning lib returns it, with
 * `attempts` telling that it may have been sent. Under a pause longer than the lease (SIGSTOP): the fence has moved,
 * and the late result changes nothing. It does not decide what may be sent again; the owner's sweep does.
 */
export class ClaimEngine<Row, Result> {
  private readonly busy = new Map<string, number>();
  private readonly lines = new Map<string, { sending: number; waiting: Row[] }>();
  private inFlight = 0;
  private results: { row: Row; result: Result }[] = [];
  private flushing: Promise<void> | undefined;
  private flushTimer: NodeJS.Timeout | undefined;
  private ring: () => void = () => {};
  private woken = false;
  private readonly abort = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly o: ClaimEngineOptions<Row, Result>) {}

  start(): void {
    this.running ??= this.loop();
  }

  wake(): void {
    this.woken = true;
    this.ring();
  }

  /** Claims no more, lets what is under way end (at most `deadlineMs`), and writes its results. */
  async stop(deadlineMs = 10_000): Promise<void> {
    this.abort.abort();
    this.ring();
    await this.running;
    const end = Date.now() + deadlineMs;
    while (this.inFlight > 0 && Date.now() < end) await new Promise((r) => setTimeout(r, 10));
    await this.flush();
  }

  private async loop(): Promise<void> {
    let failures = 0;
    while (!this.abort.signal.aborted) {
      this.woken = false;
      const room = Math.min(this.o.batch, this.o.capacity - this.inFlight);
      let rows: Row[] = [];
      try {
        if (room > 0) rows = await this.o.claim(room, this.busy);
        failures = 0;
      } catch (e) {
        failures++;
        this.o.log.warn({ err: e, engine: this.o.name, failures }, 'could not claim work; will try again');
      }
      for (const row of rows) this.take(row);
      if (failures > 0) await this.sleep(Math.min(5000, 125 * 2 ** failures));
      else if (!this.woken && rows.length < Math.max(1, room)) await this.sleep(this.o.pollMs ?? 1000);
    }
  }

  private take(row: Row): void {
    const target = this.o.target(row);
    this.inFlight++;
    this.busy.set(target, (this.busy.get(target) ?? 0) + 1);
    const line = this.lines.get(target) ?? { sending: 0, waiting: [] };
    this.lines.set(target, line);
    line.waiting.push(row);
    this.next(target, line);
  }

  /** Starts what may start of one target, in the order it was claimed. */
  private next(target: string, line: { sending: number; waiting: Row[] }): void {
    while (line.waiting.length > 0) {
      const row = line.waiting[0]!;
      if (line.sending >= (this.o.window?.(row).atOnce ?? Number.POSITIVE_INFINITY)) return;
      line.waiting.shift();
      line.sending++;
      void this.perform(row).finally(() => {
        line.sending--;
        this.release(row, target);
        if (line.waiting.length > 0) this.next(target, line);
        else if (line.sending === 0) this.lines.delete(target);
      });
    }
  }

  private async perform(row: Row): Promise<void> {
    if (!this.o.alive() || this.abort.signal.aborted) {
      // Others may have it already: then its fence has moved, and this changes nothing.
      if (!this.o.unbegun) return;
      this.results.push({ row, result: this.o.unbegun(row) });
      this.scheduleFlush();
      return;
    }
    try {
      const result = await this.o.send(row, this.abort.signal);
      this.results.push({ row, result });
      this.scheduleFlush();
    } catch (e) {
      this.o.log.error({ err: e, engine: this.o.name }, 'a send threw; its row is left to the sweeper');
    }
  }

  /** Room again: look for more as soon as half a batch, or half of a target's window, is free. */
  private release(row: Row, target: string): void {
    const left = (this.busy.get(target) ?? 1) - 1;
    if (left > 0) this.busy.set(target, left);
    else this.busy.delete(target);
    this.inFlight--;
    const room = this.o.capacity - this.inFlight;
    const half = this.o.window && Math.floor(this.o.window(row).held / 2);
    if (this.inFlight === 0 || room === Math.ceil(this.o.batch / 2) || left === half) this.wake();
  }

  private scheduleFlush(): void {
    if (this.results.length >= this.o.batch) void this.flush();
    else this.flushTimer ??= setTimeout(() => void this.flush(), this.o.flushMs ?? 10);
  }

  /** One flush at a time; what arrives meanwhile goes with the next. Retried until it succeeds or the engine stops. */
  private async flush(): Promise<void> {
    clearTimeout(this.flushTimer);
    this.flushTimer = undefined;
    while (this.flushing) await this.flushing;
    if (this.results.length === 0) return;
    const batch = this.results;
    this.results = [];
    this.flushing = this.write(batch);
    await this.flushing;
    this.flushing = undefined;
  }

  private async write(batch: readonly { row: Row; result: Result }[]): Promise<void> {
    for (let failures = 1; ; failures++) {
      try {
        return await this.o.flush(batch);
      } catch (e) {
        this.o.log.warn({ err: e, engine: this.o.name, failures, results: batch.length }, 'could not write results');
        if (this.abort.signal.aborted && failures >= 5) return; // the leases run out and the sweeper takes over
        await new Promise((r) => setTimeout(r, Math.min(2000, 100 * 2 ** failures)));
      }
    }
  }

  private sleep(ms: number): Promise<void> {
    if (this.abort.signal.aborted) return Promise.resolve();
    return new Promise((done) => {
      const timer = setTimeout(done, ms);
      this.ring = () => {
        clearTimeout(timer);
        done();
      };
    });
  }
}
