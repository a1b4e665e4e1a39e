import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { golden } from './golden.js';
import { packLineage, unpackLineage } from './lineage.js';
import { accountOfFields } from './survivorship/account-of-field.js';
import { SHIPPED_POLICY, SURVIVORSHIP_RULES, type SurvivorshipPolicy } from './survivorship/policy.js';
import { type Pin, type Statement, valueMark } from './survivorship/statement.js';

function statement(o: Partial<Statement> & Pick<Statement, 'fields'>): Statement {
  return {
    system: 1,
    priority: 10,
    verified: [],
    stream: 'clients',
    key: 'c1',
    version: new Date('2026-01-01'),
    record: 1,
    mapping: 1,
    ...o,
  };
}

function pin(o: Partial<Pin> & Pick<Pin, 'field' | 'fields'>): Pin {
  return { id: 'p1', pinnedAt: new Date('2026-03-01'), ...o };
}

const anyStatement = fc
  .record({
    system: fc.integer({ min: 1, max: 3 }),
    priority: fc.constantFrom(10, 20),
    verified: fc.subarray(['name', 'phones', 'attributes.a']),
    key: fc.constantFrom('a', 'b', 'c', 'd'),
    version: fc.constantFrom('2026-01-01', '2026-02-01').map((d) => new Date(d)),
    fields: fc.record({
      name: fc.constantFrom('王', '王小明', '王小', '王先生', ''),
      address: fc.constantFrom('', '中山路', '中山路1号'),
      phones: fc.subarray(['1', '2']),
      attributes: fc.constantFrom<Record<string, string>>({}, { a: '1' }, { a: '2', b: '3' }),
    }),
  })
  .map(statement);
const statementsOfClient = fc.uniqueArray(anyStatement, { maxLength: 8, selector: (s) => `${s.system} ${s.key}` });
const pinsOfClient = fc.uniqueArray(
  fc
    .record({
      id: fc.constantFrom('p1', 'p2', 'p3'),
      pinnedAt: fc.constantFrom('2026-01-01', '2026-02-01').map((d) => new Date(d)),
      field: fc.constantFrom('name', 'phones', 'attributes.z'),
    })
    .map((p) => pin({ ...p, fields: { name: p.id, phones: [p.id], attributes: { z: p.id } } })),
  { selector: (p) => p.id, maxLength: 3 },
);
const anyPolicy: fc.Arbitrary<SurvivorshipPolicy> = fc.record({
  order: fc.shuffledSubarray([...SURVIVORSHIP_RULES], { minLength: 1 }),
  fields: fc.dictionary(
    fc.constantFrom('name', 'phones', 'attributes.a'),
    fc.shuffledSubarray([...SURVIVORSHIP_RULES]),
  ),
});

describe('golden', () => {
  it('believes the most trusted system before the newest', () => {
    const g = golden([
      statement({ system: 2, priority: 20, version: new Date('2026-06-01'), fields: { name: '小陈', tier: 'gold' } }),
      statement({ priority: 10, version: new Date('2026-01-01'), fields: { name: '陈晓' } }),
    ]);
    expect(g.fields).toEqual({ name: '陈晓', tier: 'gold' });
    expect([g.lineage['name']!.rule, g.lineage['tier']!.rule]).toEqual(['priority', 'only']);
  });

  it('believes a system that has verified the field before one that is believed more', () => {
    const g = golden([
      statement({ priority: 10, fields: { name: '陈', tier: 'gold' } }),
      statement({ system: 2, priority: 20, verified: ['name'], fields: { name: '陈晓', tier: 'silver' } }),
    ]);
    expect(g.fields).toEqual({ name: '陈晓', tier: 'gold' });
    expect([g.lineage['name']!.rule, g.lineage['tier']!.rule]).toEqual(['verified', 'priority']);
  });

  it('believes the newest of equals, and no empty value', () => {
    const g = golden([
      statement({ key: 'a', version: new Date('2026-01-01'), fields: { tier: 'silver', branch: 'A' } }),
      statement({ key: 'b', version: new Date('2026-02-01'), fields: { tier: 'gold', branch: '' } }),
    ]);
    expect(g.fields).toEqual({ tier: 'gold', branch: 'A' });
    expect(g.lineage['tier']).toMatchObject({ key: 'b', rule: 'recency' });
  });

  it.each([
    ['idDocument', 'A'.repeat(20), 'A'.repeat(24)],
    ['name', '王先生', '王小明'],
    ['name', '王**', '王小明'],
    ['nameLatin', 'Mr. Wang', 'Wang Xiaoming'],
    ['address', '上海市浦东新区世纪大道', '世纪大道 88 号'],
  ] as const)('takes the fuller of equally old values of %s: not %s, but %s', (field, less, more) => {
    for (const [a, b] of [
      [less, more],
      [more, less],
    ]) {
      const g = golden([
        statement({ key: 'a', fields: { [field]: a } }),
        statement({ key: 'b', fields: { [field]: b } }),
      ]);
      expect(g.fields).toEqual({ [field]: more });
      expect(g.lineage[field]!.rule).toBe('completeness');
    }
  });

  it('takes what most records state when nothing else tells, and at last the first key', () => {
    const g = golden([
      statement({ key: 'a', fields: { name: '王晓', tier: 'gold' } }),
      statement({ key: 'b', fields: { name: '王小', tier: 'silver' } }),
      statement({ key: 'c', fields: { name: '王小' } }),
    ]);
    expect(g.fields).toEqual({ name: '王小', tier: 'gold' });
    expect([g.lineage['name'], g.lineage['tier']]).toMatchObject([
      { key: 'b', rule: 'frequency' },
      { key: 'a', rule: 'key' },
    ]);
  });

  it('joins lists, best first, without repeats', () => {
    const g = golden([
      statement({ system: 2, priority: 20, fields: { phones: ['+862', '+861'] } }),
      statement({ priority: 10, fields: { phones: ['+861'] } }),
    ]);
    expect(g.fields.phones).toEqual(['+861', '+862']);
  });

  it('lets a pin win over everything, also where no source states the field, and the newest of two', () => {
    const pins = [
      pin({ id: 'p1', field: 'phones', fields: { phones: ['+863'] } }),
      pin({ id: 'p2', field: 'attributes.hobby', fields: { attributes: { hobby: 'chess' } } }),
      pin({ id: 'p3', field: 'name', fields: { name: '旧' } }),
      pin({ id: 'p4', field: 'name', fields: { name: '新' }, pinnedAt: new Date('2026-04-01') }),
    ];
    const g = golden([statement({ verified: ['name'], fields: { phones: ['+861'], name: '陈晓' } })], pins);
    expect(g.fields).toEqual({ phones: ['+863'], name: '新' });
    expect(g.attributes).toEqual({ hobby: 'chess' });
    expect(g.lineage).toEqual({
      name: { pin: 'p4', rule: 'pin' },
      phones: { pin: 'p1', rule: 'pin' },
      'attributes.hobby': { pin: 'p2', rule: 'pin' },
    });
  });

  it('decides a field by the rules that the policy has for it, in that order', () => {
    const statements = [
      statement({ fields: { tier: 'gold', branch: 'A' } }),
      statement({ system: 2, priority: 20, version: new Date('2026-06-01'), fields: { tier: 'silver', branch: 'B' } }),
    ];
    const g = golden(statements, [], { ...SHIPPED_POLICY, fields: { tier: ['recency', 'priority'] } });
    expect(g.fields).toEqual({ tier: 'silver', branch: 'A' });
    expect([g.lineage['tier']!.rule, g.lineage['branch']!.rule]).toEqual(['recency', 'priority']);
  });

  it('is the same to the byte for every order in which statements and pins come, and however often', () => {
    fc.assert(
      fc.property(
        statementsOfClient,
        pinsOfClient,
        anyPolicy,
        fc.infiniteStream(fc.nat()),
        (statements, pins, policy, random) => {
          function disturbed<T>(list: readonly T[]): T[] {
            return list
              .flatMap((s) => (random.next().value! % 3 === 0 ? [s, s] : [s]))
              .map((s) => ({ s, n: random.next().value! }))
              .toSorted((a, b) => a.n - b.n)
              .map((x) => x.s);
          }
          const written = (g: ReturnType<typeof golden>) => JSON.stringify({ ...g, lineage: packLineage(g.lineage) });
          const once = written(golden(statements, pins, policy));
          expect(written(golden(disturbed(statements), disturbed(pins), policy))).toBe(once);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('is accounted for: every field by who won it, every other record that states it once, with what put it behind', () => {
    fc.assert(
      fc.property(statementsOfClient, pinsOfClient, anyPolicy, (statements, pins, policy) => {
        const g = golden(statements, pins, policy);
        const accounts = accountOfFields({ statements, pins }, policy);
        expect(accounts.map((a) => a.field)).toEqual(Object.keys(g.lineage));
        for (const a of accounts) {
          const line = g.lineage[a.field]!;
          expect(a.rule).toBe(line.rule);
          expect(a.winner?.key).toBe('key' in line ? line.key : undefined);
          expect(a.losers.length + (a.winner ? 1 : 0)).toBe(
            statements.filter((s) => {
              const v = a.field.startsWith('attributes.')
                ? s.fields.attributes?.[a.field.slice(11)]
                : s.fields[a.field as 'name'];
              return v !== undefined && v.length > 0;
            }).length,
          );
          // The first that states something else lost by the very rule that won.
          const mark = (s: Statement | undefined) => s && valueMark(s.fields, a.field);
          const rival = a.losers.find((l) => mark(l.statement) !== mark(a.winner)) ?? a.losers[0];
          if (rival) expect(rival.lostBy).toBe(a.rule);
        }
      }),
    );
  });
});

it('stores the lineage of a client with each source record and pin once, and reads it back', () => {
  const lineage = golden(
    [
      statement({ fields: { name: '陈晓', tier: 'gold', phones: ['+8613800000000'] } }),
      statement({ key: 'b', record: 2, fields: { occupation: 'teacher', phones: ['+8613900000000'] } }),
    ],
    [pin({ field: 'tier', fields: { tier: 'silver' } })],
  ).lineage;
  const stored = packLineage(lineage);
  expect(stored.sources?.length).toBe(3);
  expect(unpackLineage(stored)).toEqual(lineage);
  expect(unpackLineage({})).toEqual({});
});
