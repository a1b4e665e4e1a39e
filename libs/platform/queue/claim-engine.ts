import type { Logger } from 'pino';
import { isDataFault } from '../database/database.js';

/** What an engine claims: rows that a table knows by an id. */
export interface Claimable {
  readonly id: string | number;
}

export interface ClaimEngineOptions<Row extends Claimable, Result> {
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
   * written like any other, and gives the row back at once if it is still ours. Absent: `giveBack` returns the row.
   */
  unbegun?(row: Row): Result;
  /** Makes the side effect. Whatever happens is a result; a throw is a defect: the row may have been sent. */
  send(row: Row, signal: AbortSignal): Promise<Result>;
  /** Writes results where the row's fence is still ours; a result must change nothing that another has claimed since. */
  flush(results: readonly { readonly row: Row; readonly result: Result }[]): Promise<void>;
  /**
   * Returns what stands in the table as claimed by this process, and is not among `held`: claims whose answer was lost,
   * rows this process was too silent to send. It has sent none of them, except those in `doubtful`, which it may have.
   * Raises the fence. Never runs beside `claim`. Without it, such rows wait for the end of their lease.
   *
   * @returns how many rows were returned.
   */
  giveBack?(held: readonly Row['id'][], doubtful: readonly Row['id'][]): Promise<number>;
}

/** A claim that the server carried out after its connection was gone shows up later: so the engine looks now and then. */
const LOOK_AGAIN_MS = 5000;

/** What is claimed of one target: how many sends are under way, and who waits for their turn. */
interface Line<Row> {
  sending: number;
  readonly waiting: Row[];
}

/**
 * The one engine behind webhook deliveries and connector actions: claim in batches, send with bounded concurrency,
 * write results in batches.
 *
 * Under a crash: what was claimed and not flushed is returned by the sweeper of the owning lib, with `attempts` telling
 * that it may have been sent. Under a pause (SIGSTOP): the fence has moved, and a late result changes nothing that was
 * claimed since. Under an outage of the database: results are kept until it takes them, and what was claimed without
 * this process hearing of it is given back as soon as it answers. A result that the database refuses for what is in it
 * is written alone, and given up if it is the one at fault: its row is returned as one that may have been sent. The
 * engine does not decide what may be sent again; the owner does.
 */
export class ClaimEngine<Row extends Claimable, Result> {
  private readonly busy = new Map<string, number>();
  /** Claims this process answers for, from the claim until its result is written; one row may be there twice. */
  private readonly held = new Map<Row['id'], number>();
  private readonly doubtful = new Set<Row['id']>();
  /** True when rows may stand as ours in the table that are not held. */
  private astray = false;
  private lookedAt = performance.now();
  private readonly lines = new Map<string, Line<Row>>();
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
      const room = this.o.alive() ? Math.min(this.o.batch, this.o.capacity - this.inFlight) : 0;
      let rows: Row[] = [];
      try {
        if (this.astray || performance.now() - this.lookedAt > LOOK_AGAIN_MS) await this.takeStock();
        if (room > 0) rows = await this.o.claim(room, this.busy);
        failures = 0;
      } catch (e) {
        failures++;
        this.astray = true;
        this.o.log.warn({ err: e, engine: this.o.name, failures }, 'could not claim work; will try again');
      }
      for (const row of rows) this.take(row);
      if (failures > 0) await this.sleep(Math.min(5000, 125 * 2 ** failures));
      else if (!this.woken && rows.length < Math.max(1, room)) await this.sleep(this.o.pollMs ?? 1000);
    }
  }

  /** Returns the rows that are ours in the table and unknown here. */
  private async takeStock(): Promise<void> {
    const doubtful = [...this.doubtful];
    this.astray = false;
    const returned = (await this.o.giveBack?.([...this.held.keys()], doubtful)) ?? 0;
    this.lookedAt = performance.now();
    for (const id of doubtful) this.doubtful.delete(id);
    if (returned > 0) this.o.log.warn({ engine: this.o.name, rows: returned }, 'gave back claims that went astray');
  }

  private take(row: Row): void {
    const target = this.o.target(row);
    this.held.set(row.id, (this.held.get(row.id) ?? 0) + 1);
    this.inFlight++;
    this.busy.set(target, (this.busy.get(target) ?? 0) + 1);
    const line = this.lines.get(target) ?? { sending: 0, waiting: [] };
    this.lines.set(target, line);
    line.waiting.push(row);
    this.next(target, line);
  }

  /** Starts what may start of one target, in the order it was claimed. */
  private next(target: string, line: Line<Row>): void {
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
    // Others may have it already, or soon will: then its fence has moved, and neither way changes anything.
    const silent = !this.o.alive();
    if (this.o.unbegun && (silent || this.abort.signal.aborted)) return this.done(row, this.o.unbegun(row));
    if (silent) return this.letGo(row, 'not sent');
    try {
      this.done(row, await this.o.send(row, this.abort.signal));
    } catch (e) {
      this.o.log.error(
        { err: e, engine: this.o.name },
        'a send threw; its row is taken as one that may have been sent',
      );
      this.letGo(row, 'maybe sent');
    }
  }

  private done(row: Row, result: Result): void {
    this.results.push({ row, result });
    this.scheduleFlush();
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

  /** This process answers for a claim no more. Unless its result was written, the row is given back. */
  private letGo(row: Row, fate: 'written' | 'not sent' | 'maybe sent'): void {
    const left = (this.held.get(row.id) ?? 1) - 1;
    if (left > 0) this.held.set(row.id, left);
    else this.held.delete(row.id);
    if (fate === 'maybe sent') this.doubtful.add(row.id);
    if (fate !== 'written') this.astray = true;
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
        await this.o.flush(batch);
        for (const { row } of batch) this.letGo(row, 'written');
        return;
      } catch (e) {
        this.o.log.warn({ err: e, engine: this.o.name, failures, results: batch.length }, 'could not write results');
        if (isDataFault(e)) return this.writeApart(batch);
        if (this.abort.signal.aborted && failures >= 5) return; // the process ends, and sweepers take over
        await new Promise((r) => setTimeout(r, Math.min(2000, 100 * 2 ** failures)));
      }
    }
  }

  /** One result that cannot be stored must not hold up the others. */
  private async writeApart(batch: readonly { row: Row; result: Result }[]): Promise<void> {
    if (batch.length > 1) {
      for (const one of batch) await this.write([one]);
      return;
    }
    this.o.log.error({ engine: this.o.name, row: batch[0]!.row.id }, 'a result cannot be stored and is given up');
    this.letGo(batch[0]!.row, 'maybe sent');
    this.wake();
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
