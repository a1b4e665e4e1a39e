import { Converter } from 'opencc-js/cn2t';
import { pinyin } from 'pinyin-pro';
import type { DirtKind } from './dirt.js';
import { dirtyName, fullWidth } from './dirty.js';
import { surnameOf } from './names.js';
import type { Person, Random, World } from './person.js';
import { digits, pick, upTo } from './random.js';

/** The records that a person may have, each written by somebody else at another time. */
export type RecordKind = 'customer' | 'second customer' | 'contact' | 'subscriber' | 'user';

/** What whoever wrote a record believed of a person. The usual dirty spellings come on top. */
export interface Recorded {
  readonly name: string;
  /** The name is written as it stands: nobody adds to 王先生. */
  readonly asItStands: boolean;
  readonly mobile: string | undefined;
  readonly email: string | undefined;
  readonly birthDate: string;
  readonly document: string;
}

const PLACEHOLDERS = ['13800138000', '13800138000', '13800000000', '13888888888', '11111111111'];
const LONG_NAME = 20_000;
/** What a name goes on with that somebody pasted: not one text over and over, which any store makes short. */
const FILLER = Array.from({ length: 2000 }, (_, i) => String.fromCodePoint(0x4e00 + i));
/** Share of the records of a changed person that were written before the change. */
const OLD = 0.5;

const toTraditional = Converter({ from: 'cn', to: 't' }) as (text: string) => string;

/** What stands in a record of a person. It follows from the seed, and each kind of dirt from a draw of its own. */
export function asRecorded(world: World, person: Person, record: RecordKind): Recorded {
  const plain = {
    name: person.name,
    asItStands: false,
    mobile: person.mobile,
    email: person.email,
    birthDate: person.birthDate,
    document: person.document.number,
  };
  if (isPlanted(person)) return plain;
  const draw = (what: string) => world.random('dirt', what, record, person.index);
  /** Its own numbers, when this kind of dirt befalls the record. */
  const befalls = (kind: DirtKind): Random | undefined => {
    if (world.dirt[kind] === 0) return undefined;
    const r = draw(kind);
    return r() < world.dirt[kind] ? r : undefined;
  };
  const isOld = record !== 'customer' && draw('old')() < OLD;
  const named = writtenName(isOld ? (person.formerName ?? person.name) : person.name, person, record, befalls);
  return {
    ...plain,
    ...named,
    mobile: writtenMobile(isOld ? (person.formerMobile ?? person.mobile) : person.mobile, person, befalls),
    email: person.email !== undefined && befalls('sharedMailbox') ? `info@${branchHost(person)}` : person.email,
    ...(record === 'customer' || record === 'second customer'
      ? { birthDate: writtenBirthDate(person, befalls), document: writtenDocument(person, befalls) }
      : {}),
  };
}

/** The name as the clerk of a system writes it. */
export function spelt({ name, asItStands }: Recorded, r: Random): string {
  return asItStands ? name : dirtyName(name, r);
}

export function isPlanted(person: Person): boolean {
  return person.atRisk || person.nearMiss !== undefined;
}

type Befalls = (kind: DirtKind) => Random | undefined;

function writtenName(
  name: string,
  person: Person,
  record: RecordKind,
  befalls: Befalls,
): Pick<Recorded, 'name' | 'asItStands'> {
  const spoilt = (text: string) => ({ name: text, asItStands: true });
  const chinese = person.language === 'zh' && person.kind === undefined;
  // The counter's column holds 120 characters.
  const long = record === 'customer' || record === 'second customer' ? undefined : befalls('long');
  if (long) return spoilt(name + Array.from({ length: LONG_NAME }, () => pick(FILLER, long)).join(''));
  const control = befalls('control');
  if (control) return spoilt(name.slice(0, 1) + pick(['\u0007', '\u0002', '\u001b[0m'], control) + name.slice(1));
  if (befalls('encoding')) return spoilt(Buffer.from(name, 'utf8').toString('latin1'));
  const surname = befalls('surname');
  if (surname && chinese) return spoilt(surnameOf(name) + (person.sex === 0 ? '先生' : '女士'));
  const inPinyin = befalls('pinyin');
  const latin = inPinyin && chinese ? pinyinOf(name, inPinyin) : undefined;
  if (latin !== undefined) return { name: latin, asItStands: befalls('fullWidth') !== undefined };
  if (befalls('traditional') && chinese) return { name: toTraditional(name), asItStands: false };
  if (person.language === 'en' && befalls('fullWidth')) return spoilt(fullWidth(name));
  return { name, asItStands: false };
}

/** Undefined where a character has no reading. */
function pinyinOf(name: string, r: Random): string | undefined {
  const family = surnameOf(name);
  const spell = (text: string, surname: boolean) =>
    pinyin(text, { toneType: 'none', type: 'array', v: true, surname: surname ? 'head' : 'off' }).join('');
  const [s, g] = [capital(spell(family, true)), capital(spell(name.slice(family.length), false))];
  if (!/^[A-Za-z]+$/.test(s + g)) return undefined;
  return pick([`${s} ${g}`, `${s} ${g}`, `${s} ${g}`.toUpperCase(), `${g} ${s}`], r);
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function writtenMobile(mobile: string | undefined, person: Person, befalls: Befalls): string | undefined {
  const placeholder = befalls('phonePlaceholder');
  if (placeholder) return pick(PLACEHOLDERS, placeholder);
  const landline = befalls('branchPhone');
  if (landline) return `021-5888${person.customerNo.slice(0, 4)}`;
  const slip = befalls('phoneSlip');
  return slip && mobile !== undefined ? slipped(mobile, 3, slip) : mobile;
}

function writtenBirthDate({ birthDate }: Person, befalls: Befalls): string {
  if (befalls('birthMissing')) return '';
  if (befalls('birthPlaceholder')) return '19000101';
  const [year, month, day] = [birthDate.slice(0, 4), birthDate.slice(4, 6), birthDate.slice(6)];
  return Number(day) <= 12 && befalls('birthSwapped') ? year + day + month : birthDate;
}

function writtenDocument({ document }: Person, befalls: Befalls): string {
  const slip = befalls('idSlip');
  return slip ? slipped(document.number, 6, slip) : document.number;
}

/** One digit mistaken, or two neighbours swapped, behind the first `kept` characters. */
function slipped(number: string, kept: number, r: Random): string {
  const at = kept + upTo(number.length - kept - 1, r);
  const [a, b] = [number[at]!, number[at + 1]!];
  if (r() < 0.4 && a !== b && /\d/.test(b)) return number.slice(0, at) + b + a + number.slice(at + 2);
  return number.slice(0, at) + String((Number(a) + 1 + upTo(9, r)) % 10) + number.slice(at + 1);
}

function branchHost(person: Person): string {
  return `branch${digits(Number(person.customerNo.slice(0, 4)), 4)}.example.com`;
}
