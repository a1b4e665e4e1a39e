import { describe, expect, it } from '@jest/globals';
import { dirtyEmail, dirtyId, dirtyName, dirtyPhone } from './dirty.js';
import { oldNumber } from './documents.js';
import { recentLogin } from './recent-login.js';
import { makeWorld } from './world.js';

const asOf = new Date('2026-11-23T10:00:00Z');
const world = makeWorld({ seed: 'people', clients: 20_000, asOf });
const { people } = world;

function unique(values: readonly (string | undefined)[]): boolean {
  const present = values.filter((v) => v !== undefined);
  return new Set(present).size === present.length && present.length > 0;
}

function share(of: (p: (typeof people)[number]) => unknown): number {
  return people.filter((p) => Boolean(of(p))).length / people.length;
}

describe('the people of a firm', () => {
  it('follow from the seed, and a larger firm begins with the same', () => {
    expect(makeWorld({ seed: 'people', clients: 500, asOf }).people).toEqual(people.slice(0, 500));
    expect(makeWorld({ seed: 'others', clients: 500, asOf }).people).not.toEqual(people.slice(0, 500));
  });

  it('share mobile numbers within families, and nothing else that names them', () => {
    for (const what of ['customerNo', 'email', 'userId', 'contactNo', 'subscriberNo'] as const)
      expect(unique(people.map((p) => p[what]))).toBe(true);
    expect(unique(people.map((p) => p.document.number))).toBe(true);
    const mobiles = people.flatMap((p) => p.mobile ?? []);
    expect(1 - new Set(mobiles).size / mobiles.length).toBeCloseTo(0.08, 1);
  });

  it.each([
    ['contactNo', 0.24],
    ['subscriberNo', 0.24],
    ['userId', 0.4],
    ['atRisk', 0.025],
  ] as const)('have %s in a share of %d', (what, expected) => {
    expect(Math.abs(share((p) => p[what]) - expected)).toBeLessThan(expected / 8);
  });

  it('carry identity numbers with a right check character, sex and birth date', () => {
    for (const p of people.filter((x) => x.document.kind === 'resident')) {
      const id = p.document.number;
      const sum = Array.from(id.slice(0, 17)).reduce((s, d, i) => s + Number(d) * (2 ** (17 - i) % 11), 0);
      expect('10X98765432'[sum % 11]).toBe(id[17]);
      expect(id.slice(6, 14)).toBe(p.birthDate);
      expect(Number(id[16]) % 2).toBe(p.sex === 0 ? 1 : 0);
    }
  });

  it('keep those at risk off the web site, and within reach', () => {
    const atRisk = people.filter((p) => p.atRisk);
    expect(atRisk.filter((p) => recentLogin(p) || p.mobile === undefined || p.nearMiss)).toEqual([]);
    expect(people.filter((p) => p.nearMiss === 'login' && !recentLogin(p))).toEqual([]);
    expect(share(recentLogin)).toBeGreaterThan(0.15);
  });
});

describe('dirty spellings', () => {
  const r = world.random('dirty');
  const times = <T>(make: () => T) => Array.from({ length: 2000 }, make);
  const plain = (text: string) => text.normalize('NFKC').replaceAll(/[\s-]/g, '');

  it('can be read back', () => {
    for (const phone of times(() => dirtyPhone('13812345678', r)))
      expect(plain(phone)).toMatch(/^(\+?86|0086)?13812345678$/);
    for (const email of times(() => dirtyEmail('li.1@mail.example.com', r)))
      expect(plain(email).toLowerCase()).toBe('li.1@mail.example.com');
    const id = '11010519491231002X';
    for (const written of times(() => dirtyId(id, r)))
      expect([id, oldNumber(id)]).toContain(plain(written).toUpperCase());
    for (const name of times(() => dirtyName('欧阳𠮷', r))) expect(plain(name)).toMatch(/^欧阳𠮷(先生|女士)?$/);
  });

  it('are of many kinds, and placeholders when there is nothing', () => {
    expect(new Set(times(() => dirtyPhone('13812345678', r))).size).toBeGreaterThan(8);
    expect(new Set(times(() => dirtyPhone(undefined, r)))).toEqual(new Set(['', ' ', '000000', '无']));
    expect(times(() => dirtyEmail(undefined, r))).toContain('test@test.com');
  });
});
