import { isMisspelt, type Kind } from '../profile/kinds.js';
import { bigramOverlap, edits, jaroWinkler } from './similarity.js';
import type { Value, Word } from './value.js';

/** How alike two values are, best first; the place in the list is the level. The last is always plain difference. */
export const LEVELS = {
  word: ['equal', 'near', 'moved', 'initial', 'similar', 'weak', 'different'],
  order: ['same', 'swapped'],
  rest: ['shared', 'partly', 'different'],
  date: ['equal', 'slip', 'two parts', 'close', 'about a year', 'about ten years', 'different'],
  identifier: ['equal', 'slip', 'half', 'different'],
  phone: ['equal', 'slip', 'different'],
  email: ['equal', 'near', 'same mailbox name', 'similar', 'different'],
  text: ['equal', 'near', 'contained', 'moved', 'similar', 'weak', 'different'],
  postcode: ['equal', 'slip', 'same area', 'two slips', 'different'],
  same: ['equal', 'different'],
} as const satisfies Record<string, readonly string[]>;

export type Scale = keyof typeof LEVELS;

/** The scale on which the values of a kind are compared; names have scales of their own. */
export function scaleOf(kind: Kind): Scale {
  switch (kind) {
    case 'birthDate':
      return 'date';
    case 'phone':
    case 'email':
    case 'postcode':
      return kind;
    case 'idNumber':
    case 'oneCode':
    case 'device':
      return 'identifier';
    case 'sex':
    case 'partyKind':
      return 'same';
    default:
      return 'text';
  }
}

export const MISSING = -1;
/** Of the `text` scale: the value stands in another column of its kind. */
export const TEXT_MOVED = 3;
/** Of the `email` scale. */
export const EMAIL_DIFFERENT = 4;
/** Of the `word` scale. */
export const WORD_MOVED = 2;
export const WORD_DIFFERENT = 6;

/** Two different words of names, both in their place. */
export function wordLevel(a: Word, b: Word): number {
  if (a === b) return 0;
  if (a.han !== undefined && b.han !== undefined) return hanLevel(a.han, b.han, a.latin === b.latin);
  if (a.latin === b.latin) return 0;
  const [x, y] = [a.latin, b.latin];
  if (x.length === 1 || y.length === 1) return x[0] === y[0] ? 3 : WORD_DIFFERENT;
  const j = jaroWinkler(x, y);
  if (j >= 0.92) return 1;
  return j >= 0.84 ? 4 : j >= 0.75 ? 5 : WORD_DIFFERENT;
}

function hanLevel(a: string, b: string, sameSound: boolean): number {
  if (a === b) return 0;
  if (sameSound) return 1;
  for (let i = 0; i < a.length; i++) if (b.includes(a[i]!)) return 4;
  return WORD_DIFFERENT;
}

/** Level of two different values on a scale. */
export function levelOf(scale: Scale, a: Value, b: Value): number {
  switch (scale) {
    case 'date':
      return dateLevel(a.text, b.text);
    case 'identifier':
      return identifierLevel(a, b);
    case 'phone':
      return edits(a.text, b.text, 1) <= 1 ? 1 : 2;
    case 'email':
      return emailLevel(a.text, b.text);
    case 'postcode':
      return postcodeLevel(a.text, b.text);
    case 'text':
      return textLevel(a.text, b.text);
    default:
      return LEVELS[scale].length - 1;
  }
}

/** Two equal values: misspelt dates and addresses, and numbers whose check fails, equal nothing. */
export function equalLevel(scale: Scale, v: Value): number {
  if ((scale === 'date' || scale === 'email') && isMisspelt(v.text)) return MISSING;
  return scale === 'identifier' && v.identifier?.valid === false ? MISSING : 0;
}

function dateLevel(a: string, b: string): number {
  const x = isMisspelt(a) ? a.slice(1) : a;
  const y = isMisspelt(b) ? b.slice(1) : b;
  if (x === y || (x !== a && y !== b)) return MISSING;
  if (x.length === 8 && y.length === 8) {
    const year = x.slice(0, 4) === y.slice(0, 4);
    const month = x.slice(4, 6) === y.slice(4, 6);
    const day = x.slice(6) === y.slice(6);
    const crossed = year && x.slice(4, 6) === y.slice(6) && x.slice(6) === y.slice(4, 6);
    const d = crossed ? 1 : edits(x, y, 2);
    if (d === 1) return 1;
    if (d === 2 || (year && (month || day)) || (month && day)) return 2;
    const days = Math.abs(daysOf(x) - daysOf(y));
    return days <= 40 ? 3 : days <= 400 ? 4 : days <= 3_700 ? 5 : 6;
  }
  if (x.length === 4 || y.length === 4) return x.slice(0, 4) === y.slice(0, 4) ? 4 : 6;
  const d = edits(x, y, 2);
  return d <= 2 ? d : 6;
}

/** Days, nearly: enough to tell a month from a year. */
function daysOf(digits: string): number {
  return Number(digits.slice(0, 4)) * 365.25 + Number(digits.slice(4, 6)) * 30.4 + Number(digits.slice(6));
}

function identifierLevel(a: Value, b: Value): number {
  const [x, y] = [a.identifier, b.identifier];
  if (x === undefined || y === undefined) return 3;
  if (x.valid === false && y.valid === false) return MISSING;
  // Two numbers that both pass their checksum are no misspellings of each other.
  if (x.scheme !== undefined && y.scheme !== undefined) return 3;
  const d = x.whole.length <= 24 ? edits(x.whole, y.whole, 2) : 3;
  if (d === 1) return 1;
  if (d === 2 || (x.head !== undefined && x.head === y.head) || (x.tail !== undefined && x.tail === y.tail)) return 2;
  return 3;
}

function emailLevel(a: string, b: string): number {
  if (isMisspelt(a) || isMisspelt(b)) return misspeltEmailLevel(a, b);
  // A common provider makes any two addresses alike: the mailbox name must be, too.
  const x = a.slice(0, a.indexOf('@'));
  const y = b.slice(0, b.indexOf('@'));
  if (!mailboxesAlike(x, y)) return EMAIL_DIFFERENT;
  const j = jaroWinkler(a, b);
  if (j >= 0.92 || edits(a, b, 2) <= 2) return 1;
  if (x === y && x.length >= 4) return 2;
  return j >= 0.84 ? 3 : EMAIL_DIFFERENT;
}

/** A misspelt address tells something only where it is nearly the other one. */
function misspeltEmailLevel(a: string, b: string): number {
  if (isMisspelt(a) && isMisspelt(b)) return MISSING;
  const [x, y] = isMisspelt(a) ? [a.slice(1), b] : [a, b.slice(1)];
  return edits(x, y, 2) <= (Math.min(x.length, y.length) < 16 ? 1 : 2) ? 1 : MISSING;
}

function mailboxesAlike(x: string, y: string): boolean {
  const shorter = Math.min(x.length, y.length);
  // c1@ and c2@ are two people's.
  if (shorter <= 3) return x === y;
  return x === y || edits(x, y, 2) <= (shorter <= 5 ? 1 : 2) || jaroWinkler(x, y) >= 0.88;
}

function postcodeLevel(a: string, b: string): number {
  const d = edits(a, b, 2);
  if (d === 1) return 1;
  const letters = /[a-z]/.test(a);
  const areaA = letters ? a.slice(0, -3) : a.slice(0, Math.ceil(a.length / 2));
  const areaB = letters ? b.slice(0, -3) : b.slice(0, Math.ceil(b.length / 2));
  if (areaA !== '' && areaA === areaB) return 2;
  if (d === 2) return 3;
  return letters && lettersOf(a) === lettersOf(b) ? 3 : 4;
}

function lettersOf(postcode: string): string {
  return /^[a-z]*/.exec(postcode)![0];
}

const CODE = /^\d{1,8}$/;

function textLevel(a: string, b: string): number {
  if (CODE.test(a) || CODE.test(b)) return edits(a, b, 1) <= 1 ? 1 : a.length > 2 && edits(a, b, 2) <= 2 ? 5 : 6;
  if (a.length <= 3 && b.length <= 3) return edits(a, b, 1) <= 1 ? 4 : 6;
  if (a.length > 24 || b.length > 24) return longTextLevel(a, b);
  const x = a.includes(' ') ? a.replaceAll(' ', '') : a;
  const y = b.includes(' ') ? b.replaceAll(' ', '') : b;
  if (x === y) return 1;
  const j = jaroWinkler(x, y);
  if (j >= 0.92) return 1;
  if (x.length >= 4 && y.length >= 4 && (x.includes(y) || y.includes(x))) return 2;
  return j >= 0.85 ? 4 : j >= 0.75 ? 5 : 6;
}

/** Addresses in one line: house numbers must agree for them to be near. */
function longTextLevel(a: string, b: string): number {
  const overlap = bigramOverlap(a, b);
  const numbers = a.replaceAll(/\D+/g, ' ').trim() === b.replaceAll(/\D+/g, ' ').trim();
  if (overlap >= 0.85) return numbers ? 1 : 4;
  if (a.includes(b) || b.includes(a)) return 2;
  return overlap >= 0.7 ? 4 : overlap >= 0.5 ? 5 : 6;
}
