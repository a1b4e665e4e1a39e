import type { Loop } from '../api/generated/hub.schemas.js';
import type { Connection, LoopEvent } from './loop-stream.js';

const KEPT_EVENTS = 200;
const KEPT_RATES = 60;
const RATE_EVERY_MS = 1000;

/** What the page knows from the stream, besides the last snapshot. Every change makes a new object. */
export interface LiveState {
  readonly connection: Connection;
  /** Newest first. */
  readonly events: readonly LoopEvent[];
  /** How many events came since the page was opened. */
  readonly seen: number;
  /** By system code: records per second, one sample a second, oldest first. */
  readonly rates: Readonly<Record<string, readonly number[]>>;
}

/** Keeps the live state for React: `subscribe` and `read` are what useSyncExternalStore needs. */
export class LiveStore {
  private state: LiveState = { connection: 'connecting', events: [], seen: 0, rates: {} };
  private readonly listeners = new Set<() => void>();
  private sampledAt = -Infinity;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly read = (): LiveState => this.state;

  connection(connection: Connection): void {
    if (connection !== this.state.connection) this.set({ connection });
  }

  event(event: LoopEvent): void {
    this.set({ events: [event, ...this.state.events].slice(0, KEPT_EVENTS), seen: this.state.seen + 1 });
  }

  sample(loop: Loop, now = performance.now()): void {
    if (now - this.sampledAt < RATE_EVERY_MS * 0.9) return;
    this.sampledAt = now;
    const rates = Object.fromEntries(
      loop.islands.map((i) => [i.code, [...(this.state.rates[i.code] ?? []), i.recordsPerSecond].slice(-KEPT_RATES)]),
    );
    this.set({ rates });
  }

  private set(change: Partial<LiveState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}
