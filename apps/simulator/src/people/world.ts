import { branchAndManager } from './branches.js';
import { type Dirt, NO_DIRT } from './dirt.js';
import { passportNumber, residentNumber } from './documents.js';
import { grown, type Made } from './kin.js';
import { chineseName, englishName } from './names.js';
import type { NearMiss, Person, Random, World } from './person.js';
import { digits, pick, seeded, upTo } from './random.js';

const SHARE = {
  english: 0.06,
  /** Chinese people with a passport for a document. */
  passport: 0.01,
  mobile: 0.97,
  /** Lives with the person before, and gives the same mobile number. */
  family: 0.08,
  email: 0.8,
  userId: 0.4,
  contactNo: 0.24,
  subscriberNo: 0.24,
  atRisk: 0.025,
};
/** Shares of the near misses; each kind a little, at-risk people never among them. */
const NEAR_MISSES: readonly [NearMiss, number][] = [
  ['drawdown', 0.005],
  ['small', 0.004],
  ['login', 0.004],
  ['dormant', 0.003],
];
const MOBILE_PREFIXES = ['134', '135', '137', '138', '139', '150', '151', '158', '159', '176', '182', '186', '188'];
const MAIL_HOSTS = ['mail.example.com', 'post.example.net', 'qq.example.com', '163.example.net', 'corp.example.org'];

/**
 * The people of the firm. They follow from the seed alone, and the first people of a larger firm are those of a smaller
 * one. No two share a client number, a document, an e-mail address or a login; families share a mobile number.
 */
export function makeWorld(o: { seed: string; clients: number; asOf: Date; dirt?: Dirt }): World {
  const dirt = o.dirt ?? NO_DIRT;
  const random = (...label: readonly (string | number)[]) => seeded(o.seed, label);
  const r = random('people');
  const documents = new Set<string>();
  const people: Person[] = [];
  let before: Made | undefined;
  let elder: Made | undefined;
  for (let index = 0; index < o.clients; index++) {
    // Whom dirt befalls changes nobody else: relatives are made from the people of the clean firm.
    before = makePerson(index, before, documents, r);
    const made: Made = grown(before, elder, {
      dirt,
      draw: (what) => random('dirt', what, index),
      documents,
      earlier: (draw) => people[upTo(index, draw)],
    });
    people.push(made.person);
    if (made.person.kind === undefined) elder = made;
  }
  return { seed: o.seed, asOf: o.asOf, people, dirt, random };
}

function makePerson(index: number, before: Made | undefined, documents: Set<string>, r: Random): Made {
  const { atRisk, nearMiss } = plant(r());
  const relative = r() < SHARE.family ? before : undefined;
  const language = relative?.person.language ?? (r() < SHARE.english ? 'en' : 'zh');
  const sex = r() < 0.52 ? 0 : 1;
  const name = (language === 'en' ? englishName : chineseName)(sex, relative?.name.family, r);
  const birthDate = `${1945 + upTo(60, r)}${digits(1 + upTo(12, r), 2)}${digits(1 + upTo(28, r), 2)}`;
  const passport = language === 'en' || r() < SHARE.passport;
  let number: string;
  do number = passport ? passportNumber(index, r) : residentNumber(birthDate, sex, r);
  while (documents.has(number));
  documents.add(number);
  const { code, branch, manager } = branchAndManager(r);
  const ownMobile = pick(MOBILE_PREFIXES, r) + digits((index * 99_991 + 12_345_678) % 100_000_000, 8);
  // Those who shall be found and spoken to can be.
  const mobile = r() < SHARE.mobile || atRisk ? (relative?.person.mobile ?? ownMobile) : undefined;
  const tag = index.toString(36);
  const host = pick(MAIL_HOSTS, r);
  const email = r() < SHARE.email ? `${name.latin}.${tag}@${host}` : undefined;
  const userId = r() < SHARE.userId || nearMiss === 'login' ? `${name.latin.replace('.', '')}_${tag}` : undefined;
  const contactNo = r() < SHARE.contactNo ? `C${digits(index * 3 + 100_001, 7)}` : undefined;
  const subscriberNo = r() < SHARE.subscriberNo / SHARE.email ? `S${digits(index * 7 + 200_003, 7)}` : undefined;
  const person: Person = {
    index,
    customerNo: code + digits(index * 13 + 10_007, 8),
    name: name.full,
    language,
    sex,
    birthDate,
    document: { kind: passport ? 'passport' : 'resident', number },
    ...(mobile === undefined ? {} : { mobile }),
    ...(email === undefined ? {} : { email }),
    ...(userId === undefined ? {} : { userId }),
    ...(contactNo === undefined ? {} : { contactNo }),
    ...(subscriberNo === undefined || email === undefined ? {} : { subscriberNo }),
    branch,
    manager,
    atRisk,
    ...(nearMiss === undefined ? {} : { nearMiss }),
    draws: { call: r(), mail: r(), web: r(), leave: r() },
  };
  return { person, name };
}

function plant(u: number): { atRisk: boolean; nearMiss?: NearMiss } {
  if (u < SHARE.atRisk) return { atRisk: true };
  let upper = SHARE.atRisk;
  for (const [nearMiss, share] of NEAR_MISSES) if (u < (upper += share)) return { atRisk: false, nearMiss };
  return { atRisk: false };
}
