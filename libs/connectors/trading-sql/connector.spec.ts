import { describe, expect, it } from '@jest/globals';
import { ConfigError, settingsSchema, TransientError } from '#connector-kit';
import connector from './connector.js';
import type { Column, Rows } from './counter.js';
import { DEFAULT_STREAMS } from './default-streams.js';
import { connectorError } from './faults.js';
import { MariadbCounter } from './mariadb.js';
import { pageStatement } from './page.js';
import { PostgresCounter } from './postgres.js';
import { reading } from './records.js';
import { settings } from './settings.js';
import { advance, firstState, floorOf, readState, withMark } from './stream-state.js';
import { compareCursor, type Table } from './table.js';
import { earliestWall, wallClock } from './wall-clock.js';

const given = { driver: 'postgres', host: 'db', port: 5432, database: 'counter', user: 'u', password: 'p' };
const s = settings.parse(given);
const postgres = new PostgresCounter(s, async () => ({ address: '127.0.0.1' }));
const mariadb = new MariadbCounter(s, async () => ({ address: '127.0.0.1' }));
const assets = DEFAULT_STREAMS.find((d) => d.name === 'assets')!;
const trades = DEFAULT_STREAMS.find((d) => d.name === 'trades')!;

function table(...columns: readonly Pick<Column, 'name' | 'kind'>[]): Table {
  const all = columns.map((c): Column => ({ ...c, type: c.kind, nullable: true }));
  return { fields: all, digest: 'd', order: all, columns: new Map(all.map((c) => [c.name, c])) };
}

describe('settings', () => {
  it('need six fields, and read the seven tables of the standard counter', () => {
    expect(s).toMatchObject({ timeZone: 'Asia/Shanghai', ssl: 'off', pollMs: 1000, overlapSeconds: 30 });
    expect(DEFAULT_STREAMS.map((d) => `${d.name} ${d.table}`)).toEqual([
      'clients customer',
      'fund-accounts fund_account',
      'security-accounts security_account',
      'assets asset_daily',
      'trades trade',
      'cash-transfers cash_transfer',
      'custody-transfers custody_transfer',
    ]);
    expect(settingsSchema(connector as never)).toHaveProperty('properties.password.secret', true);
  });

  it.each([
    [{ table: 'a; drop table b' }],
    [{ table: 'a.b.c' }],
    [{ key: [] }],
    [{ key: ['a"b'] }],
    [{ name: 'Clients' }],
  ])('refuse the stream %j', (part) => {
    expect(settings.safeParse({ ...given, streams: [{ ...trades, ...part }] }).success).toBe(false);
  });

  it('refuse two streams of one name', () => {
    expect(settings.safeParse({ ...given, streams: [trades, trades] }).success).toBe(false);
  });
});

describe('a page', () => {
  const t = table(
    { name: 'updated_at', kind: 'local' },
    { name: 'fund_account', kind: 'text' },
    { name: 'n', kind: 'number' },
  );
  const range = { from: 'f', after: ['t', 'k', '7'] };

  it('is a row comparison on PostgreSQL', () => {
    expect(pageStatement(postgres, assets, t, range, 9)).toEqual({
      text: 'select * from "asset_daily" where "updated_at" >= $1 and ("updated_at", "fund_account", "n") > ($2, $3, $4) order by "updated_at", "fund_account", "n" limit 9',
      values: ['f', 't', 'k', '7'],
    });
  });

  it('is written out on MariaDB, where a row comparison uses no index', () => {
    expect(pageStatement(mariadb, assets, t, { upTo: ['t', 'k', '7'] }, 9)).toEqual({
      text: 'select * from `asset_daily` where `updated_at` <= ? and (`updated_at` < ? or (`fund_account` <= ? and (`fund_account` < ? or (`n` <= 7)))) order by `updated_at`, `fund_account`, `n` limit 9',
      values: ['t', 't', 'k', 'k'],
    });
  });

  it('takes for a number only what is one', () => {
    const { text, values } = pageStatement(
      mariadb,
      trades,
      table({ name: 'trade_id', kind: 'number' }),
      { after: ['1 or 1=1'] },
      1,
    );
    expect(text).toContain('`trade_id` > ?');
    expect(values).toEqual(['1 or 1=1']);
  });
});

describe('a record', () => {
  const t = table(
    { name: 'trade_id', kind: 'number' },
    { name: 'amount', kind: 'number' },
    { name: 'trade_time', kind: 'local' },
    { name: 'at', kind: 'zoned' },
    { name: 'open', kind: 'boolean' },
  );
  const page = (row: readonly (string | null)[]): Rows => ({
    columns: t.order.map((c) => c.name),
    rows: [row],
    shape: '',
  });
  const of = (d: typeof trades, row: readonly (string | null)[]) => {
    const p = page(row);
    return reading(d, { ...t, order: [t.order[0]!] }, p, postgres.dialect, 'Asia/Shanghai')(p.rows[0]!).message;
  };

  it('keeps every digit, and says when it happened', () => {
    const row = ['9007199254740993', '12345678901234567.89', '2026-01-05 09:30:00.5', '2026-01-05 01:30:00+00', 't'];
    expect(of(trades, row)).toEqual({
      type: 'record',
      stream: 'trades',
      key: '9007199254740993',
      op: 'event',
      dedupeId: '9007199254740993',
      occurredAt: '2026-01-05T01:30:00.500Z',
      data: '{"trade_id":"9007199254740993","amount":"12345678901234567.89","trade_time":"2026-01-05 09:30:00.5","at":"2026-01-05 01:30:00Z","open":true}',
    });
  });

  it('of a table whose rows change has a new id when anything in it does', () => {
    const d = { ...trades, appendOnly: false };
    const id = (amount: string) => of(d, ['1', amount, null, null, null]);
    expect(id('1').dedupeId).toBe(id('1').dedupeId);
    expect(id('1').dedupeId).not.toBe(id('2').dedupeId);
  });

  it('joins the parts of a key so that no two keys look alike', () => {
    const d = { ...trades, key: ['trade_id', 'amount'] };
    const key = (a: string, b: string) => (of(d, [a, b, null, null, null]) as { key: string }).key;
    expect(key('1', '2')).toBe('1|2');
    expect(key('a|b', 'c')).not.toBe(key('a', 'b|c'));
  });

  it('goes to quarantine without its key', () => {
    expect(of(trades, [null, '1', null, null, null])).toMatchObject({
      type: 'quarantine',
      reason: 'the key column trade_id is empty',
    });
  });
});

describe('how far a look reaches back', () => {
  const moment = (now: number, oldest: number, next: number) => ({
    now,
    transactions: { oldest: BigInt(oldest), next: BigInt(next) },
  });

  it('is held by an open transaction, and let go when it ends', () => {
    const first = advance(undefined, moment(1000, 5, 8), 0);
    expect(first.safe).toBe(0);
    // 5, 6 or 7 is still open: what is to commit may have begun before 1000.
    const held = advance(first.horizon, moment(2000, 7, 20), 0);
    expect(held.safe).toBe(0);
    // All below 8 have ended: whatever is open began after 1000.
    const free = advance(held.horizon, moment(3000, 9, 30), 0);
    expect(free.safe).toBe(1000);
    expect(advance(free.horizon, moment(4000, 40, 41), 0).safe).toBe(3000);
    expect(advance(free.horizon, moment(4000, 41, 41), 0).safe).toBe(4000);
  });

  it('is the clock of a server that does not tell of its transactions', () => {
    expect(advance(undefined, { now: 77 }, 5)).toEqual({ safe: 77 });
  });

  it('is the last note of a sequence that is old enough', () => {
    let marks = withMark([{ at: 0, from: '10' }], { at: 1000, from: '20' }, 0);
    marks = withMark(marks, { at: 2000, from: '30' }, 500);
    const o = {
      by: 'sequence' as const,
      table: table({ name: 'id', kind: 'number' }),
      dialect: postgres.dialect,
      zone: 'UTC',
    };
    expect(floorOf(o, marks, 1500, 0)).toBe('20');
    expect(floorOf(o, marks, 500, 0)).toBe('10');
    for (let i = 3; i < 500; i++) marks = withMark(marks, { at: i * 1000, from: String(i) }, 0);
    expect(marks.length).toBeLessThanOrEqual(48);
    expect(floorOf(o, marks, 1, 0)).toBe('10');
  });

  it('covers the hour that comes twice when clocks are set back', () => {
    const zone = 'America/New_York';
    // 2026-11-01 02:00 EDT becomes 01:00 EST.
    const change = Date.parse('2026-11-01T06:00:00Z');
    expect(wallClock(change - 10_000, zone)).toBe('2026-11-01 01:59:50.000');
    expect(wallClock(change + 10_000, zone)).toBe('2026-11-01 01:00:10.000');
    expect(earliestWall(change - 20_000, change + 10_000, zone) <= '2026-11-01 01:00:00.000').toBe(true);
    expect(wallClock(Date.parse('2026-01-05T01:30:00.123Z'), 'Asia/Shanghai')).toBe('2026-01-05 09:30:00.123');
  });
});

describe('a stored state', () => {
  const state = firstState(trades, { now: 5 });

  it('is taken back as it was', () => {
    expect(readState(JSON.parse(JSON.stringify(state)), trades)).toEqual(state);
    expect(readState(undefined, trades)).toBeUndefined();
  });

  it.each([[{ ...state, v: 2 }], [{ ...state, cursor: ['1', '2'] }], [{ ...state, of: 'other' }], ['x'], [7]])(
    'that was not made here is refused: %j',
    (foreign) => {
      expect(() => readState(foreign, trades)).toThrow(ConfigError);
    },
  );
});

it('compares numbers as numbers and texts as texts', () => {
  const number = table({ name: 'n', kind: 'number' }).order[0]!;
  expect(compareCursor(number, '9', '10')).toBe(-1);
  expect(compareCursor(number, '9007199254740993', '9007199254740992')).toBe(1);
  expect(compareCursor(table({ name: 't', kind: 'text' }).order[0]!, '9', '10')).toBe(1);
});

it.each([
  ['28P01', ConfigError],
  ['ER_TABLEACCESS_DENIED_ERROR', ConfigError],
  ['EGRESS_REFUSED', ConfigError],
  ['ECONNREFUSED', TransientError],
  ['57P03', TransientError],
  ['57014', TransientError],
])('%s is for an operator, or passes by itself', (code, kind) => {
  expect(connectorError(Object.assign(new Error('words'), { code }))).toBeInstanceOf(kind);
});
