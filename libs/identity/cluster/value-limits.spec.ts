import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { founderRank, type IdentityKeyType } from '#canonical';
import {
  clusterComponent,
  type Decision,
  DEFAULT_MODEL,
  type Edge,
  type Kind,
  type MatchModel,
  matcherOf,
  type Profile,
  profileOf,
  resolveAll,
  Scorer,
  Subjects,
} from '../index.js';
import { assemble, type Edge as StoredEdge, type Node } from '../resolve/components.js';

type Values = [Kind, string][];
const profile = (values: Values): Profile => profileOf({ values: values.map(([kind, text]) => ({ kind, text })) });
const limited = (values: Record<string, number>, hot: MatchModel['hot'] = {}): MatchModel => ({
  ...DEFAULT_MODEL,
  hot,
  limits: { ...DEFAULT_MODEL.limits, values },
});

interface Stated {
  readonly type: IdentityKeyType;
  readonly key: string;
  readonly values: Values;
}

const LI: Values = [
  ['fullName', '欧阳晓霖'],
  ['birthDate', '1970-01-02'],
];
const phone = (n: number): [Kind, string] => ['phone', `1391827364${n}`];
const email = (n: number): [Kind, string] => ['email', `lin${n}@qq.com`];
const at = (key: string, ...values: Values): Stated => ({ type: 'contact_no', key, values: [...LI, ...values] });

/** Every pair of the nodes that is worth an edge, and what it is clustered into, by names. */
function clients(
  m: MatchModel,
  nodes: readonly Stated[],
  o: { edges?: readonly Edge[]; decisions?: readonly Decision[] } = {},
) {
  const subjects = new Subjects();
  const of = nodes.map((n) => subjects.of(profile(n.values)));
  subjects.weighBy(m);
  const scorer = new Scorer(m, subjects.slots);
  const edges: Edge[] = [...(o.edges ?? [])];
  for (const [a, x] of of.entries())
    for (const [b, y] of of.entries())
      if (a < b && scorer.score(x, y) >= scorer.reviewBits) edges.push({ a, b, bits: scorer.score(x, y) });
  const found = clusterComponent(
    {
      keys: nodes.map((n) => `${n.type} ${n.key}`),
      types: nodes.map((n) => n.type),
      subjects: of,
      slots: subjects.slots,
      edges,
      decisions: o.decisions ?? [],
    },
    scorer,
  );
  const names = found.clusters.map((c) => c.map((n) => nodes[n]!.key).join(' '));
  return { names, review: found.review.map((r) => `${nodes[r.a]!.key} ${nodes[r.b]!.key} ${r.reason}`) };
}

const stated = (a: number, b: number): Edge => ({ a, b, bits: Infinity, stated: true });

describe('a limit on a kind of value', () => {
  it('stops who would bring too many, and asks', () => {
    const three = [at('a', phone(1)), at('b', phone(2)), at('c', phone(3))];
    expect(clients(limited({ phone: 3 }), three).names).toEqual(['a b c']);
    expect(clients(limited({ phone: 2 }), three)).toEqual({ names: ['a b', 'c'], review: ['a c limit'] });
    expect(clients(limited({}), three).names).toEqual(['a b c']);
  });

  it('leaves out the weaker tie', () => {
    const nodes = [
      at('a', phone(1)),
      at('b', phone(2), email(1)),
      at('c', phone(3), email(1), ['street', '文三路一百号']),
      at('d', phone(3), email(1), ['street', '文三路一百号']),
    ];
    expect(clients(limited({ phone: 2 }), nodes)).toEqual({ names: ['a', 'b c d'], review: ['a b limit'] });
  });

  it('counts neither what everybody shares nor slips, and counts one value once', () => {
    const branch: [Kind, string] = ['phone', '0571-88886666'];
    const m = limited({ phone: 1 }, { phone: profile([branch]).values!['phone']! });
    expect(clients(m, [at('a', phone(1), branch), at('b', phone(1)), at('c', branch)]).names).toEqual(['a b c']);
    const slip: [Kind, string] = ['email', 'lin1.qq.com'];
    expect(clients(limited({ email: 1 }), [at('a', email(1)), at('b', slip)]).names).toEqual(['a b']);
  });

  it('holds for one slot, or for all of a kind', () => {
    const work = profileOf({
      values: [...LI.map(([kind, text]) => ({ kind, text })), { kind: 'phone', name: 'work', text: '13918273641' }],
    });
    const home = profileOf({
      values: [...LI.map(([kind, text]) => ({ kind, text })), { kind: 'phone', name: 'home', text: '13918273642' }],
    });
    expect(resolveAll([work, home], limited({ phone: 1 })).clients).toBe(2);
    expect(resolveAll([work, home], limited({ 'phone:work': 1 })).clients).toBe(1);
  });

  it('holds for a kind of key, also where a row names two', () => {
    const nodes: Stated[] = [
      { type: 'customer_no', key: '1', values: [] },
      { type: 'customer_no', key: '2', values: [] },
      { type: 'user_id', key: 'u', values: [] },
    ];
    const edges = [stated(0, 2), stated(1, 2)];
    expect(clients(limited({ customer_no: 2 }), nodes, { edges }).names).toEqual(['1 2 u']);
    expect(clients(limited({ customer_no: 1 }), nodes, { edges })).toEqual({
      names: ['1 u', '2'],
      review: ['2 u limit'],
    });
  });

  it('is set aside by a person, and does not take apart what the rows of one identity state', () => {
    const nodes = [at('a', phone(1), phone(2), phone(3)), at('b', phone(4)), at('c', phone(2))];
    const together: Decision = { verdict: 'together', left: [0], right: [1] };
    expect(clients(limited({ phone: 2 }), nodes)).toEqual({ names: ['a c', 'b'], review: ['a b limit'] });
    expect(clients(limited({ phone: 2 }), nodes, { decisions: [together] })).toEqual({ names: ['a b c'], review: [] });
  });

  it('drives nobody out because of what a person joined', () => {
    const three = [at('a', phone(1)), at('b', phone(2)), at('c', phone(3))];
    const together: Decision = { verdict: 'together', left: [0], right: [2] };
    expect(clients(limited({ phone: 2 }), three, { decisions: [together] }).names).toEqual(['a b c']);
  });

  it('lets a contact point bring no more', () => {
    const [a, visitor] = [at('a', phone(1)), at('v', phone(2))].map((n) => profile(n.values));
    const m = limited({ phone: 1 });
    const subjects = new Subjects();
    const c = {
      keys: ['a', 'v'],
      subjects: [subjects.of(a!), subjects.of({ values: { phone: visitor!.values!['phone']! } })],
      slots: subjects.slots,
      holders: [true, false],
      edges: [stated(0, 1)],
      decisions: [],
    };
    const found = clusterComponent(c, new Scorer(m, subjects.slots));
    expect(found.clusters).toEqual([[0], [1]]);
    expect(found.review.map((r) => r.reason)).toEqual(['limit']);
  });
});

const PHONES = 4;
const someone = fc.record({
  type: fc.constantFrom<IdentityKeyType>('customer_no', 'contact_no'),
  who: fc.nat(1),
  phones: fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 4 }),
  emails: fc.uniqueArray(fc.nat(3), { maxLength: 2 }),
});
const pairs = fc.array(fc.tuple(fc.nat(8), fc.nat(8)), { maxLength: 4 });
const firm = fc.record({
  people: fc.array(someone, { minLength: 2, maxLength: 9 }),
  rows: pairs,
  together: fc.array(fc.tuple(fc.nat(8), fc.nat(8)), { maxLength: 1 }),
  apart: fc.array(fc.tuple(fc.nat(8), fc.nat(8)), { maxLength: 1 }),
  phone: fc.integer({ min: 1, max: PHONES }),
  email: fc.integer({ min: 1, max: 3 }),
  customers: fc.integer({ min: 1, max: 3 }),
});
type Firm = typeof firm extends fc.Arbitrary<infer T> ? T : never;

/** One firm, told in one order of its identities. */
class Told {
  readonly m: MatchModel;
  readonly profiles: readonly Profile[];

  constructor(
    private readonly f: Firm,
    private readonly order: readonly number[],
  ) {
    this.m = limited({ phone: f.phone, email: f.email, customer_no: f.customers });
    this.profiles = order.map((i) => {
      const { who, phones, emails } = f.people[i]!;
      return profile([
        ['fullName', ['欧阳晓霖', '司马静'][who]!],
        ['birthDate', ['1970-01-02', '1982-11-30'][who]!],
        ...phones.map(phone),
        ...emails.map(email),
      ]);
    });
  }

  private readonly keyOf = (i: number) => ({ type: this.f.people[i]!.type, key: `${i}` });
  private pairs(of: readonly (readonly [number, number])[]): [number, number][] {
    return of.flatMap(([a, b]): [number, number][] => {
      const [x, y] = [this.order.indexOf(a), this.order.indexOf(b)];
      return x < 0 || y < 0 || x === y ? [] : [[x, y]];
    });
  }
  private names(clusters: readonly (readonly number[])[]): string[] {
    return clusters
      .map((c) =>
        c
          .map((n) => this.order[n]!)
          .sort((a, b) => a - b)
          .join(' '),
      )
      .sort();
  }

  atOnce(): string[] {
    const sides = (verdict: Decision['verdict'], of: readonly (readonly [number, number])[]): Decision[] =>
      this.pairs(of).map(([a, b]) => ({ verdict, left: [a], right: [b] }));
    const { clientOf } = resolveAll(this.profiles, this.m, {
      keyOf: (n) => founderRank(this.keyOf(this.order[n]!)),
      typeOf: (n) => this.keyOf(this.order[n]!).type,
      edges: this.pairs(this.f.rows).map(([a, b]) => stated(a, b)),
      decisions: [...sides('together', this.f.together), ...sides('apart', this.f.apart)],
    });
    return this.names([...Map.groupBy(clientOf.keys(), (n) => clientOf[n]!).values()]);
  }

  /** As the step-by-step resolver does, from what it has stored. */
  stepByStep(): string[] {
    const matcher = matcherOf(this.m, 1);
    const nodes = this.order.map((i, id): Node => {
      const key = this.keyOf(i);
      return { ...key, id, rank: founderRank(key), clientId: '' };
    });
    const edges: StoredEdge[] = this.pairs(this.f.rows).map(([a, b]) => ({ a, b, bits: null }));
    const keys = this.profiles.map((p) => new Set(matcher.blockKeys(p)));
    for (const [a, x] of this.profiles.entries())
      for (const [b, y] of this.profiles.entries()) {
        if (a >= b || ![...keys[a]!].some((k) => keys[b]!.has(k))) continue;
        const bits = matcher.edge(x, y);
        if (bits !== undefined) edges.push({ a, b, bits });
      }
    const sides = (verdict: 'same' | 'different', of: readonly (readonly [number, number])[]) =>
      this.pairs(of).map(([a, b]) => ({ id: `${verdict} ${a} ${b}`, verdict, left: [a], right: [b] }));
    const decisions = [...sides('same', this.f.together), ...sides('different', this.f.apart)];
    const components = assemble(nodes, edges, decisions, new Map(this.profiles.entries()));
    return this.names(
      components.flatMap((c) =>
        c.component
          ? matcher.cluster(c.component).clusters.map((cluster) => cluster.map((n) => c.nodes[n]!.id))
          : [c.nodes.map((n) => n.id)],
      ),
    );
  }
}

describe('clients under limits', () => {
  const orders = firm.chain((f) => {
    const all = f.people.map((_, i) => i);
    return fc.record({ f: fc.constant(f), order: fc.shuffledSubarray(all, { minLength: all.length }) });
  });

  it('are the same in any order of arrival, in bulk and step by step', () => {
    fc.assert(
      fc.property(orders, ({ f, order }) => {
        const once = new Told(
          f,
          f.people.map((_, i) => i),
        ).atOnce();
        expect(new Told(f, order).atOnce()).toEqual(once);
        expect(new Told(f, order).stepByStep()).toEqual(once);
      }),
      { numRuns: 300 },
    );
  });

  it('have no more than they may, unless one identity has, or a person said so', () => {
    fc.assert(
      fc.property(firm, (f) => {
        const told = new Told(
          f,
          f.people.map((_, i) => i),
        );
        for (const cluster of told.atOnce()) {
          const members = cluster.split(' ').map((i) => f.people[Number(i)]!);
          const said = f.together.filter(([a, b]) => [a, b].every((i) => members.includes(f.people[i]!))).length;
          const most = (of: (p: (typeof members)[number]) => readonly unknown[], limit: number) =>
            Math.max(limit, ...members.map((p) => of(p).length)) * (1 + said);
          const different = (of: (p: (typeof members)[number]) => readonly unknown[]) =>
            new Set(members.flatMap((p) => of(p))).size;
          expect(different((p) => p.phones)).toBeLessThanOrEqual(most((p) => p.phones, f.phone));
          expect(different((p) => p.emails)).toBeLessThanOrEqual(most((p) => p.emails, f.email));
          const customer = (p: (typeof members)[number]) => (p.type === 'customer_no' ? [p] : []);
          expect(different(customer)).toBeLessThanOrEqual(most(customer, f.customers));
        }
      }),
      { numRuns: 300 },
    );
  });
});
