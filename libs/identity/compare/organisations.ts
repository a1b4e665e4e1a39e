import { edits } from './similarity.js';
import type { NameValue, Subject } from './value.js';

/** Shorter Latin names are alike by chance. */
const TELLING = 8;

/**
 * Whether two are called the same. Sisters, branches and the products of one manager share their phone, their address
 * and most of their name, so for organisations and products nothing less than the whole name tells.
 */
export function calledTheSame(a: Subject, b: Subject): boolean {
  return a.names.some((x) => b.names.some((y) => alike(x, y)));
}

function alike(a: NameValue, b: NameValue): boolean {
  const [han, other] = [hanOf(a), hanOf(b)];
  if (han !== '' && other !== '') return han === other;
  const [x, y] = [latinOf(a), latinOf(b)];
  return x === y || (Math.min(x.length, y.length) >= TELLING && digitsOf(x) === digitsOf(y) && edits(x, y, 1) <= 1);
}

/** An organisation that was read as a person stands in order: surname, given name. */
function hanOf(n: NameValue): string {
  return `${n.surname?.han ?? ''}${n.given?.han ?? ''}`;
}

function latinOf(n: NameValue): string {
  if (hanOf(n) !== '') return `${n.surname?.latin ?? ''}${n.given?.latin ?? ''}`;
  return [n.given, ...n.rest, n.surname].map((w) => w?.latin ?? '').join('');
}

function digitsOf(text: string): string {
  return text.replaceAll(/\D/g, '');
}
