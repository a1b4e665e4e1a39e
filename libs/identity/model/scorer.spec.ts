import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Subjects } from '../compare/subjects.js';
import { bitsOf, DEFAULT_MODEL, type Kind, type Profile, profileOf, trainModel, weigh } from '../index.js';
import { Scorer } from './scorer.js';

const of = (...values: [Kind, string][]) => profileOf({ values: values.map(([kind, text]) => ({ kind, text })) });
const LINK = bitsOf(DEFAULT_MODEL.thresholds.link, DEFAULT_MODEL.calibration);

const text = (...from: string[]) => fc.constantFrom(...from);
const profile: fc.Arbitrary<Profile> = fc
  .array(
    fc.oneof(
      fc.tuple(
        fc.constant('fullName' as Kind),
        text('张伟', '張偉', '张炜', 'Zhang Wei', 'wei zhang', '王伟', 'Bob Lee'),
      ),
      fc.tuple(fc.constant('givenName' as Kind), text('伟', 'wei', 'lee', 'b')),
      fc.tuple(fc.constant('surname' as Kind), text('张', 'zhang', 'lee', 'bob')),
      fc.tuple(fc.constant('birthDate' as Kind), text('1980-01-02', '1980-02-01', '1980-13-02', '1981-01-02', '1980')),
      fc.tuple(fc.constant('phone' as Kind), text('13918273645', '13918273646', '0571-88886666')),
      fc.tuple(fc.constant('email' as Kind), text('zhangwei@qq.com', 'zhangwei@163.com', 'zhangwej@qq.com')),
      fc.tuple(fc.constant('idNumber' as Kind), text('11010519491231002X', '110105194912310021', 'E1234567')),
      fc.tuple(fc.constant('street' as Kind), text('wen san road 100', 'wen san rd 100', '文三路100号')),
      fc.tuple(fc.constant('postcode' as Kind), text('310012', '310013', 'tq13 8df')),
    ),
    { maxLength: 8 },
  )
  .map((values) => of(...values));

describe('the evidence between two profiles', () => {
  it('is symmetric', () => {
    fc.assert(
      fc.property(profile, profile, (a, b) => {
        expect(weigh(a, b, DEFAULT_MODEL).bits).toBeCloseTo(weigh(b, a, DEFAULT_MODEL).bits, 9);
      }),
    );
  });

  it('is the sum of its parts', () => {
    fc.assert(
      fc.property(profile, profile, (a, b) => {
        const { bits, parts } = weigh(a, b, DEFAULT_MODEL);
        expect(parts.reduce((s, p) => s + p.bits, 0)).toBeCloseTo(bits, 6);
      }),
    );
  });

  it('is found by scanning wherever a person would be asked, and nowhere else', () => {
    const models = [DEFAULT_MODEL, trainModel(fc.sample(profile, { numRuns: 300, seed: 7 }))];
    fc.assert(
      fc.property(fc.constantFrom(...models), profile, profile, (model, a, b) => {
        const subjects = new Subjects();
        const [x, y] = [subjects.of(a), subjects.of(b)];
        subjects.weighBy(model);
        const scorer = new Scorer(model, subjects.slots);
        const [scanned, scored] = [scorer.scan(x, y), scorer.score(x, y)];
        if (scored >= scorer.reviewBits) expect(scanned).toBe(scored);
        else expect(scanned).toBeLessThan(scorer.reviewBits);
      }),
      { numRuns: 600 },
    );
  });

  it('tells of the one word of a name in its own place, also against names whose words are exchanged', () => {
    const jones = of(['surname', 'Jnes'], ['birthDate', '1980-01-02']);
    for (const mia of [
      of(['givenName', 'Mia'], ['surname', 'Jones']),
      of(['givenName', 'Jones'], ['surname', 'Mia']),
      of(['surname', 'Jones']),
    ])
      for (const { parts } of [weigh(jones, mia, DEFAULT_MODEL), weigh(mia, jones, DEFAULT_MODEL)]) {
        expect(parts.map((p) => p.comparison)).not.toContain('givenName');
        expect(parts.find((p) => p.comparison === 'surname')!.level).toBe('near');
      }
  });

  it('joins by an equal document number unless much contradicts', () => {
    const id: [Kind, string] = ['idNumber', '11010519491231002X'];
    expect(weigh(of(id, ['fullName', '张伟']), of(id), DEFAULT_MODEL).bits).toBeGreaterThan(LINK);
  });

  it('is never enough by contact points alone', () => {
    const shared: [Kind, string][] = [
      ['phone', '13918273645'],
      ['email', 'home@qq.com'],
    ];
    expect(weigh(of(...shared), of(...shared), DEFAULT_MODEL).bits).toBeLessThan(LINK);
    expect(
      weigh(of(['fullName', '张伟'], ...shared), of(['fullName', '李娜'], ...shared), DEFAULT_MODEL).bits,
    ).toBeLessThan(LINK);
  });

  it('is never enough by a name alone, nor by addresses that only the name makes alike', () => {
    const james = (...more: [Kind, string][]) => of(['fullName', 'James Ward'], ...more);
    expect(weigh(james(), james(), DEFAULT_MODEL).bits).toBeLessThan(LINK);
    const [a, b] = ['james.ward.pod@mail.example.com', 'james.ward.u02@mail.example.com'];
    const { parts, bits } = weigh(james(['email', a]), james(['email', b]), DEFAULT_MODEL);
    expect(parts.find((p) => p.comparison === 'email')!.level).toBe('different');
    expect(bits).toBeLessThan(LINK);
    const slip = weigh(james(['email', 'jw-tulip@qq.com']), james(['email', 'jw-tulpi@qq.com']), DEFAULT_MODEL);
    expect(slip.parts.find((p) => p.comparison === 'email')!.level).toBe('near');
  });

  it('takes a misspelt address for what it resembles, and for nothing else', () => {
    const level = (a: string, b: string) =>
      weigh(of(['surname', 'Ward'], ['email', a]), of(['surname', 'Ward'], ['email', b]), DEFAULT_MODEL).parts.find(
        (p) => p.comparison === 'email',
      )?.level;
    expect(level('jamesward82@mendez.biz', 'jamesward82mendez.biz')).toBe('near');
    expect(level('jamesward82mendez.biz', 'jamesward82mendez.biz')).toBeUndefined();
    expect(level('jamesward82mendez.biz', 'olivia@brook.org')).toBeUndefined();
    // A slip beside the number that somebody added to a name.
    expect(level('ward.james71@mendez.biz', 'oward.james71@mendez.bz')).toBe('near');
    expect(level('ward.a71@mendez.biz', 'ward.b71@mendez.biz')).toBe('different');
  });

  it('does not take a family for one person', () => {
    const home: [Kind, string][] = [
      ['surname', '张'],
      ['phone', '13918273645'],
      ['street', '文三路100号2幢301室'],
    ];
    const { bits, parts } = weigh(of(['givenName', '伟'], ...home), of(['givenName', '秀兰'], ...home), DEFAULT_MODEL);
    expect(bits).toBeLessThan(LINK);
    expect(parts.find((p) => p.comparison === 'relatives')!.bits).toBeLessThan(-1);
  });

  describe('of organisations and products, which share phones and addresses with their like,', () => {
    const shared: [Kind, string][] = [
      ['phone', '0571-88886666'],
      ['email', 'contact@donghai.example.com'],
      ['street', '文三路100号2幢301室'],
    ];
    const called = (name: string, ...more: [Kind, string][]) => of(['fullName', name], ...shared, ...more);

    it.each([
      ['东海1号私募证券投资基金', '东海2号私募证券投资基金'],
      ['东海私募证券投资基金', '东海2号私募证券投资基金'],
      ['宁波东海资产管理有限公司-东海1号', '宁波东海资产管理有限公司-东海2号'],
      ['杭州东海科技有限公司', '杭州东海贸易有限公司'],
      ['杭州东海科技有限公司', '杭州东海科技有限公司宁波分公司'],
      ['招商银行股份有限公司', '招商银行股份有限公司杭州分行'],
      ['杭州恒远贸易有限公司', '杭州恒源贸易有限公司'],
      ['东海投资有限公司', '东海投资合伙企业（有限合伙）'],
      ['Acme Trading Ltd', 'Acme Logistics Ltd'],
      ['Acme Growth Fund 1', 'Acme Growth Fund 2'],
    ])('never joins %s and %s, and asks nobody', (a, b) => {
      const { bits, parts } = weigh(called(a), called(b), DEFAULT_MODEL);
      expect(bits).toBeLessThan(bitsOf(DEFAULT_MODEL.thresholds.review, DEFAULT_MODEL.calibration));
      expect(parts.at(-1)).toMatchObject({ comparison: 'guard', level: 'other name' });
    });

    it.each([
      ['东海一号私募证券投资基金', '东海1号私募证券投资基金'],
      ['杭州东海科技有限公司', '杭州東海科技股份有限公司'],
      ['杭州东海贸易有限公司', '杭州东海贸易'],
      ['杭州东海贸易有限公司', 'Hangzhou Donghai Maoyi Ltd'],
      ['Acme Trading Ltd', 'Acme Tradng Limited'],
    ])('joins %s and %s', (a, b) => {
      expect(weigh(called(a), called(b), DEFAULT_MODEL).bits).toBeGreaterThan(LINK);
    });

    it('joins two names by an equal code: an organisation may be called anew', () => {
      const code: [Kind, string] = ['idNumber', '91330106MA2CFJ7L01'];
      const a = called('杭州东海科技有限公司', code);
      expect(a.identifiers!['idNumber']![0]!.valid).toBe(true);
      expect(weigh(a, called('杭州西湖科技有限公司', code), DEFAULT_MODEL).bits).toBeGreaterThan(LINK);
    });
  });

  it('never takes an organisation for a person', () => {
    const a = of(['fullName', '张伟'], ['partyKind', 'person'], ['phone', '13918273645'], ['email', 'x1@qq.com']);
    const b = of(['fullName', '张伟'], ['partyKind', 'organisation'], ['phone', '13918273645'], ['email', 'x1@qq.com']);
    expect(weigh(a, b, DEFAULT_MODEL).bits).toBeLessThan(LINK);
  });
});
