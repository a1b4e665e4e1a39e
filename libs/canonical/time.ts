/** A calendar day, `YYYY-MM-DD`. */
export type Day = string;

export const FIRM_ZONE = 'Asia/Shanghai';

const DAY_SHAPE = /^(\d{4})-(\d{2})-(\d{2})$/;
const MS_PER_DAY = 86_400_000;

/** True when `text` is a day that exists between the years 1900 and 2200. */
export function isDay(text: string): boolean {
  const m = DAY_SHAPE.exec(text);
  if (!m) return false;
  const at = new Date(`${text}T00:00:00Z`);
  const year = Number(m[1]);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text) && year >= 1900 && year <= 2200;
}

export function addDays(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * MS_PER_DAY).toISOString().slice(0, 10);
}

export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / MS_PER_DAY);
}

/** The calendar day of an instant at the firm. */
export function dayOf(at: Date, zone: string = FIRM_ZONE): Day {
  return new Date(at.getTime() + offsetMs(at.getTime(), zone)).toISOString().slice(0, 10);
}

/**
 * The zone's offset from UTC at an instant. Cached by the day where it is the same at both ends of the day, else by the
 * quarter hour (offsets change on quarter hours).
 */
function offsetMs(at: number, zone: string): number {
  const day = Math.floor(at / MS_PER_DAY) * MS_PER_DAY;
  const start = offsetAt(day, zone);
  return start === offsetAt(day + MS_PER_DAY, zone) ? start : offsetAt(Math.floor(at / 900_000) * 900_000, zone);
}

function offsetAt(at: number, zone: string): number {
  let cache = offsets.get(zone);
  if (!cache) offsets.set(zone, (cache = new Map()));
  const known = cache.get(at);
  if (known !== undefined) return known;
  if (cache.size > 20_000) cache.clear();
  const parts = formatter(zone).formatToParts(new Date(at));
  const get = (type: string) => Number(parts.find((p) => p.type === type)?.value);
  const local = Date.UTC(get('year'), get('month') - 1, get('day'), get('hour'), get('minute'), get('second'));
  cache.set(at, local - at);
  return local - at;
}
const offsets = new Map<string, Map<number, number>>();
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string): Intl.DateTimeFormat {
  let f = formatters.get(zone);
  if (!f) {
    f = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(zone, f);
  }
  return f;
}

/** True when the runtime knows the IANA zone. */
export function isZone(zone: string): boolean {
  try {
    formatter(zone);
    return true;
  } catch {
    return false;
  }
}

const ISO =
  /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ]?(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;

/**
 * Reads an instant written as ISO 8601 / RFC 3339 or in the compact spellings of counters (`20260105`,
 * `20260105093000`, `2026-01-05 09:30:00.123`). Without an offset it is local time in `zone`; a time that does not
 * exist there (spring forward) is read with the offset before the change, one that exists twice with the first.
 *
 * @returns undefined when the text is no such time, or lies outside 1900–2200.
 */
export function parseInstant(text: string, zone: string = FIRM_ZONE): Date | undefined {
  const m = ISO.exec(text.trim());
  if (!m) return undefined;
  const [, y, mo, d, h = '00', mi = '00', s = '00', fraction = '', offset] = m;
  if (!isDay(`${y}-${mo}-${d}`) || Number(h) > 23 || Number(mi) > 59 || Number(s) > 59) return undefined;
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3));
  const wall = Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s), ms);
  if (offset === undefined) return new Date(toUtc(wall, zone));
  if (/^z$/i.test(offset)) return new Date(wall);
  const sign = offset.startsWith('-') ? -1 : 1;
  const digits = offset.replace(/\D/g, '');
  return new Date(wall - sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000);
}

function toUtc(wall: number, zone: string): number {
  const before = wall - offsetMs(wall - MS_PER_DAY, zone);
  const after = wall - offsetMs(wall + MS_PER_DAY, zone);
  for (const guess of [before, after]) if (guess + offsetMs(guess, zone) === wall) return guess;
  return before;
}
