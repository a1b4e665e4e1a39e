import { describe, expect, it } from '@jest/globals';
import { type DirtKind, NO_DIRT, parseDirt, USUAL_DIRT } from './dirt.js';
import type { Person, World } from './person.js';
import { asRecorded, isPlanted, type RecordKind, type Recorded } from './recorded.js';
import { makeWorld } from './world.js';

const CLIENTS = 6000;
const asOf = new Date('2026-11-23T10:00:00Z');
const firm = (dirt: string, clients = CLIENTS) => makeWorld({ seed: 'dirt', clients, asOf, dirt: parseDirt(dirt) });
const clean = firm('none');

const ORDINARY = clean.people.filter((p) => !isPlanted(p));
const RECORDS: RecordKind[] = ['customer', 'second customer', 'contact', 'subscriber', 'user'];

/** Records of everybody who is not planted, beside what is true of them. */
function recorded(world: World, record: RecordKind): [Recorded, Person][] {
  return world.people.filter((p) => !isPlanted(p)).map((p) => [asRecorded(world, p, record), p]);
}

function shareOf(world: World, record: RecordKind, holds: (r: Recorded, p: Person) => boolean): number {
  const all = recorded(world, record);
  return all.filter(([r, p]) => holds(r, p)).length / all.length;
}

const check18 = (id: string) =>
  '10X98765432'[Array.from(id.slice(0, 17)).reduce((s, d, i) => s + Number(d) * (2 ** (17 - i) % 11), 0) % 11];

describe('what is asked for', () => {
  it('is none, the usual, or shares of kinds behind either', () => {
    expect(parseDirt('none')).toEqual(NO_DIRT);
    expect(parseDirt('usual')).toEqual(USUAL_DIRT);
    expect(parseDirt('usual, pinyin=0.5')).toEqual({ ...USUAL_DIRT, pinyin: 0.5 });
    expect(parseDirt('twin=1')).toEqual({ ...NO_DIRT, twin: 1 });
  });

  it.each(['dusty', 'pinyin', 'pinyin=', 'pinyin=2', 'pinyin=-1', 'pinyin=x'])('is refused as %s', (text) => {
    expect(() => parseDirt(text)).toThrow(`found "${text}"; needed: none, usual, or KIND=SHARE`);
  });
});

describe('a firm with dirt', () => {
  it('is the clean one where nothing befalls, and follows from the seed', () => {
    expect(clean.people).toEqual(makeWorld({ seed: 'dirt', clients: CLIENTS, asOf }).people);
    const usual = firm('usual');
    expect(firm('usual', 500).people).toEqual(usual.people.slice(0, 500));
    const same = usual.people.filter((p, i) => JSON.stringify(p) === JSON.stringify(clean.people[i]));
    expect(same.length / CLIENTS).toBeGreaterThan(0.85);
    expect(same.length).toBeLessThan(CLIENTS);
    for (const [kind, share] of Object.entries(USUAL_DIRT) as [DirtKind, number][])
      expect([kind, share > 0]).toEqual([kind, true]);
  });

  it('leaves those alone who are planted to be found', () => {
    const all = firm(
      Object.keys(USUAL_DIRT)
        .map((kind) => `${kind}=1`)
        .join(','),
    );
    const planted = all.people.filter(isPlanted);
    expect(planted.length).toBeGreaterThan(100);
    for (const p of planted) {
      expect(p).toEqual(clean.people[p.index]);
      for (const record of RECORDS)
        expect(asRecorded(all, p, record)).toMatchObject({ name: p.name, mobile: p.mobile, email: p.email });
    }
  });

  it('gives no document to two, and every customer number to one', () => {
    const { people } = firm('twin=0.2,namesake=0.2,company=0.2');
    for (const numberOf of [(p: Person) => p.document.number, (p: Person) => p.customerNo])
      expect(new Set(people.map(numberOf)).size).toBe(CLIENTS);
  });
});

describe('each kind of dirt', () => {
  const chinese = ORDINARY.filter((p) => p.language === 'zh').length / ORDINARY.length;
  const withMobile = ORDINARY.filter((p) => p.mobile !== undefined).length / ORDINARY.length;
  const withEmail = ORDINARY.filter((p) => p.email !== undefined).length / ORDINARY.length;

  it.each<[string, RecordKind, (r: Recorded, p: Person) => boolean, number]>([
    ['pinyin', 'contact', (r, p) => p.language === 'zh' && /^[A-Za-z]+ [A-Za-z]+$/.test(r.name), chinese],
    ['surname', 'user', (r) => /^\p{Script=Han}{1,2}(先生|女士)$/u.test(r.name), chinese],
    // oxlint-disable-next-line no-control-regex -- finding them is the point
    ['control', 'customer', (r) => /[\u0000-\u001f]/.test(r.name), 1],
    ['encoding', 'customer', (r) => /[\u0080-\u00ff]{3}/.test(r.name), chinese],
    ['long', 'subscriber', (r) => r.name.length > 10_000, 1],
    ['long', 'customer', (r) => r.name.length > 120, 0],
    ['birthMissing', 'customer', (r) => r.birthDate === '', 1],
    ['birthPlaceholder', 'second customer', (r) => r.birthDate === '19000101', 1],
    [
      'idSlip',
      'customer',
      (r, p) => r.document !== p.document.number && r.document.length === p.document.number.length,
      1,
    ],
    ['phoneSlip', 'contact', (r, p) => r.mobile !== p.mobile && /^1\d{10}$/.test(r.mobile!), withMobile],
    ['phonePlaceholder', 'contact', (r) => /^(138(00){3}|138001380|13888888|1{9})/.test(r.mobile ?? ''), 1],
    ['branchPhone', 'customer', (r) => /^021-5888\d{4}$/.test(r.mobile ?? ''), 1],
    ['sharedMailbox', 'subscriber', (r) => (r.email ?? '').startsWith('info@branch'), withEmail],
  ])('%s befalls its share of records (%s)', (kind, record, holds, of) => {
    const share = 0.3;
    expect(shareOf(clean, record, holds)).toBe(0);
    expect(Math.abs(shareOf(firm(`${kind}=${share}`), record, holds) - share * of)).toBeLessThan(0.03);
  });

  it('traditional characters, full-width letters and swapped dates change the spelling and nothing else', () => {
    const traditional = recorded(firm('traditional=1'), 'contact').filter(([r, p]) => r.name !== p.name);
    expect(traditional.length).toBeGreaterThan(CLIENTS / 4);
    expect(traditional.map(([r]) => r.name).find((n) => n.startsWith('張'))).toBeDefined();
    const wide = recorded(firm('fullWidth=1'), 'contact').filter(([r, p]) => r.name !== p.name);
    expect(wide.length).toBeGreaterThan(100);
    for (const [r, p] of wide) expect(r.name.normalize('NFKC').replaceAll('\u3000', ' ')).toBe(p.name);
    const swapped = recorded(firm('birthSwapped=1'), 'customer').filter(([r, p]) => r.birthDate !== p.birthDate);
    expect(swapped.length).toBeGreaterThan(CLIENTS / 4);
    for (const [r, p] of swapped)
      expect(r.birthDate.slice(0, 4) + r.birthDate.slice(6) + r.birthDate.slice(4, 6)).toBe(p.birthDate);
  });

  it('twins share a birth date, a family name and an address, and have numbers of their own', () => {
    const { people } = firm('twin=0.2');
    const twins = people.filter((p) => p.kin?.as === 'twin');
    expect(twins.length).toBeGreaterThan(CLIENTS / 10);
    for (const t of twins) {
      const elder = people[t.kin!.of]!;
      expect([t.birthDate, t.name[0], t.name === elder.name]).toEqual([elder.birthDate, elder.name[0], false]);
      expect([t.document.number.slice(6, 14), t.document.number[17]]).toEqual([
        t.birthDate,
        check18(t.document.number),
      ]);
    }
  });

  it('sons who bear their father’s name are a generation younger, at his address', () => {
    const { people } = firm('namesake=0.2');
    const sons = people.filter((p) => p.kin?.as === 'namesake');
    expect(sons.length).toBeGreaterThan(CLIENTS / 10);
    for (const s of sons) expect([s.name, s.sex]).toEqual([people[s.kin!.of]!.name, people[s.kin!.of]!.sex]);
    expect(new Set(sons.map((s) => s.address)).size).toBeGreaterThan(sons.length / 2);
  });

  it('companies have a code with a right check character, and the number of somebody who is a client', () => {
    const { people } = firm('company=0.2');
    const companies = people.filter((p) => p.kind === 'organisation');
    expect(companies.length).toBeGreaterThan(CLIENTS / 10);
    const letters = '0123456789ABCDEFGHJKLMNPQRTUWXY';
    for (const c of companies) {
      expect(c.name).toMatch(/公司$/);
      expect(c.mobile).toBe(people[c.kin!.of]!.mobile);
      const sum = Array.from(c.document.number.slice(0, 17)).reduce(
        (s, x, i) => s + letters.indexOf(x) * (3 ** i % 31),
        0,
      );
      expect(c.document.number[17]).toBe(letters[(31 - (sum % 31)) % 31]);
    }
  });

  it('whoever changed a name or a number has records from before, and some numbers are another’s now', () => {
    const world = firm('changedName=0.3,changedPhone=0.3,reusedPhone=0.1');
    const renamed = world.people.filter((p) => p.formerName !== undefined);
    const old = renamed.filter((p) => asRecorded(world, p, 'contact').name === p.formerName);
    expect(renamed.length).toBeGreaterThan(CLIENTS / 5);
    expect(old.length / renamed.length).toBeCloseTo(0.5, 1);
    for (const p of renamed) expect(asRecorded(world, p, 'customer').name).toBe(p.name);
    const numbers = new Set(world.people.flatMap((p) => p.mobile ?? []));
    const reused = world.people.filter((p) => p.formerMobile !== undefined && numbers.has(p.formerMobile));
    expect(reused.length).toBeGreaterThan(CLIENTS / 20);
  });
});
