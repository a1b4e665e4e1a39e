import type { Person, Random } from '../people/person.js';
import { pick, upTo } from '../people/random.js';
import { fundAccount, stockAccount } from './accounts.js';
import type { Cell } from './sql-server.js';

const STOCKS: readonly (readonly [code: string, exchange: 'SH' | 'SZ', price: number])[] = [
  ['600001', 'SH', 12.4],
  ['600217', 'SH', 45.1],
  ['601066', 'SH', 8.7],
  ['603005', 'SH', 96.3],
  ['688008', 'SH', 61.5],
  ['510300', 'SH', 4.1],
  ['000012', 'SZ', 17.9],
  ['000776', 'SZ', 23.2],
  ['002024', 'SZ', 6.6],
  ['300059', 'SZ', 31.8],
];
const CHANNELS = ['APP', 'APP', 'APP', 'PC', 'PHONE', 'COUNTER'];
const BANKS = ['工商银行', '建设银行', '招商银行', '农业银行', '中国银行'];

/** Cells of `trade` after its number. */
export function tradeCells(person: Person, time: string, r: Random): Cell[] {
  const [code, exchange, mean] = pick(STOCKS, r);
  const quantity = 100 * (1 + upTo(30, r));
  const price = mean * (0.9 + 0.2 * r());
  const amount = Math.round(price * 100) * quantity;
  const commission = Math.max(500, Math.round(amount * 0.00025));
  return [
    fundAccount(person),
    stockAccount(person, exchange),
    code,
    pick(['B', 'S'], r),
    quantity,
    price.toFixed(2),
    yuan(amount / 100),
    yuan(commission / 100),
    pick(CHANNELS, r),
    time,
  ];
}

/** Cells of `cash_transfer` after its number. */
export function cashCells(person: Person, direction: 'I' | 'O', amount: number, time: string, r: Random): Cell[] {
  return [fundAccount(person), direction, yuan(amount), pick(BANKS, r), time];
}

/** Cells of `custody_transfer` after its number. */
export function custodyCells(person: Person, kind: 'ZTG_OUT' | 'CXZD' | 'ZTG_IN', value: number, time: string): Cell[] {
  return [fundAccount(person), stockAccount(person, 'SH'), kind, yuan(value), time];
}

export function yuan(amount: number): string {
  return amount.toFixed(2);
}
