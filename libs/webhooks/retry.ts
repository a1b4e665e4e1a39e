const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Upper bounds of the pauses between ten attempts, about 75 hours in all. */
const SCHEDULE = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];
const LONGEST_RETRY_AFTER = 24 * HOUR;
/** An endpoint that asks to be left alone is tried again after this at the latest. */
const LONGEST_PAUSE = 15 * MINUTE;

export const MOST_ATTEMPTS = SCHEDULE.length + 1;

/** Upper bounds of the pauses, milliseconds; an endpoint may have its own. */
export function scheduleOf(retrySeconds: readonly number[] | null): readonly number[] {
  return retrySeconds?.map((s) => s * SECOND) ?? SCHEDULE;
}

/** How an attempt ended. Without `status` nobody answered; with `error` the exchange failed although somebody did. */
export interface Answered {
  readonly status?: number | undefined;
  readonly errorClass: string;
}

/**
 * What an answer means: 2xx in full is delivered; 410 leaves the delivery waiting, because it disables its endpoint;
 * everything else is tried again until the schedule is used up.
 */
export function verdict(
  a: Answered,
  attempts: number,
  schedule: readonly number[] = SCHEDULE,
): 'delivered' | 'failed' | 'ready' {
  if (a.errorClass === '' && a.status !== undefined && a.status >= 200 && a.status < 300) return 'delivered';
  if (a.status === 410) return 'ready';
  return attempts > schedule.length ? 'failed' : 'ready';
}

/** Whether a failure says that nobody is there (breaker), rather than that this message is not liked. */
export function isAbsent(a: Answered): boolean {
  return a.errorClass !== '' || (a.status !== undefined && (a.status >= 500 || a.status === 429 || a.status === 408));
}

/**
 * The pause before the next attempt: full jitter (uniform between half a second and the schedule's bound), so that
 * many deliveries that failed together do not come back together; at least what Retry-After asks, up to a day.
 */
export function retryDelayMs(
  attempts: number,
  retryAfterMs?: number,
  schedule: readonly number[] = SCHEDULE,
  random: () => number = Math.random,
): number {
  const bound = Math.max(500, schedule[Math.min(attempts, schedule.length) - 1] ?? 500);
  const jittered = 500 + Math.floor(random() * (bound - 500));
  return Math.max(jittered, Math.min(retryAfterMs ?? 0, LONGEST_RETRY_AFTER));
}

/** How long to leave the whole endpoint alone: what 429 and 503 ask by Retry-After, up to a quarter of an hour. */
export function pauseMs(status: number | undefined, retryAfterMs: number | undefined): number {
  return status === 429 || status === 503 ? Math.min(retryAfterMs ?? 0, LONGEST_PAUSE) : 0;
}

/** Retry-After in seconds or as a date (RFC 9110 §10.2.3); undefined when absent or unreadable. */
export function readRetryAfter(header: string | string[] | undefined, now: Date): number | undefined {
  const value = Array.isArray(header) ? header[0] : header;
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * SECOND;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
