import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { golden, type Statement } from './golden.js';
import { packLineage, unpackLineage } from './lineage.js';

function statement(o: Partial<Statement> & Pick<Statement, 'fields'>): Statement {
  return {
    system: 1,
    priority: 10,
    stream: 'clients',
    key: 'c1',
    version: new Date('2026-01-01'),
    record: 1,
    mapping: 1,
    ...o,
  };
}

describe('golden', () => {
  it('believes the most trusted system before the newest', () => {
    const g = golden([
      statement({ priority: 20, version: new Date('2026-06-01'), fields: { name: '小陈', tier: 'gold' } }),
      statement({ priority: 10, version: new Date('2026-01-01'), fields: { name: '陈晓' } }),
    ]);
    expect(g.fields).toEqual({ name: '陈晓', tier: 'gold' });
    expect([g.lineage['name']!.rule, g.lineage['tier']!.rule]).toEqual(['priority', 'only']);
  });

  it('believes the newest of equals, and no empty value', () => {
    const g = golden([
      statement({ key: 'a', version: new Date('2026-01-01'), fields: { tier: 'silver', branch: 'A' } }),
      statement({ key: 'b', version: new Date('2026-02-01'), fields: { tier: 'gold', branch: '' } }),
    ]);
    expect(g.fields).toEqual({ tier: 'gold', branch: 'A' });
    expect(g.lineage['tier']).toMatchObject({ key: 'b', rule: 'recency' });
  });

  it('joins lists, best first, without repeats', () => {
    const g = golden([
      statement({ priority: 20, fields: { phones: ['+862', '+861'] } }),
      statement({ priority: 10, fields: { phones: ['+861'] } }),
    ]);
    expect(g.fields.phones).toEqual(['+861', '+862']);
  });

  it('is the same for every order of its statements', () => {
    const any = fc.record({
      system: fc.integer({ min: 1, max: 3 }),
      priority: fc.constantFrom(10, 20),
      key: fc.constantFrom('a', 'b', 'c', 'd'),
      version: fc.constantFrom('2026-01-01', '2026-02-01').map((d) => new Date(d)),
      fields: fc.record({
        name: fc.constantFrom('x', 'y', ''),
        phones: fc.subarray(['1', '2']),
        attributes: fc.constantFrom<Record<string, string>>({}, { a: '1' }, { a: '2', b: '3' }),
      }),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(any, { maxLength: 8, selector: (s) => `${s.system}${s.key}` }),
        fc.infiniteStream(fc.nat()),
        (list, random) => {
          const statements = list.map(statement);
          const shuffled = statements
            .map((s) => ({ s, n: random.next().value! }))
            .toSorted((a, b) => a.n - b.n)
            .map((x) => x.s);
          expect(golden(shuffled)).toEqual(golden(statements));
        },
      ),
    );
  });
});

it('stores the lineage of a client with each source record once, and reads it back', () => {
  const lineage = golden([
    statement({ fields: { name: '陈晓', tier: 'gold', phones: ['+8613800000000'] } }),
    statement({ key: 'b', record: 2, fields: { occupation: 'teacher', phones: ['+8613900000000'] } }),
  ]).lineage;
  const stored = packLineage(lineage);
  expect(stored.sources?.length).toBe(2);
  expect(unpackLineage(stored)).toEqual(lineage);
  expect(unpackLineage({})).toEqual({});
});
