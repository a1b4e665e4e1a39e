import { FIRM_ZONE, isDay, parseDecimal, parseInstant, scaleDecimal, dayOf } from '#canonical';
import parsePhone, { type MetadataJson } from 'libphonenumber-js/core';
import phoneMetadata from 'libphonenumber-js/min/metadata';
import { chineseIdDocument } from './id-document.js';
import type { Rule } from './mapping-spec.js';

/** Why a value could not be read. The value itself is shown only as far as it helps. */
export class MappingFault extends Error {
  constructor(
    readonly field: string,
    readonly found: unknown,
    readonly needed: string,
  ) {
    super(`${field}: found ${shown(found)}, needed ${needed}`);
    this.name = 'MappingFault';
  }
}

function shown(found: unknown): string {
  if (found === undefined || found === null) return 'nothing';
  const text = typeof found === 'string' ? found : JSON.stringify(found);
  return `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`;
}

const LONGEST_TEXT = 20_000;

/**
 * Turns a raw value into what the rule says it is, always as text: decimals canonical, days `YYYY-MM-DD`, instants
 * UTC ISO 8601, phones E.164, e-mail addresses lower case, identity documents 18 digits. Blank is undefined.
 *
 * @throws MappingFault when there is a value and it is no such thing.
 */
export function coerce(raw: unknown, rule: Rule, field: string): string | undefined {
  const text = asText(raw, field);
  if (text === undefined) return undefined;
  const coded = rule.codes ? decode(text, rule.codes, field) : text;
  switch (rule.as) {
    case 'text':
      return coded;
    case 'decimal':
      return decimal(coded, rule.scale, field);
    case 'integer':
      if (!/^-?\d{1,15}$/.test(coded)) throw new MappingFault(field, raw, 'a whole number');
      return String(Number(coded));
    case 'boolean':
      return boolean(coded, field);
    case 'day':
      return day(coded, rule.zone ?? FIRM_ZONE, field);
    case 'instant':
      return instant(coded, rule.zone ?? FIRM_ZONE, field).toISOString();
    case 'phone':
      return phone(coded, field);
    case 'email':
      return email(coded, field);
    case 'id_document': {
      const document = chineseIdDocument(coded);
      if (document === undefined)
        throw new MappingFault(field, 'a value that is not shown', 'a resident identity number with its check digit');
      return document;
    }
  }
}

function asText(raw: unknown, field: string): string | undefined {
  if (raw === undefined || raw === null) return undefined;
  if (typeof raw === 'number' || typeof raw === 'boolean') return String(raw);
  if (typeof raw !== 'string') throw new MappingFault(field, raw, 'a single value');
  if (raw.length > LONGEST_TEXT) throw new MappingFault(field, raw, `at most ${LONGEST_TEXT} characters`);
  if (raw.includes('\0')) throw new MappingFault(field, raw.replaceAll('\0', '␀'), 'text without NUL characters');
  if (!raw.isWellFormed())
    throw new MappingFault(field, raw.toWellFormed(), 'well-formed Unicode (it holds half a character)');
  const text = raw.trim();
  return text === '' ? undefined : text;
}

function decode(text: string, codes: Record<string, string>, field: string): string {
  const meaning = Object.hasOwn(codes, text) ? codes[text] : codes['*'];
  if (meaning === undefined) throw new MappingFault(field, text, `one of the codes ${Object.keys(codes).join(', ')}`);
  return meaning;
}

function decimal(text: string, scale: number, field: string): string {
  const plain = parseDecimal(text.replaceAll(',', ''));
  const value = plain === undefined ? undefined : scaleDecimal(plain, scale);
  if (value === undefined) throw new MappingFault(field, text, 'a decimal number of at most 20 digits and 10 decimals');
  return value;
}

function boolean(text: string, field: string): string {
  const lower = text.toLowerCase();
  if (['true', '1', 'y', 'yes', '是'].includes(lower)) return 'true';
  if (['false', '0', 'n', 'no', '否'].includes(lower)) return 'false';
  throw new MappingFault(field, text, 'yes or no');
}

function day(text: string, zone: string, field: string): string {
  if (isDay(text)) return text;
  const at = parseInstant(text, zone);
  if (!at) throw new MappingFault(field, text, 'a day such as 2026-01-05 or 20260105');
  return /^\d{8}$/.test(text) ? `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}` : dayOf(at, zone);
}

function instant(text: string, zone: string, field: string): Date {
  const at = parseInstant(text, zone) ?? epoch(text);
  if (!at) throw new MappingFault(field, text, 'a time such as 2026-01-05T09:30:00+08:00');
  return at;
}

/** Unix time in seconds (10 digits) or milliseconds (13). */
function epoch(text: string): Date | undefined {
  if (/^\d{10}$/.test(text)) return new Date(Number(text) * 1000);
  return /^\d{13}$/.test(text) ? new Date(Number(text)) : undefined;
}

/** A number as mappings store it (E.164, of mainland China where nothing else is said); undefined when it is none. */
export function asPhone(text: string | undefined): string | undefined {
  if (text === undefined || !/^[+\d\s()\-–.]{7,}$/.test(text.normalize('NFKC'))) return undefined;
  try {
    return phone(text, 'phone');
  } catch (e) {
    if (e instanceof MappingFault) return undefined;
    throw e;
  }
}

/** Mainland mobiles are recognised by pattern (0.08 µs); everything else by libphonenumber (4 µs). */
function phone(text: string, field: string): string {
  const digits = text.normalize('NFKC').replaceAll(/[\s()\-–.]/g, '');
  const mobile = /^(?:\+?86|0086)?(1[3-9]\d{9})$/.exec(digits);
  if (mobile) return `+86${mobile[1]}`;
  const parsed = parsePhone(
    digits.startsWith('00') ? `+${digits.slice(2)}` : digits,
    'CN',
    phoneMetadata as unknown as MetadataJson,
  );
  if (!parsed?.isPossible()) throw new MappingFault(field, text, 'a phone number');
  return parsed.number;
}

function email(text: string, field: string): string {
  const plain = text.normalize('NFKC').toLowerCase();
  if (
    !/^[^\s@<>"',;:\\()[\]]{1,64}@[^\s@<>"',;:\\()[\]]+\.[^\s@<>"',;:\\()[\].]{2,}$/u.test(plain) ||
    plain.length > 254
  )
    throw new MappingFault(field, text, 'an e-mail address');
  return plain;
}
