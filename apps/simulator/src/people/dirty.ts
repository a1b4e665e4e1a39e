import { oldNumber } from './documents.js';
import type { Random } from './person.js';
import { pick } from './random.js';

/**
 * How clerks and old systems write what is true. Whatever is there stays readable: a hub that cleans by the usual
 * rules gets the true value back. Only what is absent becomes a placeholder, and placeholders are shared by many.
 */

const NOTHING = ['', ' ', '000000', '无'];

/** Now and then with a title, with blanks inside or around, or in full-width letters. */
export function dirtyName(name: string, r: Random): string {
  const u = r();
  if (u > 0.12) return name;
  const latin = /^[A-Za-z]/.test(name);
  if (u < 0.05) return latin ? pick(['Mr ', 'Mr. ', 'Ms '], r) + name : name + pick(['先生', '女士'], r);
  if (u < 0.08) return latin ? name.toUpperCase() : [...name].join('\u3000');
  return pick([` ${name}`, `${name}  `, `\u3000${name}`], r);
}

/** With country code, blanks, hyphens or full-width digits; a placeholder when there is none. */
export function dirtyPhone(mobile: string | undefined, r: Random): string {
  if (mobile === undefined) return pick(NOTHING, r);
  const u = r();
  if (u > 0.3) return mobile;
  if (u < 0.12) return pick(['+86', '+86 ', '0086', '0086 ', '86-', '86 '], r) + mobile;
  if (u < 0.16) return fullWidth(mobile);
  const parts = [mobile.slice(0, 3), mobile.slice(3, 7), mobile.slice(7)];
  return u < 0.25 ? parts.join(pick([' ', '-'], r)) : ` ${mobile} `;
}

/** In capitals, with blanks around, or with a full-width at sign; a placeholder when there is none. */
export function dirtyEmail(email: string | undefined, r: Random): string {
  if (email === undefined) return pick([...NOTHING, 'test@test.com', 'test@test.com'], r);
  const u = r();
  if (u > 0.12) return email;
  if (u < 0.06) return email.toUpperCase();
  return u < 0.1 ? ` ${email} ` : email.replace('@', '＠');
}

/** As 15 digits where it once had them, with a small x, blanks or full-width digits; a placeholder when there is none. */
export function dirtyId(document: string | undefined, r: Random): string {
  if (document === undefined) return pick(NOTHING, r);
  const u = r();
  if (u > 0.16) return document;
  if (u < 0.08) return (/^\d{17}[\dX]$/.test(document) ? oldNumber(document) : undefined) ?? document;
  if (u < 0.11) return document.toLowerCase();
  return u < 0.14 ? ` ${document} ` : fullWidth(document);
}

export function fullWidth(text: string): string {
  return text.replaceAll(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0));
}
