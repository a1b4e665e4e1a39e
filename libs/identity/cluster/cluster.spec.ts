import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  clusterComponent,
  type Component,
  DEFAULT_MODEL,
  type Edge,
  type Kind,
  type Profile,
  profileOf,
  Scorer,
  Subjects,
} from '../index.js';

type Values = [Kind, string][];
const of = (values: Values): Profile => profileOf({ values: values.map(([kind, text]) => ({ kind, text })) });

/** A component of the given nodes with every scored edge between them. */
function component(
  nodes: readonly { key: string; values: Values; holder?: boolean }[],
  o: Partial<Pick<Component, 'decisions'>> & { edges?: readonly Edge[] } = {},
): { c: Component; scorer: Scorer } {
  const subjects = new Subjects();
  const of_ = nodes.map((n) => subjects.of(of(n.values)));
  subjects.weighBy(DEFAULT_MODEL);
  const scorer = new Scorer(DEFAULT_MODEL, subjects.slots);
  const edges: Edge[] = [...(o.edges ?? [])];
  for (let a = 0; a < nodes.length; a++)
    for (let b = a + 1; b < nodes.length; b++) {
      const bits = scorer.score(of_[a]!, of_[b]!);
      if (bits >= scorer.reviewBits) edges.push({ a, b, bits });
    }
  return {
    c: {
      keys: nodes.map((n) => n.key),
      subjects: of_,
      slots: subjects.slots,
      holders: nodes.map((n) => n.holder ?? true),
      edges,
      decisions: o.decisions ?? [],
    },
    scorer,
  };
}

function clustersOf({ c, scorer }: { c: Component; scorer: Scorer }): string[] {
  return clusterComponent(c, scorer).clusters.map((nodes) => nodes.map((n) => c.keys[n]!).join(' '));
}

/** The longest of the shortest ways between two of a cluster (Floyd and Warshall). */
function diameterOf(cluster: readonly number[], ties: readonly (readonly [number, number])[]): number {
  const d = new Map(cluster.flatMap((a) => cluster.map((b) => [`${a} ${b}`, a === b ? 0 : Infinity])));
  const way = (a: number, b: number) => d.get(`${a} ${b}`) ?? Infinity;
  for (const [a, b] of ties)
    if (cluster.includes(a) && cluster.includes(b)) for (const key of [`${a} ${b}`, `${b} ${a}`]) d.set(key, 1);
  for (const k of cluster)
    for (const a of cluster) for (const b of cluster) d.set(`${a} ${b}`, Math.min(way(a, b), way(a, k) + way(k, b)));
  return Math.max(...d.values());
}

const ID: [Kind, string] = ['idNumber', '11010519491231002X'];
const OTHER_ID: [Kind, string] = ['idNumber', '440524188001010014'];
const ZHANG: Values = [
  ['fullName', '张伟明'],
  ['birthDate', '1949-12-31'],
  ['phone', '13918273645'],
];

describe('clusters of firms', () => {
  const CODE: [Kind, string] = ['idNumber', '91330106MA2CFJ7L01'];
  const shared: Values = [
    ['phone', '0571-88886666'],
    ['email', 'contact@donghai.example.com'],
    ['street', '文三路100号2幢301室'],
  ];

  it('know a firm by any name that it bears or bore, and keep its sisters apart', () => {
    const nodes = [
      { key: 'a', values: [['fullName', '杭州东海科技有限公司'], CODE, ...shared] as Values },
      { key: 'b', values: [['fullName', '杭州西湖科技有限公司'], CODE, ...shared] as Values },
      { key: 'c', values: [['fullName', '杭州西湖科技'], ...shared] as Values },
      { key: 'd', values: [['fullName', '杭州东海贸易有限公司'], ...shared] as Values },
    ];
    expect(clustersOf(component(nodes))).toEqual(['a b c', 'd']);
  });
});

describe('clusters of a component', () => {
  const people = [
    { key: 'a1', values: [...ZHANG, ID] as Values },
    { key: 'a2', values: ZHANG },
    {
      key: 'a3',
      values: [
        ['fullName', '张伟'],
        ['phone', '13918273645'],
      ] as Values,
    },
    {
      key: 'b1',
      values: [
        ['fullName', '李娜'],
        ['birthDate', '1970-01-02'],
        ['phone', '13918273645'],
      ] as Values,
    },
    {
      key: 'b2',
      values: [
        ['fullName', '李娜'],
        ['birthDate', '1970-01-02'],
        ['email', 'lina@qq.com'],
      ] as Values,
    },
    {
      key: 'b3',
      values: [
        ['fullName', '李娜'],
        ['email', 'lina@qq.com'],
      ] as Values,
    },
  ];

  it('follow from the set, whatever the order of nodes', () => {
    const once = clustersOf(component(people));
    fc.assert(
      fc.property(fc.shuffledSubarray(people, { minLength: people.length }), (shuffled) => {
        expect(clustersOf(component(shuffled))).toEqual(once);
      }),
    );
    expect(once).toContain('b1 b2 b3');
  });

  it('obey a person: together, apart, and as before when the word is taken back', () => {
    const before = clustersOf(component(people));
    const apart = component(people, { decisions: [{ verdict: 'apart', left: [3], right: [4] }] });
    expect(clustersOf(apart).find((c) => c.includes('b1'))).not.toContain('b2');
    const together = component(people, { decisions: [{ verdict: 'together', left: [0], right: [3] }] });
    expect(clustersOf(together).find((c) => c.includes('a1'))).toContain('b1');
    const both = component(people, {
      decisions: [
        { verdict: 'together', left: [0], right: [3] },
        { verdict: 'apart', left: [0], right: [3] },
      ],
    });
    expect(clustersOf(both).find((c) => c.includes('a1'))).not.toContain('b1');
    expect(clustersOf(component(people, { decisions: [] }))).toEqual(before);
  });

  it('never hold two valid resident numbers, and ask a person', () => {
    const twins = component(
      [
        { key: 'x', values: [...ZHANG, ID] },
        { key: 'y', values: [...ZHANG, OTHER_ID] },
      ],
      { edges: [{ a: 0, b: 1, bits: Infinity, stated: true }] },
    );
    expect(clustersOf(twins)).toEqual(['x', 'y']);
    expect(clusterComponent(twins.c, twins.scorer).review[0]!.reason).toBe('unique_id');
  });

  const named: Values = [ZHANG[0]!, ZHANG[2]!];
  const MAIL: [Kind, string] = ['email', 'ming49@qq.com'];
  const fitting = (z: Values) =>
    component([
      { key: 'x', values: [...ZHANG, ID, ['sex', '男'], ['street', '文三路一百号'], MAIL] },
      {
        key: 'y',
        values: [
          ...named,
          OTHER_ID,
          ['birthDate', '1982-03-07'],
          ['sex', '女'],
          ['street', '人民大道九号'],
          ['email', 'wwz@163.com'],
        ],
      },
      { key: 'z', values: z },
    ]);

  it('show a person the record that fits two who have numbers of their own', () => {
    const between = fitting(named);
    const { clusters, review } = clusterComponent(between.c, between.scorer);
    expect(clusters.map((c) => c.length).toSorted((a, b) => a - b)).toEqual([1, 2]);
    expect(review.map((r) => [r.reason, between.c.keys[r.a]])).toEqual([['contested_record', 'z']]);
    const home = clusters.find((c) => c.length === 2)!;
    expect(home).not.toContain(review[0]!.b);
  });

  it('ask nobody whose a record is that one of the two fits much better', () => {
    const between = fitting([...named, MAIL]);
    const { clusters, review } = clusterComponent(between.c, between.scorer);
    expect(clusters.map((c) => c.map((n) => between.c.keys[n]).join(' '))).toEqual(['x z', 'y']);
    expect(review).toEqual([]);
  });

  it('follow what a source states, unless everything contradicts it', () => {
    const stated = { edges: [{ a: 0, b: 1, bits: Infinity, stated: true }] };
    const silent = component(
      [
        { key: 'x', values: ZHANG },
        { key: 'y', values: [] },
      ],
      stated,
    );
    expect(clustersOf(silent)).toEqual(['x y']);
    const contradicted = component(
      [
        { key: 'x', values: [...ZHANG, ['street', '文三路一百号'], ['sex', '男']] },
        {
          key: 'y',
          values: [
            ['fullName', '李娜'],
            ['birthDate', '1970-01-02'],
            ['street', '人民大道九号'],
            ['sex', '女'],
          ],
        },
      ],
      stated,
    );
    expect(clustersOf(contradicted)).toEqual(['x', 'y']);
    expect(clusterComponent(contradicted.c, contradicted.scorer).review[0]!.reason).toBe('contradicted');
  });

  it('never hold two that are too many ties apart, and ask a person', () => {
    const { diameter: most } = DEFAULT_MODEL.limits;
    const alike = (n: number) => Array.from({ length: n }, (_, i) => ({ key: `n${i}`, values: ZHANG }));
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 24 }).chain((n) =>
          fc.record({
            n: fc.constant(n),
            more: fc.array(fc.tuple(fc.nat(n - 1), fc.nat(n - 1)), { maxLength: 4 }),
            stated: fc.array(fc.boolean(), { minLength: n, maxLength: n }),
          }),
        ),
        ({ n, more, stated }) => {
          const { c, scorer } = component(alike(n));
          const chain = Array.from({ length: n - 1 }, (_, i) => [i, i + 1] as const);
          const ties = [...chain, ...more.filter(([a, b]) => a !== b)];
          const edges = ties.map(([a, b], i): Edge =>
            stated[i] === true ? { a, b, bits: Infinity, stated: true } : { a, b, bits: 30 - (i % 5) },
          );
          const found = clusterComponent({ ...c, edges }, scorer);
          for (const cluster of found.clusters) expect(diameterOf(cluster, ties)).toBeLessThanOrEqual(most!);
          if (found.clusters.length > 1) expect(found.review.map((r) => r.reason)).toContain('diameter');
          if (n <= most! + 1) expect(found.clusters).toHaveLength(1);
        },
      ),
    );
  });

  it('are never bridged by a contact point', () => {
    const nodes = [
      { key: 'a', values: ZHANG },
      {
        key: 'b',
        values: [
          ['fullName', '李娜'],
          ['birthDate', '1970-01-02'],
        ] as Values,
      },
      { key: 'phone', values: [['phone', '13918273645']] as Values, holder: false },
    ];
    const tie = (a: number, b: number): Edge => ({ a, b, bits: Infinity, stated: true });
    const contested = component(nodes, { edges: [tie(0, 2), tie(1, 2)] });
    expect(clustersOf(contested)).toEqual(['a', 'b', 'phone']);
    expect(clusterComponent(contested.c, contested.scorer).contested).toEqual([2]);
    expect(clustersOf(component(nodes, { edges: [tie(0, 2)] }))).toEqual(['a phone', 'b']);
  });
});
