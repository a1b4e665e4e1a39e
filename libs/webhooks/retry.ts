const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Upper bounds of the pauses between ten attempts, about 75 hours in all. */
const SCHEDULE = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];
const LONGEST_RETRY_AFTER = 24 * HOUR;

export const MOST_ATTEMPTS = SCHEDULE.length + 1;

/** What an answer means: 2xx is delivered; 410 and the last attempt end it; everything else is tried again. */
export function verdict(status: number | undefined, attempts: number): 'delivered' | 'failed' | 'ready' {
  if (status !== undefined && status >= 200 && status < 300) return 'delivered';
  return status === 410 || attempts >= MOST_ATTEMPTS ? 'failed' : 'ready';
}

/**
 * The pause before the next attempt: full jitter (uniform between half a second and the schedule's bound), so that
 * many deliveries that failed together do not come back together; at least what Retry-After asks, up to a day.
 */
export function retryDelayMs(attempts: number, retryAfterMs?: number, random: () => number = Math.random): number {
  const bound = SCHEDULE[Math.min(attempts, SCHEDULE.length) - 1]!;
  const jittered = 500 + Math.floor(random() * (bound - 500));
  return Math.max(jittered, Math.min(retryAfterMs ?? 0, LONGEST_RETRY_AFTER));
}
