import { isDeepStrictEqual } from 'node:util';
import type { Clock, Logger } from '#platform';
import { IsthmusError } from '#platform';
import {
  ConfigError,
  type ConnectorInstance,
  type Message,
  SourceDataError,
  type StateMessage,
  TransientError,
} from '#connector-kit';
import type { StreamError } from '../system.entity.js';
import type { Sink, StreamPosition } from './sink.js';

export interface RunnerOptions {
  readonly system: string;
  readonly instance: ConnectorInstance;
  readonly sink: Sink;
  readonly clock: Clock;
  readonly log: Logger;
  /** Records of one commit, at most. */
  readonly batchSize?: number;
}

const SLOWEST_RETRY_MS = 30_000;
const CONFIG_RETRY_MS = 15_000;

/**
 * Reads one system's streams: first each to its end (backfill, in the connector's order), then round and round.
 * Owns what a connector must not: pacing, retries, batching, and the order "records, then the state that covers them".
 *
 * Guarantee: state is committed only together with, or after, every record yielded before it. A crash at any point
 * repeats records with the same dedupe ids and loses none.
 */
export class StreamRunner {
  private readonly wellReported = new Map<string, number>();

  constructor(private readonly o: RunnerOptions) {}

  /** Runs until the signal aborts. Never rejects: a failing stream is reported and tried again. */
  async run(signal: AbortSignal): Promise<void> {
    const { pull, session } = this.o.instance;
    const roads: Promise<void>[] = [];
    if (pull) roads.push(this.pulls(pull.streams, pull.intervalMs, signal));
    if (session) roads.push(this.retrying('session', signal, (attempt) => this.session(attempt, signal)));
    await Promise.all(roads);
  }

  private async pulls(streams: readonly string[], intervalMs: number, signal: AbortSignal): Promise<void> {
    for (const stream of streams) {
      await this.retrying(stream, signal, (attempt) => this.readToEnd(stream, attempt, signal));
      if (signal.aborted) return;
    }
    // From here on every stream has its own loop: a sick one does not hold up the others.
    await Promise.all(
      streams.map(async (stream) => {
        while (!signal.aborted) {
          await this.retrying(stream, signal, (attempt) => this.readToEnd(stream, attempt, signal));
          await this.o.clock.sleep(intervalMs, signal).catch(() => {});
        }
      }),
    );
  }

  /** Reads until the source says that there is no more for now. */
  private async readToEnd(stream: string, attempt: Attempt, signal: AbortSignal): Promise<void> {
    const pull = this.o.instance.pull!;
    const batch = new Batch(this.o, stream, await this.o.sink.position(this.o.system, stream), attempt);
    try {
      for (let more = true; more && !signal.aborted;) {
        more = false;
        const { state } = batch.position;
        for await (const message of pull.read({ stream, state, maxRecords: batch.size, signal })) {
          signal.throwIfAborted();
          await batch.take(message);
          if (message.type === 'state') more = !message.caughtUp;
        }
        await batch.finish();
      }
    } finally {
      // Another attempt asks where the stream stands: not before the last commit of this one has ended.
      await batch.ended();
    }
    await this.reportWell(stream);
  }

  private async session(attempt: Attempt, signal: AbortSignal): Promise<void> {
    const stream = 'session';
    const batch = new Batch(this.o, stream, await this.o.sink.position(this.o.system, stream), attempt);
    await this.o.instance.session!.run({
      state: batch.position.state,
      signal,
      emit: async (messages) => {
        for (const m of messages) await batch.take(m);
        await batch.finish();
      },
    });
  }

  private async retrying(
    stream: string,
    signal: AbortSignal,
    work: (attempt: Attempt) => Promise<void>,
  ): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      const attempt = new Attempt();
      try {
        await work(attempt);
        return;
      } catch (e) {
        if (signal.aborted) return;
        failures = attempt.anyProgress ? 1 : failures + 1;
        const error = classify(e, this.o.clock.now());
        this.o.log.warn(
          { err: e, system: this.o.system, stream, failures },
          'reading a stream failed; it will be tried again',
        );
        await this.report(stream, error);
        await this.o.clock.sleep(pause(e, error, failures), signal).catch(() => {});
      }
    }
  }

  /** "I looked, and all is well", at most every two seconds: an idle stream is fresh, not silent. */
  private async reportWell(stream: string): Promise<void> {
    const now = this.o.clock.now().getTime();
    if (now - (this.wellReported.get(stream) ?? 0) < 2000) return;
    this.wellReported.set(stream, now);
    await this.report(stream, undefined);
  }

  private async report(stream: string, error: StreamError | undefined): Promise<void> {
    if (error) this.wellReported.delete(stream);
    await this.o.sink.report(this.o.system, stream, error).catch(() => {});
  }
}

class Attempt {
  anyProgress = false;
  progressed(): void {
    this.anyProgress = true;
  }
}

/**
 * Gathers messages up to a size or a state, and commits them in order. One commit is under way while the source is read
 * on; the next waits for it, and so does `finish`.
 */
class Batch {
  readonly size: number;
  /** As of the last commit that has ended. */
  position: StreamPosition;
  private messages: Exclude<Message, { type: 'state' }>[] = [];
  private bytes = 0;
  private committing: Promise<void> | undefined;

  constructor(
    private readonly o: RunnerOptions,
    private readonly stream: string,
    position: StreamPosition,
    private readonly attempt: Attempt,
  ) {
    this.position = position;
    this.size = o.batchSize ?? 1000;
  }

  async take(message: Message): Promise<void> {
    if (message.type === 'state') {
      if (this.messages.length === 0) await this.committed();
      if (this.messages.length > 0 || !this.isKnown(message)) await this.commit(message);
      return;
    }
    this.messages.push(message);
    if (message.type === 'record') this.bytes += message.data.length;
    if (this.messages.length >= this.size || this.bytes > 4_000_000) await this.commit();
  }

  /** Everything taken is committed when this resolves. */
  async finish(): Promise<void> {
    if (this.messages.length > 0) await this.commit();
    await this.committed();
  }

  /** No commit is under way when this resolves, whatever came of the last one. */
  async ended(): Promise<void> {
    await this.committing?.catch(() => {});
  }

  /** An idle poll ends in the state it began with: nothing to write. */
  private isKnown(m: StateMessage): boolean {
    return this.position.phase === 'live' && isDeepStrictEqual(m.state, this.position.state);
  }

  private async committed(): Promise<void> {
    const { committing } = this;
    this.committing = undefined;
    await committing;
  }

  /** Resolves when the commit has begun. @throws what the one before it failed with. */
  private async commit(state?: StateMessage): Promise<void> {
    const messages = this.messages;
    this.messages = [];
    this.bytes = 0;
    await this.committed();
    this.committing = this.store(messages, state);
    // Thrown where it is waited for.
    this.committing.catch(() => {});
  }

  private async store(messages: readonly Exclude<Message, { type: 'state' }>[], state?: StateMessage): Promise<void> {
    this.position = await this.o.sink.commit({
      system: this.o.system,
      stream: this.stream,
      origin: this.position.phase === 'live' ? 'live' : 'backfill',
      messages,
      ...(state
        ? {
            state: {
              value: state.state,
              expectedVersion: this.position.version,
              caughtUp: state.caughtUp,
              ...(state.progress ? { progress: state.progress } : {}),
            },
          }
        : {}),
    });
    this.attempt.progressed();
  }
}

function classify(e: unknown, now: Date): StreamError {
  const at = now.toISOString();
  if (e instanceof ConfigError) return { class: 'config', message: e.message, nextStep: e.nextStep, at };
  if (e instanceof SourceDataError) return { class: 'data', message: e.message, at };
  return { class: 'transient', message: e instanceof Error ? e.message : String(e), at };
}

function pause(e: unknown, error: StreamError, failures: number): number {
  if (e instanceof TransientError && e.retryAfterMs !== undefined) return e.retryAfterMs;
  if (error.class === 'config') return CONFIG_RETRY_MS;
  // Another runner is ahead of us: look again soon, its lease may run out.
  if (e instanceof IsthmusError && e.code === 'STREAM_MOVED_ON') return 1000;
  return Math.min(SLOWEST_RETRY_MS, 250 * 2 ** Math.min(failures, 10));
}
