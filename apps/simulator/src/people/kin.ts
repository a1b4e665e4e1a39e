import { residentNumber } from './documents.js';
import { organisationName, organisationNumber } from './organisations.js';
import { type Name, siblingName } from './names.js';
import type { Person, Random } from './person.js';
import { isPlanted } from './recorded.js';
import type { Dirt, DirtKind } from './dirt.js';
import { digits, pick, upTo } from './random.js';

const STREETS = ['文晖路', '天目山路', '世纪大道', '建国门外大街', '珠江东路', '科技园南路'];
/** A new name, other numbers: what changes in a life. The next person is still made from the first two. */
export interface Made {
  readonly person: Person;
  readonly name: Name;
}

interface Circumstances {
  readonly dirt: Dirt;
  /** Numbers of its own for each kind of dirt. */
  readonly draw: (what: string) => Random;
  /** Numbers that are taken. */
  readonly documents: Set<string>;
  /** Somebody who came earlier, to whom a number may have gone. */
  readonly earlier: (r: Random) => Person | undefined;
}

/** A person as life made it: perhaps a twin or a namesake of the one before, a company, or somebody who has changed. */
export function grown(made: Made, before: Made | undefined, c: Circumstances): Made {
  const { person } = made;
  if (isPlanted(person)) return made;
  const befalls = (kind: DirtKind): Random | undefined => {
    if (c.dirt[kind] === 0) return undefined;
    const r = c.draw(kind);
    return r() < c.dirt[kind] ? r : undefined;
  };
  const elder = before !== undefined && isElder(before.person) && person.language === 'zh' ? before : undefined;
  const twin = befalls('twin');
  if (twin && elder) return twinOf(elder, person, c.documents, twin);
  const namesake = befalls('namesake');
  if (namesake && elder) return namesakeOf(elder, person, c.documents, namesake);
  const company = befalls('company');
  if (company && elder?.person.mobile !== undefined)
    return { ...made, person: companyOf(elder.person, person, company) };
  return { ...made, person: changed(person, befalls, c.earlier) };
}

/** Whose kin can be made up: a Chinese person of flesh and blood whom nobody has planted. */
function isElder(p: Person): boolean {
  return !isPlanted(p) && p.language === 'zh' && p.document.kind === 'resident' && p.kin === undefined;
}

function twinOf(elder: Made, person: Person, documents: Set<string>, r: Random): Made {
  const { birthDate, branch, manager, mobile } = elder.person;
  const name = siblingName(elder.name, person.sex, r);
  return {
    name,
    person: {
      ...withMobile(person, r() < 0.5 ? mobile : person.mobile),
      name: name.full,
      birthDate,
      document: residentDocument(birthDate, person.sex, documents, r),
      branch,
      manager,
      address: addressOf(elder.person),
      kin: { of: elder.person.index, as: 'twin' },
    },
  };
}

function namesakeOf(father: Made, person: Person, documents: Set<string>, r: Random): Made {
  const { name, birthDate: born, branch, manager, mobile, sex } = father.person;
  const birthDate = `${Math.min(2007, Number(born.slice(0, 4)) + 24 + upTo(10, r))}${born.slice(4)}`;
  return {
    name: father.name,
    person: {
      ...withMobile(person, r() < 0.3 ? mobile : person.mobile),
      name,
      sex,
      birthDate,
      document: residentDocument(birthDate, sex, documents, r),
      branch,
      manager,
      address: addressOf(father.person),
      kin: { of: father.person.index, as: 'namesake' },
    },
  };
}

function companyOf(contact: Person, person: Person, r: Random): Person {
  const { userId: _, contactNo: __, ...rest } = withMobile(person, contact.mobile);
  return {
    ...rest,
    kind: 'organisation',
    name: organisationName(contact.branch, r),
    document: { kind: 'organisation', number: organisationNumber(person.index, r) },
    ...(person.email === undefined ? {} : { email: `info@c${person.index.toString(36)}.example.com` }),
    kin: { of: contact.index, as: 'contact' },
  };
}

function changed(
  person: Person,
  befalls: (kind: DirtKind) => Random | undefined,
  earlier: Circumstances['earlier'],
): Person {
  const name = person.language === 'zh' ? befalls('changedName') : undefined;
  const phone = person.mobile === undefined ? undefined : befalls('changedPhone');
  const reused = person.mobile === undefined ? undefined : befalls('reusedPhone');
  const formerMobile =
    (reused && earlier(reused)?.mobile) ??
    (phone && `1${pick(['30', '33', '56'], phone)}${digits(upTo(100_000_000, phone), 8)}`);
  return {
    ...person,
    ...(name ? { formerName: siblingName({ full: person.name, family: '', latin: '' }, person.sex, name).full } : {}),
    ...(formerMobile === undefined || formerMobile === person.mobile ? {} : { formerMobile }),
    ...(befalls('secondOneCode') ? { twoOneCodes: true } : {}),
  };
}

function residentDocument(birthDate: string, sex: 0 | 1, taken: Set<string>, r: Random): Person['document'] {
  let number: string;
  do number = residentNumber(birthDate, sex, r);
  while (taken.has(number));
  taken.add(number);
  return { kind: 'resident', number };
}

function withMobile(person: Person, mobile: string | undefined): Person {
  const { mobile: _, ...rest } = person;
  return mobile === undefined ? rest : { ...rest, mobile };
}

/** Where somebody lives whose address others share: it follows from who it is. */
function addressOf({ index, branch }: Person): string {
  return `${branch.slice(0, 2)}市${STREETS[index % STREETS.length]}${100 + (index % 800)}号${1 + (index % 30)}幢${201 + (index % 700)}室`;
}
