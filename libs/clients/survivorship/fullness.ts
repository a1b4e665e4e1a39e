import type { StatedValue } from './statement.js';

const HONORIFICS = /先生|女士|小姐|太太|\b(?:mr|mrs|ms|miss|dr)\b\.?/giu;
const HOUSE_NUMBER = /\d/u;

/** More than any address has letters: one with a house number is fuller than every one without. */
const WITH_HOUSE_NUMBER = 10_000;

/**
 * How full a value of a field is; to be compared with other values of the same field, and nothing else. A number of 18
 * digits is fuller than one of 15, a full name than a surname, an address with a house number than one without, a list
 * than a shorter one. Of other fields no value is fuller than another.
 *
 * Stars stand for what somebody hid, so they do not count.
 */
export function fullness(field: string, value: StatedValue): number {
  if (typeof value !== 'string') return value.length;
  switch (field) {
    case 'name':
    case 'nameLatin':
      return letters(value.normalize('NFKC').replaceAll(HONORIFICS, ''));
    case 'address': {
      const text = value.normalize('NFKC');
      return letters(text) + (HOUSE_NUMBER.test(text) ? WITH_HOUSE_NUMBER : 0);
    }
    // Sealed; a sealed value is as much longer as what it holds is (AES-GCM does not pad).
    case 'idDocument':
      return Buffer.byteLength(value, 'base64');
    default:
      return 0;
  }
}

function letters(text: string): number {
  return text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
}
