import type { Origin } from '#canonical';
import type { Message } from '#connector-kit';
import type { StreamError } from '../system.entity.js';

/** Messages of one stream, with the state that is true once they are stored. */
export interface SinkBatch {
  readonly system: string;
  readonly stream: string;
  readonly origin: Origin;
  readonly messages: readonly Exclude<Message, { type: 'state' }>[];
  readonly state?: StateStep;
}

export interface StateStep {
  readonly value: unknown;
  /** The version the runner started from; a commit from an older one is refused. */
  readonly expectedVersion: number;
  readonly progress?: { readonly done: number; readonly total: number | undefined };
  readonly caughtUp: boolean;
}

export interface StreamPosition {
  readonly state: unknown;
  readonly version: number;
  readonly phase: 'backfill' | 'live';
}

/**
 * Where a runner puts what it reads: the inbox itself in the hub, the broker in an agent. The runner cannot tell.
 */
export interface Sink {
  position(system: string, stream: string): Promise<StreamPosition>;
  /** Resolves with the new position after the commit. Idempotent by dedupe ids. @throws STREAM_MOVED_ON. */
  commit(batch: SinkBatch): Promise<StreamPosition>;
  /** What went wrong, or undefined when the stream is well again. */
  report(system: string, stream: string, error: StreamError | undefined): Promise<void>;
}
