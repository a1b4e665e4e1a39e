import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, addDecimals, compareDecimals, daysBetween, tradingDaysBefore } from '#canonical';
import { loadFields, loadProfiles, matches, parseRule, ruleToSql } from '#segments';
import { type Pipeline, startPipeline } from '../support/pipeline.js';

const TODAY = '2026-11-23';
const CLIENTS = 40;

interface Made {
  readonly id: string;
  readonly identities: number[];
  readonly measures: { identity: number; kind: string; day: string; n: number; amount: string }[];
  readonly assets: { identity: number; day: string; net: string | null }[];
  readonly consents: { identity: number; state: string; at: string }[];
}

/** A deterministic stream of small numbers: the data is the same in every run. */
function numbers(seed: number): (limit: number) => number {
  let s = seed;
  return (limit) => {
    s = (Math.imul(s, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((s / 2 ** 32) * limit);
  };
}

const KINDS = ['trade', 'cash.out', 'web.login'];

async function populate(p: Pipeline): Promise<Made[]> {
  const next = numbers(42);
  const pick = <T>(list: readonly T[]): T => list[next(list.length)]!;
  const made: Made[] = [];
  for (let c = 0; c < CLIENTS; c++) {
    const id = randomUUID();
    await p.db.query(
      `insert into client (id, founder, status, tier, branch, birth_date, phones, attributes, merged_into)
       values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, null)`,
      [
        id,
        `x${c}`,
        pick(['active', 'dormant', 'closed']),
        pick(['gold', 'silver', null]),
        pick(['A', 'B', null]),
        pick(['1980-05-06', '2001-01-01', null]),
        pick([[], ['+8613800000000']]),
        JSON.stringify(pick([{}, { hobby: 'golf' }, { hobby: 'chess' }])),
      ],
    );
    const m: Made = { id, identities: [], measures: [], assets: [], consents: [] };
    for (let i = 0; i < 1 + next(3); i++) {
      const [row] = await p.db.query<{ id: number }>(
        "insert into source_identity (type, key, client_id) values ('fund_account', $1, $2) returning id",
        [`${c}/${i}`, id],
      );
      const identity = row!.id;
      m.identities.push(identity);
      for (const kind of KINDS)
        for (let k = 0; k < next(3); k++) {
          const fact = {
            identity,
            kind,
            day: addDays(TODAY, -next(60)),
            n: 1 + next(3),
            amount: `${next(5)}.${next(100)}`,
          };
          if (m.measures.some((x) => x.identity === identity && x.kind === kind && x.day === fact.day)) continue;
          m.measures.push(fact);
          await p.db.query('insert into measure_day values ($1, $2, $3, $4, $5)', [
            identity,
            kind,
            fact.day,
            fact.n,
            fact.amount,
          ]);
        }
      for (let k = 0; k < next(4); k++) {
        const snapshot = { identity, day: addDays(TODAY, -next(80)), net: pick([`${next(3)}.5`, '2', null]) };
        if (m.assets.some((x) => x.identity === identity && x.day === snapshot.day)) continue;
        m.assets.push(snapshot);
        await p.db.query(
          "insert into asset_day (identity_id, day, net, version, hash, record_id) values ($1, $2, $3, now(), '', 0)",
          [identity, snapshot.day, snapshot.net],
        );
      }
      if (next(2) === 0) {
        const consent = {
          identity,
          state: pick(['granted', 'denied']),
          at: pick(['2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z']),
        };
        m.consents.push(consent);
        await p.db.query("insert into consent values ($1, 'call', 'marketing', $2, $3, 1, 0)", [
          identity,
          consent.state,
          consent.at,
        ]);
      }
    }
    made.push(m);
  }
  return made;
}

const literal = fc.constantFrom('0', '1', '2.5', '7', '0.5', '-1');
const window = fc.constantFrom('1d', '7d', '30d', '60d', '5td', '20td');
const number: fc.Arbitrary<string> = fc.letrec<{ number: string }>((tie) => ({
  number: fc.oneof(
    { maxDepth: 3 },
    literal,
    fc.tuple(fc.constantFrom('count', 'sum'), fc.constantFrom(...KINDS), window).map(([f, k, w]) => `${f}(${k}, ${w})`),
    fc.constantFrom(...KINDS).map((k) => `days_since(${k})`),
    window.map((w) => `assets(net, ${w})`),
    fc.constant('assets(net)'),
    fc.tuple(fc.constantFrom('peak', 'mean'), window).map(([f, w]) => `${f}(net, ${w})`),
    fc.tuple(tie('number'), fc.constantFrom('+', '-', '*'), tie('number')).map(([a, op, b]) => `(${a} ${op} ${b})`),
  ),
})).number;
const text = fc.constantFrom('status', 'tier', 'branch', 'attributes.hobby', 'attributes.none', 'consent(call)');
const word = fc.constantFrom('"active"', '"gold"', '"A"', '"golf"', '"granted"', '"denied"', 'null');
const condition: fc.Arbitrary<string> = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4 },
    fc.tuple(number, fc.constantFrom('<', '<=', '>', '>=', '==', '!='), number).map(([a, op, b]) => `${a} ${op} ${b}`),
    number.map((n) => `${n} == null`),
    fc.tuple(text, fc.constantFrom('==', '!='), word).map(([a, op, b]) => `${a} ${op} ${b}`),
    fc.tuple(text, fc.constantFrom('==', '!='), text).map(([a, op, b]) => `${a} ${op} ${b}`),
    fc.tuple(text, fc.constantFrom('["gold", "active"]', '["denied"]', '[]')).map(([a, list]) => `${a} in ${list}`),
    fc
      .tuple(
        fc.constantFrom('birthDate', 'today'),
        fc.constantFrom('<', '==', '>='),
        fc.constantFrom('"1990-01-01"', '"1980-05-06"', 'birthDate'),
      )
      .map(([a, op, b]) => `${a} ${op} ${b}`),
    fc.constantFrom('has(phones)', 'has(tier)', 'true'),
    tie('condition').map((c) => `!(${c})`),
    fc.tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(tie('condition'), tie('condition'), tie('condition')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
  ),
})).condition;

describe('the two evaluators of segment rules', () => {
  let p: Pipeline;
  let made: Made[];

  beforeAll(async () => {
    p = await startPipeline();
    made = await populate(p);
    // A client that was merged away is in no segment, whatever the rule.
    await p.db.query("insert into client (id, founder, status, merged_into) values ($1, 'gone', 'active', $2)", [
      randomUUID(),
      made[0]!.id,
    ]);
  });
  afterAll(() => p.stop());

  async function live(source: string): Promise<string[]> {
    const rule = parseRule(source);
    return p.db.tx(async (tx) => {
      const rows = await loadFields(
        tx,
        (await tx.query<{ id: string }>('select id from client')).map((r) => r.id),
      );
      const profiles = await loadProfiles(tx, rule, rows, TODAY);
      return [...profiles]
        .filter(([, profile]) => matches(rule, profile, TODAY))
        .map(([id]) => id)
        .toSorted();
    });
  }

  async function overTheTable(source: string): Promise<string[]> {
    const sql = ruleToSql(parseRule(source), TODAY);
    return (await p.db.query<{ id: string }>(sql.text, sql.values)).map((r) => r.id).toSorted();
  }

  it('agree on random rules over random data', async () => {
    let someButNotAll = 0;
    await fc.assert(
      fc.asyncProperty(condition, async (source) => {
        const found = await overTheTable(source);
        expect(await live(source)).toEqual(found);
        if (found.length > 0 && found.length < CLIENTS) someButNotAll++;
      }),
      { numRuns: 300, seed: 20_261_123 },
    );
    expect(someButNotAll).toBeGreaterThan(50); // the rules tell clients apart, so agreement means something
  });

  it.each<[string, (m: Made) => boolean]>([
    [
      'count(trade, 30d) > 0',
      (m) =>
        total(
          m,
          'trade',
          (x) => x.day >= addDays(TODAY, -29),
          (x) => String(x.n),
        ) !== '0',
    ],
    [
      'sum(cash.out, 7d) >= 2',
      (m) =>
        compareDecimals(
          total(
            m,
            'cash.out',
            (x) => x.day >= addDays(TODAY, -6),
            (x) => x.amount,
          ),
          '2',
        ) >= 0,
    ],
    [
      'count(trade, 20td) == 0',
      (m) =>
        total(
          m,
          'trade',
          (x) => x.day >= tradingDaysBefore(TODAY, 19),
          (x) => String(x.n),
        ) === '0',
    ],
    [
      'days_since(web.login) > 20',
      (m) => {
        const last = m.measures
          .filter((x) => x.kind === 'web.login')
          .map((x) => x.day)
          .toSorted()
          .at(-1);
        return last !== undefined && daysBetween(last, TODAY) > 20;
      },
    ],
    ['days_since(web.login) == null', (m) => !m.measures.some((x) => x.kind === 'web.login')],
    ['assets(net) < 3', (m) => below(latest(m, TODAY), '3')],
    ['assets(net, 30d) < 3', (m) => below(latest(m, addDays(TODAY, -30)), '3')],
    ['assets(net) == null', (m) => latest(m, TODAY) === undefined],
    [
      'consent(call) == "denied"',
      (m) =>
        m.consents
          .toSorted((a, b) =>
            a.at === b.at ? Number(a.state === 'denied') - Number(b.state === 'denied') : a.at < b.at ? -1 : 1,
          )
          .at(-1)?.state === 'denied',
    ],
  ])('both find for %s what the data says', async (source, expected) => {
    const wanted = made
      .filter(expected)
      .map((m) => m.id)
      .toSorted();
    expect(wanted.length).toBeGreaterThan(0);
    expect(await overTheTable(source)).toEqual(wanted);
    expect(await live(source)).toEqual(wanted);
  });

  it('take what a user writes only as parameters', async () => {
    const hostile = `tier == "x' or true --" or attributes.a == "'; drop table client; --"`;
    expect(await overTheTable(hostile)).toEqual([]);
    expect(await live(hostile)).toEqual([]);
  });
});

type Measure = Made['measures'][number];

function total(m: Made, kind: string, within: (x: Measure) => boolean, value: (x: Measure) => string): string {
  return m.measures.filter((x) => x.kind === kind && within(x)).reduce((sum, x) => addDecimals(sum, value(x)), '0');
}

function latest(m: Made, day: string): string | undefined {
  const values = m.identities.flatMap((identity) => {
    const snapshot = m.assets
      .filter((a) => a.identity === identity && a.day <= day && a.day > addDays(day, -40))
      .toSorted((a, b) => (a.day < b.day ? -1 : 1))
      .at(-1);
    return snapshot?.net ? [snapshot.net] : [];
  });
  return values.length === 0 ? undefined : values.reduce((sum, v) => addDecimals(sum, v), '0');
}

function below(value: string | undefined, limit: string): boolean {
  return value !== undefined && compareDecimals(value, limit) < 0;
}
