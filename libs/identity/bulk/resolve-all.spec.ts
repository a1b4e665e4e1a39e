import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Population } from './population.js';
import {
  inTurn,
  type MatchModel,
  type Profile,
  profileOf,
  resolveAll,
  seededRandom,
  trainInSteps,
  trainModel,
  weigh,
} from '../index.js';

/** People of seeded random, two or three records each, with slips. */
function records(people: number, seed: number): { profile: Profile; person: number }[] {
  const random = seededRandom(seed);
  const pick = (from: string) => from[Math.floor(random() * from.length)]!;
  const word = (n: number) => Array.from({ length: n }, () => pick('abcdefghijklmnoprstuw')).join('');
  return Array.from({ length: people }, (_, person) => {
    const given = word(6);
    const surname = word(7);
    const born = `19${30 + Math.floor(random() * 60)}-0${1 + Math.floor(random() * 9)}-1${Math.floor(random() * 10)}`;
    const city = pick('abcdefg').repeat(5);
    return Array.from({ length: 2 + Math.floor(random() * 2) }, (_2, r) => ({
      person,
      profile: profileOf({
        values: [
          { kind: 'givenName', text: r === 1 ? given.slice(0, 5) : given },
          { kind: 'surname', text: surname },
          ...(random() < 0.8 ? [{ kind: 'birthDate' as const, text: born }] : []),
          { kind: 'place', text: city },
        ],
      }),
    }));
  }).flat();
}

const people = records(150, 5);
const model = trainModel(people.map((p) => p.profile));

describe('a bulk load', () => {
  it('finds the people', () => {
    const { clientOf, clients } = resolveAll(
      people.map((p) => p.profile),
      model,
    );
    const pairs = new Set(people.map((p, i) => `${p.person} ${clientOf[i]}`));
    expect(clients).toBe(150);
    expect(pairs.size).toBe(150);
  });

  it('finds the same clients in any order', () => {
    const names = (order: readonly number[]) => {
      const { clientOf } = resolveAll(
        order.map((i) => people[i]!.profile),
        model,
        { keyOf: (n) => `k${order[n]}` },
      );
      const clients = new Map<number, number[]>();
      for (const [n, i] of order.entries())
        clients.set(
          clientOf[n]!,
          [...(clients.get(clientOf[n]!) ?? []), i].toSorted((p, q) => p - q),
        );
      return [...clients.values()].map((c) => c.join(' ')).sort();
    };
    const inOrder = people.map((_, i) => i);
    const once = names(inOrder);
    fc.assert(
      fc.property(fc.shuffledSubarray(inOrder, { minLength: inOrder.length }), (order) => {
        expect(names(order)).toEqual(once);
      }),
      { numRuns: 5 },
    );
  });

  it('keeps the records of one clean source apart', () => {
    const same = profileOf({ values: [{ kind: 'idNumber', text: '11010519491231002X' }] });
    expect(resolveAll([same, same], model).clients).toBe(1);
    expect(resolveAll([same, same], model, { exclusive: () => 0 }).clients).toBe(2);
  });
});

describe('training', () => {
  it('chooses block keys that find the same clients at a part of the cost', () => {
    const profiles = people.map((p) => p.profile);
    const { blocking: _, ...all } = model;
    const [chosen, every] = [resolveAll(profiles, model), resolveAll(profiles, all)];
    expect(chosen.clientOf).toEqual(every.clientOf);
    expect(chosen.pairsCompared).toBeLessThan(every.pairsCompared);
  });

  it('counts namesakes as parties, not as records', () => {
    const named = (born: string, n: number) =>
      Array.from({ length: n }, () =>
        profileOf({
          values: [
            { kind: 'fullName', text: '欧阳娜娜' },
            { kind: 'birthDate', text: born },
            { kind: 'phone', text: `139${born}` },
          ],
        }),
      );
    const { shares, total } = trainModel([
      ...people.map((p) => p.profile),
      ...named('19800102', 3),
      ...named('19561111', 4),
    ]).frequencies['wholeNames']!;
    expect(shares['娜娜 欧阳']! * total).toBeCloseTo(2, 9);
  });

  it('finds contact points that many parties share, and takes them for no evidence', () => {
    const branch = '05718888666';
    const withPhone = people.map((p, i) =>
      i % 9 === 0 ? { ...p.profile, values: { ...p.profile.values, phone: [branch] } } : p.profile,
    );
    const own = { ...people[1]!.profile, values: { ...people[1]!.profile.values, phone: ['+8613918273645'] } };
    const trained = trainModel([...withPhone, ...Array.from({ length: 8 }, () => own)]);
    expect(trained.hot).toEqual({ phone: [branch] });
    const parts = weigh(withPhone[0]!, withPhone[9]!, trained).parts.map((p) => p.comparison);
    expect(parts).toContain('surname');
    expect(parts).not.toContain('phone');
  });

  it('learns from what people decided', () => {
    const profiles = people.map((p) => p.profile);
    const changed = people.flatMap((p, i) =>
      people[i + 1]?.person === p.person && i % 5 === 0 ? [[i, i + 1] as const] : [],
    );
    const married = profiles.map((p, i) =>
      changed.some(([, b]) => b === i) ? { ...p, names: [{ ...p.names![0]!, surname: `x${i}` }] } : p,
    );
    const different = (m: MatchModel) => m.comparisons.find((c) => c.comparison === 'surname')!.m.at(-1)!;
    expect(different(trainModel(married, { together: changed }))).toBeGreaterThan(different(trainModel(married)));
  });

  it('in steps beside other work gives the same model', async () => {
    expect(await inTurn(trainInSteps(Population.of(people.map((p) => p.profile))))).toEqual(model);
  });

  it('is repeatable, and its model survives storage', () => {
    const again = trainModel(people.map((p) => p.profile));
    expect(again).toEqual(model);
    const stored = JSON.parse(JSON.stringify(model)) as typeof model;
    expect(weigh(people[0]!.profile, people[1]!.profile, stored)).toEqual(
      weigh(people[0]!.profile, people[1]!.profile, model),
    );
  });
});
