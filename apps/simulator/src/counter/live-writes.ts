import { setTimeout as delay } from 'node:timers/promises';
import type { Random, World } from '../people/person.js';
import { pick, upTo } from '../people/random.js';
import { cashCells, custodyCells, tradeCells } from './activity.js';
import { localTime } from './local-time.js';
import { columnsOf, type TableName } from './schema.js';
import type { Cell, SqlServer, SqlSession } from './sql-server.js';

/** Share of the transactions that stay open after their row was numbered and stamped: later ones commit before them. */
const LATE = 0.1;

/** The transactions of a trading day: trades mostly. They leave what is planted as it is. */
export function liveWrites(server: SqlServer, world: World, r: Random): { act(): Promise<void> } {
  const ordinary = world.people.filter((p) => !p.atRisk);
  const write = async (tx: SqlSession) => {
    const now = localTime(Date.now());
    const u = r();
    if (u < 0.75) await append(tx, 'trade', tradeCells(pick(world.people, r), now, r));
    else if (u < 0.9)
      await append(
        tx,
        'cash_transfer',
        cashCells(pick(world.people, r), pick(['I', 'O'], r), 500 * (1 + upTo(60, r)), now, r),
      );
    else if (u < 0.92 && ordinary.length > 0)
      await append(
        tx,
        'custody_transfer',
        custodyCells(pick(ordinary, r), pick(['ZTG_OUT', 'ZTG_IN'], r), 1e4 * (1 + upTo(9, r)), now),
      );
    else
      await tx.run('update customer set risk_level = ?, updated_at = ? where customer_no = ?', [
        pick(['C1', 'C2', 'C3', 'C4', 'C5'], r),
        now,
        pick(world.people, r).customerNo,
      ]);
  };
  return {
    act: () =>
      server.transaction(async (tx) => {
        await write(tx);
        if (r() < LATE) await delay(200 + upTo(1300, r));
      }),
  };
}

/** Adds a row to a table that numbers its rows itself. */
export function append(tx: SqlSession, table: TableName, cells: readonly Cell[]): Promise<number> {
  const columns = columnsOf(table).slice(1);
  return tx.run(`insert into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`, cells);
}
