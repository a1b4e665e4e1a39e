import parsePhone, { type CountryCode, type MetadataJson } from 'libphonenumber-js/core';
import phoneMetadata from 'libphonenumber-js/min/metadata';
import { isPlaceholderMobile, isPlaceholderNumber } from './placeholders.js';
import type { Fault } from './text.js';

export type ReadPhone = { readonly number: string; readonly fault?: undefined } | { readonly fault: Fault };

const MOBILE = /^(?:\+?86|0086)?(1[3-9]\d{9})$/;

/**
 * E.164 of a folded text, without an extension: `021-5888 1234 转 8001` is the switchboard. Mainland mobiles are
 * recognised by pattern (0.1 µs), everything else by libphonenumber (4 µs).
 */
export function readPhone(folded: string, country: CountryCode = 'CN'): ReadPhone {
  const bare = folded.replace(/(?:ext\.?|extension|x|转|分机|#)\s*\d{1,6}$/, '').replaceAll(/[\s()\-–—._/]|^tel:/g, '');
  const mobile = MOBILE.exec(bare);
  if (mobile) return isPlaceholderMobile(mobile[1]!) ? { fault: 'placeholder' } : { number: `+86${mobile[1]}` };
  const digits = bare.replaceAll(/\D/g, '');
  if (digits.length < 5 || digits.length > 17) return { fault: 'unreadable' };
  if (isPlaceholderNumber(digits)) return { fault: 'placeholder' };
  const international = bare.startsWith('00') ? `+${bare.slice(2)}` : bare;
  if (!/^\+?\d+$/.test(international)) return { fault: 'unreadable' };
  const parsed = parsePhone(international, country, phoneMetadata as unknown as MetadataJson);
  if (parsed?.isPossible()) return { number: parsed.number };
  // A number of a country that nobody named: as its digits it still equals itself.
  return international.startsWith('+') || digits.length < 7 ? { fault: 'impossible' } : { number: `~${digits}` };
}
