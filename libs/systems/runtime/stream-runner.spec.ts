import { describe, expect, it } from '@jest/globals';
import type { ConnectorInstance, Message } from '#connector-kit';
import { type Clock, createLogger } from '#platform';
import type { Sink, SinkBatch } from './sink.js';
import { StreamRunner } from './stream-runner.js';

/** A source of pages of one record, that tells which page was asked for. */
function source(pages: number, asked: number[]): ConnectorInstance {
  return {
    check: async () => [],
    discover: async () => [],
    close: async () => {},
    pull: {
      streams: ['s'],
      intervalMs: 1,
      async *read({ state }): AsyncGenerator<Message> {
        for (let n = ((state as number | undefined) ?? 0) + 1; n <= pages; n++) {
          asked.push(n);
          yield { type: 'record', stream: 's', key: `${n}`, op: 'event', dedupeId: `${n}`, data: '{}' };
          yield { type: 'state', stream: 's', state: n, caughtUp: n === pages };
        }
      },
    },
  };
}

/** A place to commit to whose commits the test ends. */
class Ledger implements Sink {
  readonly stored: string[] = [];
  readonly begun: string[] = [];
  state: number | undefined;
  version = 0;
  open: { done: () => void; fail: (e: Error) => void } | undefined;
  private rung = () => {};

  async position() {
    return { state: this.state, version: this.version, phase: 'backfill' as const };
  }

  async commit(batch: SinkBatch) {
    const keys = batch.messages.flatMap((m) => (m.type === 'record' ? [m.key] : []));
    this.begun.push(...keys);
    expect(this.open).toBeUndefined();
    expect(batch.state?.expectedVersion).toBe(this.version);
    await new Promise<void>((done, fail) => {
      this.open = { done, fail };
      this.rung();
    }).finally(() => (this.open = undefined));
    this.stored.push(...keys);
    this.state = batch.state!.value as number;
    this.version++;
    return {
      state: this.state,
      version: this.version,
      phase: batch.state!.caughtUp ? ('live' as const) : 'backfill',
    } as const;
  }

  async report(): Promise<void> {}

  /** Resolves when a commit is under way. */
  async underWay(): Promise<{ done: () => void; fail: (e: Error) => void }> {
    if (!this.open) await new Promise<void>((ring) => (this.rung = ring));
    return this.open!;
  }
}

/** Never sleeps longer than a turn. */
const clock: Clock = { now: () => new Date(0), sleep: () => new Promise((r) => setImmediate(r)) };
const log = createLogger({ level: 'silent', service: 'test', version: '0' });
const turns = async () => {
  for (let i = 0; i < 20; i++) await new Promise((r) => setImmediate(r));
};

describe('a stream that is read', () => {
  it('reads on while a commit is under way, and commits one after the other', async () => {
    const asked: number[] = [];
    const ledger = new Ledger();
    const abort = new AbortController();
    const run = new StreamRunner({ system: 'x', instance: source(3, asked), sink: ledger, clock, log }).run(
      abort.signal,
    );
    const first = await ledger.underWay();
    await turns();
    expect(asked).toEqual([1, 2]);
    expect(ledger.begun).toEqual(['1']);
    first.done();
    for (let n = 2; n <= 3; n++) {
      await turns();
      (await ledger.underWay()).done();
    }
    await turns();
    expect(ledger.stored).toEqual(['1', '2', '3']);
    abort.abort();
    await run;
  });

  it('goes back to what was committed when a commit fails', async () => {
    const asked: number[] = [];
    const ledger = new Ledger();
    const abort = new AbortController();
    const run = new StreamRunner({ system: 'x', instance: source(3, asked), sink: ledger, clock, log }).run(
      abort.signal,
    );
    (await ledger.underWay()).done();
    await turns();
    (await ledger.underWay()).fail(new Error('the database is away'));
    for (let n = 2; n <= 3; n++) {
      await turns();
      (await ledger.underWay()).done();
    }
    await turns();
    expect(ledger.stored).toEqual(['1', '2', '3']);
    abort.abort();
    await run;
  });
});
