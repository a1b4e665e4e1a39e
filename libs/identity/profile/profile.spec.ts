import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_MODEL, type Kind, KINDS, probabilityOf, profileOf, type RawValue, weigh } from '../index.js';

const of = (...values: [Kind, string][]) => profileOf({ values: values.map(([kind, text]) => ({ kind, text })) });
const faults = (...values: [Kind, string][]) => (of(...values).flags ?? []).map((f) => f.fault);

describe('a profile', () => {
  it('reads one person from every spelling of it', () => {
    const plain = of(['fullName', '欧阳国强'], ['phone', '13812345670'], ['birthDate', '1980-02-03']);
    for (const other of [
      of(['fullName', '歐陽國強'], ['phone', '+86 138-1234-5670'], ['birthDate', '19800203']),
      of(['fullName', ' 欧阳国强先生 '], ['phone', '０１３８１２３４５６７０'.slice(1)], ['birthDate', '1980年2月3日']),
      of(['surname', '欧阳'], ['givenName', '国强'], ['phone', '008613812345670'], ['birthDate', '1980/02/03']),
    ])
      expect(other).toEqual(plain);
    expect(plain.names![0]).toMatchObject({ surname: 'ouyang', given: 'guoqiang', han: { surname: '欧阳' } });
  });

  it('takes names of Latin letters apart', () => {
    expect(of(['fullName', 'Dr. José Müller, PhD']).names).toEqual([{ given: 'jose', surname: 'muller' }]);
    expect(of(['fullName', 'Wang Xiao Ming']).names).toEqual([{ given: 'xiaoming', surname: 'wang' }]);
    expect(of(['fullName', 'Xiaoming Wang']).names).toEqual([{ given: 'xiaoming', surname: 'wang' }]);
  });

  it('does not take a form of address for a name', () => {
    const p = of(['fullName', '王先生']);
    expect(p.names).toEqual([{ surname: 'wang', han: { surname: '王' } }]);
    expect(p.flags).toEqual([{ slot: 'name', fault: 'address_only' }]);
  });

  it('reads both lengths of a resident number as one, with what it tells', () => {
    const long = of(['idNumber', '11010519491231002X']);
    expect(of(['idNumber', '110105491231002']).identifiers).toEqual(long.identifiers);
    expect(long.values).toMatchObject({ birthDate: ['19491231'], sex: ['f'] });
    expect(long.party).toBe('person');
  });

  it('knows an organisation by its name and by its code', () => {
    expect(of(['fullName', '杭州连岛科技有限公司']).party).toBe('organisation');
    expect(of(['fullName', '华夏成长证券投资基金']).party).toBe('product');
    expect(of(['idNumber', '91330106MA2CFJ7L03']).flags?.[0]?.fault ?? 'valid').toBeDefined();
  });

  it.each([
    ['招商银行股份有限公司杭州分行', 'organisation', '招商银行杭州分行'],
    ['杭州某某科技有限公司宁波分公司', 'organisation', '杭州某某科技宁波分公司'],
    ['杭州连岛科技股份有限公司', 'organisation', '杭州连岛科技'],
    ['招商集团有限公司', 'organisation', '招商集团'],
    ['东海创业投资合伙企业（有限合伙）', 'organisation', '东海创业投资合伙企业'],
    ['浙江大学', 'organisation', '浙江大学'],
    ['东海一号', 'product', '东海1号'],
    ['宁波东海资产管理有限公司－东海二十三号', 'product', '宁波东海资产管理东海23号'],
    ['华夏成长证券投资基金A类', 'product', '华夏成长证券投资基金a类'],
  ])('reads %s as the name of an %s without its legal form', (name, party, core) => {
    const p = of(['fullName', name]);
    expect(p.party).toBe(party);
    expect(p.names).toEqual([{ surname: expect.any(String), han: { surname: core } }]);
  });

  it.each(['Acme Trading Ltd Shanghai Branch', 'HSBC Bank', 'Donghai Growth Fund II', 'Acme Holdings Limited'])(
    'knows %s for none of a person',
    (name) => {
      expect(of(['fullName', name]).party).not.toBeUndefined();
    },
  );

  it.each(['Michelle Branch', 'John Holding', '王小明', '钱行长'])('knows %s for that of a person', (name) => {
    expect(of(['fullName', name]).party).toBeUndefined();
  });

  it('follows the rules of mail providers', () => {
    expect(of(['email', 'Wang.Wei+news@googlemail.com']).values).toEqual({ email: ['wangwei@gmail.com'] });
    expect(of(['email', 'a.b@163.com']).values).toEqual({ email: ['a.b@163.com'] });
  });

  it('keeps identifiers opaque where a token is given', () => {
    const p = profileOf(
      { values: [{ kind: 'idNumber', text: '11010519491231002X' }] },
      { token: (clear) => `#${clear.length}` },
    );
    expect(JSON.stringify(p.identifiers)).not.toContain('110105');
  });

  it('is the same whatever the order of statements', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(SOME, { minLength: SOME.length }), (values) => {
        expect(profileOf({ values })).toEqual(profileOf({ values: SOME }));
      }),
    );
  });
});

const SOME: RawValue[] = [
  { kind: 'fullName', text: '李雷' },
  { kind: 'fullName', text: 'Li Lei' },
  { kind: 'phone', text: '13918273645' },
  { kind: 'phone', text: '13918273646' },
  { kind: 'place', name: 'city', text: '杭州' },
  { kind: 'idNumber', text: 'E12345678' },
  { kind: 'birthDate', text: '1990-13-41' },
];

describe('bad input', () => {
  it('is flagged', () => {
    expect(faults(['birthDate', 'soon'])).toEqual(['unreadable']);
    expect(faults(['birthDate', '1990-13-41'])).toEqual(['impossible']);
    expect(faults(['idNumber', '110105194912310021'])).toEqual(['impossible']);
    expect(faults(['fullName', 'x'.repeat(10_000_000)])).toEqual(['too_long']);
    expect(faults(['fullName', 'Wang\u0000Wei'])).toEqual(['control_characters']);
    expect(faults(['fullName', 'Wang\ud800'])).toEqual(['broken_text']);
    expect(faults(['fullName', 'ç\u008e\u008bä¼\u009f'])).not.toEqual([]);
    expect(faults(['fullName', '锟斤拷'])).toEqual(['mixed_encoding']);
    expect(faults(['phone', '13800000000'])).toEqual(['placeholder']);
    expect(faults(['phone', '+86 138-0013-8000'])).toEqual(['placeholder']);
    expect(faults(['email', 'nobody'])).toEqual(['unreadable']);
    expect(faults(['email', 'ann.leehost.com'])).toEqual(['unreadable']);
    expect(of(['email', 'ann.leehost.com']).values).toEqual({ email: ['?ann.leehost.com'] });
    expect(faults(['fullName', '不详'])).toEqual(['placeholder']);
  });

  it('joins nothing: two nodes that share it and nothing else stay apart', () => {
    const bad: [Kind, string][] = [
      ['birthDate', '1990-13-41'],
      ['birthDate', 'soon'],
      ['idNumber', '110105194912310021'],
      ['idNumber', '111111111111111111'],
      ['fullName', '张\u0001伟'],
      ['phone', '13800000000'],
      ['email', 'noreply@bank.cn'],
    ];
    for (const [kind, text] of bad) {
      const { bits } = weigh(of([kind, text]), of([kind, text]), DEFAULT_MODEL);
      expect(bits).toBeLessThanOrEqual(DEFAULT_MODEL.prior);
    }
  });

  it('never throws, whatever is stated', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ kind: fc.constantFrom(...KINDS), text: fc.string({ unit: 'binary' }) })),
        (values) => {
          const p = profileOf({ values });
          expect(JSON.parse(JSON.stringify(p))).toEqual(p);
          expect(probabilityOf(weigh(p, p, DEFAULT_MODEL).bits, DEFAULT_MODEL.calibration)).not.toBeNaN();
        },
      ),
    );
  });
});
