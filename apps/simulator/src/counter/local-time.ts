/** Counters keep local time without a zone. Shanghai is eight hours ahead all year. */
const AHEAD_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

/** `2026-01-05 09:30:00.123`, as it is read off a wall in Shanghai. */
export function localTime(at: Date | number): string {
  return new Date(Number(at) + AHEAD_MS).toISOString().slice(0, 23).replace('T', ' ');
}

/** `20260105` of the day so many days before. */
export function localDay(at: Date, daysBefore = 0): string {
  return new Date(Number(at) + AHEAD_MS - daysBefore * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
}

/** The instant at which Shanghai's clocks show so many milliseconds after midnight, so many days before `at`. */
export function instantOn(at: Date, daysBefore: number, msOfDay: number): number {
  const midnight = Math.floor((Number(at) + AHEAD_MS) / DAY_MS) * DAY_MS - AHEAD_MS;
  return midnight - daysBefore * DAY_MS + msOfDay;
}

/** The instant that a local time of the counter means. */
export function fromLocalTime(text: string): Date {
  return new Date(`${text.replace(' ', 'T')}+08:00`);
}
