import type { Person } from '../people/person.js';
import { digits } from '../people/random.js';

/** Numbers at the counter. They follow from the person's index, so that nobody has to look them up. */
export function fundAccount(person: Person): string {
  return digits(30_000_000 + person.index * 7, 10);
}

/** Of the few who have a credit account besides. */
export function creditAccount(person: Person): string {
  return digits(70_000_000 + person.index * 7, 10);
}

/** Of the second record of those who were entered twice. */
export function secondFundAccount(person: Person): string {
  return digits(90_000_000 + person.index * 7, 10);
}

export function secondCustomerNo(person: Person): string {
  return `9${person.customerNo.slice(1)}`;
}

export function stockAccount(person: Person, exchange: 'SH' | 'SZ'): string {
  return exchange === 'SH' ? `A${digits(410_000_000 + person.index, 9)}` : digits(120_000_000 + person.index, 10);
}

export function oneCode(person: Person): string {
  return `1800${digits(31_000_000 + person.index * 3, 8)}`;
}

/** Of the few who were given one twice, before the registers were joined. */
export function secondOneCode(person: Person): string {
  return `1800${digits(71_000_000 + person.index * 3, 8)}`;
}
