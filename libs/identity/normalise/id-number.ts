import { isCalendarDay } from './date.js';
import { isPlaceholderNumber } from './placeholders.js';
import type { Fault } from './text.js';

/** An identity document number, of whatever kind. */
export interface ReadId {
  readonly number: string;
  /** By its checksum; undefined where the number has none that we know. */
  readonly valid?: boolean;
  /** Which numbers exclude each other: a party has one of a scheme, and the scheme has one party to a number. */
  readonly scheme?: 'cn-resident' | 'cn-organisation';
  /** YYYYMMDD, where the number tells. */
  readonly born?: string;
  readonly sex?: 'm' | 'f';
  readonly fault?: Fault;
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = '10X98765432';
/** Province part of GB/T 2260; 81–83 are residence permits of Hong Kong, Macao and Taiwan people (GA 467). */
const PROVINCES = /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9[19])/;
const USCC = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const USCC_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/** Reads a folded text as an id number. GB 11643 for residents (15 digits become 18), GB 32100 for organisations. */
export function readId(folded: string): ReadId | { readonly fault: Fault; readonly number?: undefined } {
  const number = folded.toUpperCase().replaceAll(/[\s\-–—._/()]/g, '');
  if (number.length < 4 || number.length > 40 || !/\d/.test(number)) return { fault: 'unreadable' };
  if (isPlaceholderNumber(number.replaceAll(/\D/g, '')) && !/^\d{17}[\dX]$/.test(number))
    return { fault: 'placeholder' };
  if (/^\d{17}[\dX]$/.test(number)) return resident(number);
  if (/^[1-9]\d{14}$/.test(number)) {
    const old = resident(with18(number));
    // A 15-digit number has no check digit of its own: its province and date must bear it out.
    if (old.valid === true) return old;
  }
  if (/^[159AHNY][0-9A-HJ-NPQRTUWXY]\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/.test(number)) {
    const valid = uscc(number);
    return { number, valid, scheme: 'cn-organisation', ...(valid ? {} : { fault: 'impossible' }) };
  }
  return { number };
}

function resident(number: string): ReadId {
  const born = number.slice(6, 14);
  const valid = PROVINCES.test(number) && isCalendarDay(born) && number[17] === checkDigit(number);
  if (!valid) return { number, valid, scheme: 'cn-resident', fault: 'impossible' };
  return { number, valid, scheme: 'cn-resident', born, sex: Number(number[16]) % 2 === 1 ? 'm' : 'f' };
}

function with18(number15: string): string {
  const long = `${number15.slice(0, 6)}19${number15.slice(6)}`;
  return long + checkDigit(long);
}

/** GB 11643-1999, mod 11-2. */
function checkDigit(first17: string): string {
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += Number(first17[i]) * WEIGHTS[i]!;
  return CHECKS[sum % 11]!;
}

/** GB 32100-2015, mod 31. */
function uscc(number: string): boolean {
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += USCC.indexOf(number[i]!) * USCC_WEIGHTS[i]!;
  return USCC[(31 - (sum % 31)) % 31] === number[17];
}
