import { dirtyEmail, dirtyId, dirtyPhone } from '../people/dirty.js';
import type { Person, Random, World } from '../people/person.js';
import { digits, pick, upTo } from '../people/random.js';
import { asRecorded, type Recorded, spelt } from '../people/recorded.js';
import {
  creditAccount,
  fundAccount,
  oneCode,
  secondCustomerNo,
  secondFundAccount,
  secondOneCode,
  stockAccount,
} from './accounts.js';
import { cashCells, custodyCells, tradeCells, yuan } from './activity.js';
import { type Snapshot, snapshots } from './assets.js';
import { instantOn, localDay, localTime } from './local-time.js';
import type { TableName } from './schema.js';
import type { Cell } from './sql-server.js';

/** A row of a table; the cells in the order of its columns. */
export interface NewRow {
  readonly table: TableName;
  readonly cells: readonly Cell[];
}

const SHARE = {
  /** Entered twice, under two client numbers. */
  twice: 0.02,
  credit: 0.04,
  secondExchange: 0.1,
  /** Ordinary people of whom snapshots exist. */
  assets: 0.83,
  noDocument: 0.006,
  /** Of ordinary people, with a status that nobody has told the hub of. */
  unreadable: 0.0005,
};
/** Left over from a counter that was taken over years ago. */
const FORGOTTEN_STATUS = '9';
const ID_KINDS = { resident: '0', passport: '1', organisation: '2' } as const;
const OCCUPATIONS = ['职员', '教师', '医生', '工程师', '个体', '退休', '公务员', '学生', '其他', '无', ''];
const STREETS = ['人民路', '中山路', '解放路', '学院路', '滨江大道', '长宁街', '和平里'];
const HOUR = 3_600_000;

/** Whether the person stands in the counter's books twice. */
export function enteredTwice(world: World, person: Person): boolean {
  return person.document.kind === 'resident' && world.random('counter', 'twice', person.index)() < SHARE.twice;
}

/** Whether the person's row at the counter has a status that no mapping knows. */
export function unreadable(world: World, person: Person): boolean {
  if (person.atRisk || person.nearMiss !== undefined || enteredTwice(world, person)) return false;
  return world.random('counter', 'unreadable', person.index)() < SHARE.unreadable;
}

/** Everything the counter holds on the day the firm is founded, in an order that follows from the seed. */
export function* history(world: World): Generator<NewRow> {
  const events: { table: TableName; at: number; cells: Cell[] }[] = [];
  for (const person of world.people) {
    const r = world.random('counter', person.index);
    const status = statusOf(person, r);
    yield* customers(world, person, status, r);
    yield* accounts(world, person, status, r);
    const assets = hasAssets(person, status, r) ? snapshots(person, r) : [];
    yield* assetRows(world, person, assets, r);
    addEvents(world, person, assets, r, (table, at, cells) => events.push({ table, at, cells }));
  }
  // Sequences count in the order of time.
  events.sort((a, b) => a.at - b.at);
  const next: Partial<Record<TableName, number>> = {};
  for (const { table, cells } of events) {
    next[table] = (next[table] ?? 0) + 1;
    yield { table, cells: [next[table], ...cells] };
  }
}

type Status = '0' | '1' | '2' | '3';

function statusOf(person: Person, r: Random): Status {
  const u = r();
  if (person.nearMiss === 'dormant') return '1';
  if (person.atRisk || person.nearMiss !== undefined || u < 0.87) return '0';
  return u < 0.96 ? '1' : u < 0.97 ? '2' : '3';
}

function hasAssets(person: Person, status: Status, r: Random): boolean {
  const u = r();
  return person.atRisk || person.nearMiss !== undefined || (status !== '3' && u < SHARE.assets);
}

function* customers(world: World, person: Person, status: Status, r: Random): Generator<NewRow> {
  const planted = person.atRisk || person.nearMiss !== undefined;
  const twice = enteredTwice(world, person);
  const known = planted || r() >= SHARE.noDocument || twice;
  const opened = localDay(world.asOf, 200 + upTo(5000, r));
  const row = (customerNo: string, recorded: Recorded): NewRow => ({
    table: 'customer',
    cells: [
      customerNo,
      spelt(recorded, r),
      ID_KINDS[person.document.kind],
      dirtyId(known ? recorded.document : undefined, r),
      person.kind === undefined ? recorded.birthDate : '',
      person.kind === undefined ? String(person.sex) : '',
      dirtyPhone(recorded.mobile, r),
      dirtyEmail(recorded.email, r),
      address(person, r),
      person.kind === undefined ? pick(OCCUPATIONS, r) : '',
      unreadable(world, person) ? FORGOTTEN_STATUS : status,
      pick(['1', '2', '2', '3', '3', '3', '4'], r),
      pick(['C1', 'C2', 'C3', 'C3', 'C4', 'C5'], r),
      person.branch,
      person.manager,
      opened,
      changedAt(world, r),
    ],
  });
  yield row(person.customerNo, asRecorded(world, person, 'customer'));
  // The same document joins them; the second one says the same of status, and has no assets.
  if (twice) yield row(secondCustomerNo(person), asRecorded(world, person, 'second customer'));
}

function address(person: Person, r: Random): string {
  if (person.address !== undefined) return person.address;
  return person.language === 'zh' ? `${person.branch.slice(0, 2)}市${pick(STREETS, r)}${1 + upTo(900, r)}号` : '';
}

function* accounts(world: World, person: Person, status: Status, r: Random): Generator<NewRow> {
  const closed = status === '3' ? localDay(world.asOf, 40 + upTo(100, r)) : '';
  const fund = (account: string, customerNo: string, kind: string): NewRow => ({
    table: 'fund_account',
    cells: [
      account,
      customerNo,
      person.branch,
      kind,
      status,
      'CNY',
      localDay(world.asOf, 150 + upTo(3000, r)),
      closed,
      (1.5 + upTo(20, r) / 10).toFixed(1),
      changedAt(world, r),
    ],
  });
  yield fund(fundAccount(person), person.customerNo, '0');
  if (enteredTwice(world, person)) yield fund(secondFundAccount(person), secondCustomerNo(person), '0');
  if (r() < SHARE.credit) yield fund(creditAccount(person), person.customerNo, '1');
  const both = r() < SHARE.secondExchange || person.twoOneCodes === true;
  for (const exchange of both ? (['SH', 'SZ'] as const) : (['SH'] as const))
    yield {
      table: 'security_account',
      cells: [
        stockAccount(person, exchange),
        exchange,
        exchange === 'SZ' && person.twoOneCodes ? secondOneCode(person) : oneCode(person),
        fundAccount(person),
        person.customerNo,
        status,
        changedAt(world, r),
      ],
    };
}

function* assetRows(world: World, person: Person, assets: readonly Snapshot[], r: Random): Generator<NewRow> {
  const planted = person.atRisk || person.nearMiss !== undefined;
  for (const { daysBefore, total } of assets) {
    const cents = Math.round(total * 100);
    const debt = !planted && r() < 0.02 ? Math.round(cents * 0.1 * r()) : 0;
    const cash = Math.round(cents * 0.3 * r());
    const funds = Math.round(cents * 0.2 * r());
    const parts = [cents, cash, cents - cash - funds, funds, debt].map((c) => yuan(c / 100));
    const writtenAt = Math.min(instantOn(world.asOf, daysBefore, 17.5 * HOUR + upTo(HOUR, r)), Number(world.asOf));
    yield {
      table: 'asset_daily',
      cells: [fundAccount(person), localDay(world.asOf, daysBefore), ...parts, localTime(writtenAt)],
    };
  }
}

function addEvents(
  world: World,
  person: Person,
  assets: readonly Snapshot[],
  r: Random,
  add: (table: TableName, at: number, cells: Cell[]) => void,
): void {
  for (let n = r() < 0.3 ? 1 + upTo(4, r) : 0; n > 0; n--) {
    const at = tradingTime(world, 1 + upTo(60, r), r);
    add('trade', at, tradeCells(person, localTime(at), r));
  }
  const lost = (assets.at(0)?.total ?? 0) - (assets.at(-1)?.total ?? 0);
  if (assets.length > 2) {
    // Where the money of the planted went.
    for (const daysBefore of [23, 11]) {
      const at = tradingTime(world, daysBefore, r);
      add('cash_transfer', at, cashCells(person, 'O', lost / 2, localTime(at), r));
    }
  } else if (r() < 0.11) {
    const at = tradingTime(world, 1 + upTo(90, r), r);
    add('cash_transfer', at, cashCells(person, pick(['I', 'I', 'O'], r), 1000 * (1 + upTo(80, r)), localTime(at), r));
  }
  if (!person.atRisk && r() < 0.031) {
    const at = tradingTime(world, 1 + upTo(300, r), r);
    const kind = pick(['ZTG_OUT', 'ZTG_OUT', 'CXZD', 'ZTG_IN', 'ZTG_IN'] as const, r);
    add('custody_transfer', at, custodyCells(person, kind, 10_000 * (1 + upTo(40, r)), localTime(at)));
  }
}

/** A moment of the trading hours; weekends move to the Friday before. */
function tradingTime(world: World, daysBefore: number, r: Random): number {
  const minute = upTo(240, r);
  const msOfDay = (minute < 120 ? 9.5 * 60 + minute : 13 * 60 + minute - 120) * 60_000 + upTo(60_000, r);
  const weekday = new Date(instantOn(world.asOf, daysBefore, 12 * HOUR)).getUTCDay();
  return instantOn(world.asOf, daysBefore + (weekday === 0 ? 2 : weekday === 6 ? 1 : 0), msOfDay);
}

/** When a row was last written. One in ten was by a nightly batch: many rows of one and the same millisecond. */
function changedAt(world: World, r: Random): string {
  const daysBefore = 1 + upTo(400, r);
  return r() < 0.1
    ? `${dashed(localDay(world.asOf, 1 + (daysBefore % 5)))} 02:00:00.000`
    : localTime(instantOn(world.asOf, daysBefore, upTo(24 * HOUR, r)));
}

function dashed(day: string): string {
  return `${day.slice(0, 4)}-${day.slice(4, 6)}-${digits(Number(day.slice(6)), 2)}`;
}
