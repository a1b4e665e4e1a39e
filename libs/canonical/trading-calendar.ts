import chineseDays from 'chinese-days';
import { addDays, type Day } from './time.js';

/**
 * Trading days of the Shanghai and Shenzhen exchanges: Monday to Friday, less the State Council's public holidays.
 * A weekend day that is worked to make up for a holiday is not a trading day.
 *
 * The holidays of a year are announced in the November before it. Days after the last announced year are taken as
 * plain weekdays, which `isAnnounced` tells.
 */
export function isTradingDay(day: Day): boolean {
  const known = cache.get(day);
  if (known !== undefined) return known;
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  const trading = weekday !== 0 && weekday !== 6 && !chineseDays.isHoliday(day);
  if (cache.size > 20_000) cache.clear();
  cache.set(day, trading);
  return trading;
}
const cache = new Map<Day, boolean>();

/** True when the holidays of that day's year are in the calendar (it always has a National Day). */
export function isAnnounced(day: Day): boolean {
  return chineseDays.getDayDetail(`${day.slice(0, 4)}-10-01`).name.includes('国庆');
}

/** The trading day `n` trading days before `day` (0 is `day` itself, or the last trading day before it). */
export function tradingDaysBefore(day: Day, n: number): Day {
  let at = day;
  while (!isTradingDay(at)) at = addDays(at, -1);
  for (let left = n; left > 0; left--) {
    do at = addDays(at, -1);
    while (!isTradingDay(at));
  }
  return at;
}
