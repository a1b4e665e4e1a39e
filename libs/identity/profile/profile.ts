import { readDate } from '../normalise/date.js';
import { readEmail } from '../normalise/email.js';
import { type ReadId, readId } from '../normalise/id-number.js';
import { type Name, readName } from '../normalise/name.js';
import { coreOfOrganisation, partyOfName } from '../normalise/organisation.js';
import { toPinyin } from '../normalise/chinese.js';
import { readPhone } from '../normalise/phone.js';
import { saysNothing } from '../normalise/placeholders.js';
import { type Fault, fold, hasHan } from '../normalise/text.js';
import { type Kind, kindOf, misspelt, PARTIES, type Party, type RawProfile, type RawValue, slotOf } from './kinds.js';

/**
 * An identifier of a document, an account or a device. `whole`, `head` and `tail` are opaque to whoever compares:
 * keyed hashes in the hub, plain text in memory. Equal wholes are equal numbers; an equal half is a near miss.
 */
export interface Identifier {
  readonly whole: string;
  readonly head?: string;
  readonly tail?: string;
  /** False when its checksum does not hold: it resembles, and is never equal. */
  readonly valid?: boolean;
  /** Set when one party has one valid number of this scheme: two different ones never join. */
  readonly scheme?: string;
}

/** What was found in a stated value, and why it takes no part (or, for a misspelt one, only by resemblance). */
export interface ProfileFlag {
  readonly slot: string;
  readonly fault: Fault | 'address_only' | 'conflict';
}

/**
 * What a node says about itself, normalised and ready to compare. JSON-serialisable; the same statements in any order
 * give the same profile. `values` are by slot (`phone`, `place:suburb`): sorted, distinct, never empty.
 */
export interface Profile {
  readonly party?: Party;
  readonly names?: readonly Name[];
  readonly values?: Readonly<Record<string, readonly string[]>>;
  readonly identifiers?: Readonly<Record<string, readonly Identifier[]>>;
  readonly flags?: readonly ProfileFlag[];
}

export interface ProfileOptions {
  /** How an identifier is written into the profile: a keyed hash keeps it opaque. Default: in clear. */
  readonly token?: (clear: string) => string;
  /** Country of phone numbers stated without one. Default CN. */
  readonly country?: 'CN' | 'HK' | 'MO' | 'TW' | 'SG' | 'GB' | 'US' | 'AU';
}

const MALE = new Set(['m', 'male', 'man', 'boy', '男', '男性', '1']);
const FEMALE = new Set(['f', 'female', 'woman', 'girl', '女', '女性', '2', '0']);

/** Never throws: what cannot be read is flagged, stays with the caller as it was stated, and joins nothing. */
export function profileOf(raw: RawProfile, o: ProfileOptions = {}): Profile {
  return new Reading(o).read(raw.values);
}

/** How a folded text of each kind enters a profile. */
const TAKERS: Record<Kind, (r: Reading, text: string, slot: string) => void> = {
  givenName: (r, text) => void r.given.push(text),
  surname: (r, text) => void r.surnames.push(text),
  fullName: (r, text) => void r.fulls.push(text),
  birthDate: (r, text, slot) => {
    const d = readDate(text);
    if (d.fault !== undefined) r.flag(slot, d.fault);
    // A misspelt date is marked, so that it can resemble another and equals none.
    if (d.digits !== undefined) r.put(slot, d.misspelt ? misspelt(d.digits) : d.digits);
  },
  phone: (r, text, slot) => {
    for (const one of text.split(/[;,、|]|\s\/\s/)) {
      if (one.trim() === '') continue;
      const p = readPhone(one.trim(), r.o.country);
      if (p.fault === undefined) r.put(slot, p.number);
      else r.flag(slot, p.fault);
    }
  },
  email: (r, text, slot) => {
    for (const one of text.split(/[;,、|\s]+/)) {
      if (one === '') continue;
      const e = readEmail(one);
      if (e.fault !== undefined) r.flag(slot, e.fault);
      // As with dates: it can resemble another, and equals none.
      if (e.address !== undefined) r.put(slot, e.fault === undefined ? e.address : misspelt(e.address));
    }
  },
  idNumber: (r, text, slot) => {
    const id = readId(text);
    if (id.fault !== undefined) r.flag(slot, id.fault);
    if (id.number === undefined) return;
    r.putIdentifier(slot, id.number, id);
    if (id.valid === true) r.derived.push(id);
  },
  oneCode: (r, text, slot) => r.putIdentifier(slot, bareNumber(text), {}),
  device: (r, text, slot) => r.putIdentifier(slot, text, {}),
  street: (r, text, slot) => r.put(slot, plainWords(text)),
  place: (r, text, slot) => r.put(slot, plainWords(text)),
  postcode: (r, text, slot) => r.put(slot, text.replaceAll(/[^\p{L}\p{N}]/gu, '')),
  sex: (r, text, slot) => {
    const sex = MALE.has(text) ? 'm' : FEMALE.has(text) ? 'f' : undefined;
    if (sex === undefined) r.flag(slot, 'unreadable');
    else r.put(slot, sex);
  },
  occupation: (r, text, slot) => r.put(slot, plainWords(text)),
  partyKind: (r, text, slot) => {
    const party = readParty(text);
    if (party === undefined) r.flag(slot, 'unreadable');
    else r.parties.add(party);
  },
  other: (r, text, slot) => r.put(slot, plainWords(text)),
};

class Reading {
  private readonly values = new Map<string, Set<string>>();
  private readonly identifiers = new Map<string, Map<string, Identifier>>();
  private readonly flags = new Map<string, ProfileFlag>();
  private readonly names = new Map<string, Name>();
  readonly given: string[] = [];
  readonly surnames: string[] = [];
  readonly fulls: string[] = [];
  readonly derived: ReadId[] = [];
  readonly parties = new Set<Party>();

  constructor(readonly o: ProfileOptions) {}

  read(stated: readonly RawValue[]): Profile {
    for (const v of stated) this.take(v);
    this.deriveFromIds();
    this.readNames();
    return this.profile();
  }

  private take(v: RawValue): void {
    if (v.text === '') return;
    const slot = slotOf(v);
    const folded = fold(v.text);
    if (folded.fault !== undefined) return this.flag(slot, folded.fault);
    const text = folded.text;
    if (text === '') return;
    if (v.kind !== 'birthDate' && v.kind !== 'sex' && saysNothing(text)) return this.flag(slot, 'placeholder');
    TAKERS[v.kind](this, text, slot);
  }

  /** Birth date and sex of a valid number are stated where nothing else states them; they are not counted twice. */
  private deriveFromIds(): void {
    for (const id of this.derived) {
      if (id.scheme === 'cn-organisation') this.parties.add('organisation');
      if (id.scheme === 'cn-resident') this.parties.add('person');
      if (id.born !== undefined && !this.values.has('birthDate')) this.put('birthDate', id.born);
      if (id.sex !== undefined && !this.values.has('sex')) this.put('sex', id.sex);
    }
  }

  private readNames(): void {
    const organisation = this.fulls.map(partyOfName).find((p) => p !== undefined);
    if (this.parties.size === 0 && organisation !== undefined) this.parties.add(organisation);
    if (this.parties.size > 1) this.flag('partyKind', 'conflict');
    if (this.parties.size === 1 && !this.parties.has('person')) {
      for (const full of this.fulls) this.putName(organisationName(full));
      return;
    }
    const [given, surname] = [this.given[0], this.surnames[0]];
    if (this.given.length > 1 || this.surnames.length > 1) {
      for (const g of this.given.length > 0 ? this.given : [undefined])
        for (const u of this.surnames.length > 0 ? this.surnames : [undefined])
          this.putRead(readName({ given: g, surname: u }));
      for (const full of this.fulls) this.putRead(readName({ full }));
    } else if (given === undefined && surname === undefined) {
      for (const full of this.fulls) this.putRead(readName({ full }));
    } else {
      const { repeating, others } = this.fullsBeside(given, surname);
      this.putRead(readName({ given, surname, full: repeating }));
      for (const full of others) this.putRead(readName({ full }));
    }
  }

  /** Full names that repeat the parts (and may add to them) are the same name; the others are names of their own. */
  private fullsBeside(
    given: string | undefined,
    surname: string | undefined,
  ): { repeating?: string; others: string[] } {
    const repeats = (full: string) =>
      (given === undefined || full.includes(given)) && (surname === undefined || full.includes(surname));
    const repeating = this.fulls.filter(repeats).sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
    return {
      ...(repeating[0] === undefined ? {} : { repeating: repeating[0] }),
      others: this.fulls.filter((f) => !repeats(f)),
    };
  }

  private putRead(read: ReturnType<typeof readName>): void {
    if (read.addressOnly) this.flag('name', 'address_only');
    if (read.name !== undefined) this.putName(read.name);
  }

  private putName(name: Name): void {
    this.names.set(nameKey(name), name);
  }

  put(slot: string, text: string): void {
    if (text === '') return;
    const set = this.values.get(slot);
    if (set === undefined) this.values.set(slot, new Set([text]));
    else set.add(text);
  }

  putIdentifier(slot: string, number: string, id: Partial<ReadId>): void {
    if (number === '') return;
    const token = this.o.token ?? ((clear: string) => clear);
    // Numbers that a system gives out share their first part with many others, and nobody types a device's.
    const half = kindOf(slot) === 'idNumber' && number.length >= 6 ? Math.ceil(number.length / 2) : 0;
    let of = this.identifiers.get(slot);
    if (of === undefined) this.identifiers.set(slot, (of = new Map()));
    of.set(number, {
      whole: token(number),
      ...(half > 0 ? { head: token(`${number.slice(0, half)}…`), tail: token(`…${number.slice(half)}`) } : {}),
      ...(id.valid === undefined ? {} : { valid: id.valid }),
      ...(id.scheme === undefined || id.valid !== true ? {} : { scheme: id.scheme }),
    });
  }

  flag(slot: string, fault: ProfileFlag['fault']): void {
    this.flags.set(`${slot} ${fault}`, { slot, fault });
  }

  private profile(): Profile {
    const [party] = this.parties.size === 1 ? this.parties : [];
    return {
      ...(party === undefined ? {} : { party }),
      ...(this.names.size === 0 ? {} : { names: inOrder(this.names).map(([, n]) => n) }),
      ...(this.values.size === 0
        ? {}
        : {
            values: Object.fromEntries(
              inOrder(this.values).map(([s, v]) => [s, v.size === 1 ? [...v] : [...v].sort()]),
            ),
          }),
      ...(this.identifiers.size === 0
        ? {}
        : {
            identifiers: Object.fromEntries(
              inOrder(this.identifiers).map(([s, ids]) => [
                s,
                [...ids.values()].sort((a, b) => (a.whole < b.whole ? -1 : 1)),
              ]),
            ),
          }),
      ...(this.flags.size === 0 ? {} : { flags: inOrder(this.flags).map(([, f]) => f) }),
    };
  }
}

function inOrder<V>(map: ReadonlyMap<string, V>): [string, V][] {
  return map.size === 1 ? [...map] : [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Spells a name in one line, so that equal names have equal keys. */
export function nameKey(n: Name): string {
  return `${n.given ?? ''}|${n.surname ?? ''}|${n.rest?.join(' ') ?? ''}|${n.han?.given ?? ''}|${n.han?.surname ?? ''}`;
}

function organisationName(folded: string): Name {
  const core = coreOfOrganisation(folded);
  return { surname: hasHan(core) ? toPinyin(core) : core, ...(hasHan(core) ? { han: { surname: core } } : {}) };
}

function readParty(text: string): Party | undefined {
  if ((PARTIES as readonly string[]).includes(text)) return text as Party;
  if (/^(?:个人|自然人|personal|individual|human|p|0)$/.test(text)) return 'person';
  if (/^(?:机构|法人|公司|企业|organization|company|corporate|institution|institutional|legal|o|1)$/.test(text))
    return 'organisation';
  return /^(?:产品|基金|fund|产品户|2)$/.test(text) ? 'product' : undefined;
}

function bareNumber(text: string): string {
  return text.toUpperCase().replaceAll(/[\s\-–—._/]/g, '');
}

/** Words apart by single spaces, without punctuation. */
function plainWords(text: string): string {
  return /[^a-z0-9 ]/.test(text) ? text.replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim() : text;
}
