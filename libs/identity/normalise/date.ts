import { isPlaceholderDate } from './placeholders.js';
import type { Fault } from './text.js';

/**
 * A date of birth. `digits` is YYYYMMDD; where `misspelt`, it has the shape of a date but names no day (a slip of a
 * finger, 1845-71-19): it may resemble a date, and is never equal to one.
 */
export type ReadDate =
  | { readonly digits: string; readonly misspelt: boolean; readonly fault?: Fault }
  | { readonly fault: Fault; readonly digits?: undefined };

const YMD = /^(\d{4})\s?[-/.年\s]\s?(\d{1,2})\s?[-/.月\s]\s?(\d{1,2})日?(?:[t\s].*)?$/;
const DMY = /^(\d{1,2})[-/.\s](\d{1,2})[-/.\s](\d{4})(?:[t\s].*)?$/;
const D_MON_Y = /^(\d{1,2})(?:st|nd|rd|th)?[-/.\s]+([a-z]{3,9})[-/.,\s]+(\d{4})$/;
const MON_D_Y = /^([a-z]{3,9})[.\s]+(\d{1,2})(?:st|nd|rd|th)?[,\s]+(\d{4})$/;
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

/** Reads a folded text as a date of birth. Day before month only where it cannot be otherwise, or with a slash. */
export function readDate(folded: string): ReadDate {
  const digits = digitsOf(folded);
  if (digits === undefined) return { fault: 'unreadable' };
  if (isPlaceholderDate(digits)) return { fault: 'placeholder' };
  if (isCalendarDay(digits)) return { digits, misspelt: false };
  return digits.length === 4 ? { digits, misspelt: false } : { digits, misspelt: true, fault: 'impossible' };
}

function digitsOf(text: string): string | undefined {
  if (/^\d{8}$/.test(text)) return text;
  const ymd = YMD.exec(text);
  if (ymd) return join(ymd[1]!, ymd[2]!, ymd[3]!);
  const dmy = DMY.exec(text);
  if (dmy) return Number(dmy[2]) > 12 ? join(dmy[3]!, dmy[1]!, dmy[2]!) : join(dmy[3]!, dmy[2]!, dmy[1]!);
  const dMonY = D_MON_Y.exec(text);
  if (dMonY) return named(dMonY[3]!, dMonY[2]!, dMonY[1]!);
  const monDY = MON_D_Y.exec(text);
  if (monDY) return named(monDY[3]!, monDY[1]!, monDY[2]!);
  if (/^(1[0-9]|20)\d\d$/.test(text)) return text;
  // A slip may have added, dropped or mangled a character of a date.
  const bare = text.replaceAll(/\D/g, '');
  return bare.length >= 6 && bare.length <= 9 && text.length <= 12 ? bare : undefined;
}

function join(y: string, m: string, d: string): string {
  return y + m.padStart(2, '0') + d.padStart(2, '0');
}

function named(y: string, month: string, d: string): string | undefined {
  const m = MONTHS.indexOf(month.slice(0, 3));
  return m < 0 ? undefined : join(y, String(m + 1), d);
}

export function isCalendarDay(digits: string): boolean {
  if (digits.length !== 8) return false;
  const y = Number(digits.slice(0, 4));
  const m = Number(digits.slice(4, 6));
  const d = Number(digits.slice(6, 8));
  if (y < 1000 || m < 1 || m > 12 || d < 1) return false;
  const leap = (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0;
  return d <= (m === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(m) ? 30 : 31);
}
