import { setTimeout as delay } from 'node:timers/promises';

/** Time from outside, so that logic can be run over made-up schedules. Leases use the database's clock, never this. */
export interface Clock {
  now(): Date;
  /** Rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const CLOCK = Symbol('Clock');

export const systemClock: Clock = {
  now: () => new Date(),
  sleep: (ms, signal) => delay(ms, undefined, signal ? { signal } : {}),
};
