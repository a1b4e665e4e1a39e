import { mask } from '#access';
import type { StatedValue } from '#clients';

/** A value of a field as whoever may read a client sees it. An identity document is only said to be there. */
export function maskedValue(field: string, value: StatedValue): StatedValue {
  if (typeof value !== 'string') return value.map((v) => maskedText(field, v));
  return maskedText(field, value);
}

function maskedText(field: string, text: string): string {
  switch (field) {
    case 'name':
    case 'nameLatin':
      return mask.name(text)!;
    case 'birthDate':
      return mask.day(text)!;
    case 'phones':
      return mask.phone(text);
    case 'emails':
      return mask.email(text);
    case 'address':
    case 'idDocument':
      return '***';
    default:
      return text;
  }
}
