import fc from 'fast-check';
import type { Acceptable } from '#ingest';
import { record } from './pipeline.js';

export const days = ['2026-10-01', '2026-10-20', '2026-11-02', '2026-11-20', '2026-11-22', '2026-11-23'];
const day = fc.constantFrom(...days);
const at = fc.tuple(day, fc.integer({ min: 0, max: 3 })).map(([d, h]) => `${d}T0${h}:00:00+08:00`);
const person = fc.integer({ min: 1, max: 6 });
const account = fc.integer({ min: 1, max: 9 });
const money = fc.integer({ min: 1, max: 9_999_999 }).map((n) => (n / 100).toFixed(2));
/** Valid resident numbers: one per person, now and then given in 15 digits. */
const documents = [
  '310101198001010030',
  '310101198001010059',
  '110105199003070014',
  '11010519491231002X',
  '440524188001010014',
  '310101800101003',
];

export interface CounterRow {
  readonly stream: string;
  readonly id: string;
  readonly data: Record<string, unknown>;
}

/** Rows that disagree, repeat keys, link accounts to people late, and state old versions: a counter on a bad day. */
export const row: fc.Arbitrary<CounterRow> = fc.oneof(
  fc
    .record({
      no: person,
      name: fc.constantFrom('陈晓', '王芳', 'Li Lei'),
      status: fc.constantFrom('0', '1', '2', '3'),
      tier: fc.constantFrom('gold', 'silver', undefined),
      at,
      doc: fc.option(fc.constantFrom(...documents)),
      user: fc.option(person),
      phone: fc.constantFrom('13800000001', '13900000002', 'bad', undefined),
      hobby: fc.constantFrom('golf', undefined),
    })
    .map((r) => ({
      stream: 'clients',
      id: `c${r.no}`,
      data: { ...r, no: `1000${r.no}`, idNo: r.doc ?? undefined, user: r.user === null ? undefined : `u${r.user}` },
    })),
  fc.record({ fund: account, no: fc.option(person), status: fc.constantFrom('open', 'closed'), at }).map((r) => ({
    stream: 'accounts',
    id: `a${r.fund}`,
    data: { ...r, fund: `8800${r.fund}`, no: r.no === null ? undefined : `1000${r.no}` },
  })),
  fc
    .record({ fund: account, day, total: money, at })
    .map((r) => ({ stream: 'assets', id: `${r.fund}/${r.day}`, data: { ...r, fund: `8800${r.fund}` } })),
  fc
    .record({ id: fc.nat({ max: 500 }), fund: account, amount: money, fee: fc.option(money, { nil: undefined }), at })
    .map((r) => ({
      stream: 'trades',
      id: `t${r.id}`,
      data: {
        ...r,
        fund: `8800${(r.id % 9) + 1}`,
        amount: (r.id * 7.31).toFixed(2),
        at: `${days[r.id % days.length]}T10:00:00+08:00`,
        fee: '1.25',
      },
    })),
  fc
    .record({ no: person, call: fc.constantFrom('y', 'n'), at })
    .map((r) => ({ stream: 'consents', id: `k${r.no}`, data: { ...r, no: `1000${r.no}` } })),
  fc.record({ id: fc.nat({ max: 50 }) }).map((r) => ({
    stream: 'logins',
    id: `l${r.id}`,
    data: { user: `u${(r.id % 6) + 1}`, at: `${days[r.id % days.length]}T09:00:00+08:00` },
  })),
);

/** A row's version is its content: the same row read twice is the same record, another content is another record. */
export function message(r: CounterRow): Acceptable {
  return record(
    r.stream,
    r.stream === 'trades' || r.stream === 'logins' ? r.id : `${r.id}@${JSON.stringify(r.data)}`,
    r.data,
  );
}
