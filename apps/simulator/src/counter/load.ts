import type { World } from '../people/person.js';
import { history } from './history.js';
import { ALL_TABLES, columnsOf, continueSequences, createIndexes, createTables, type TableName } from './schema.js';
import type { Cell, SqlServer } from './sql-server.js';

const ROWS_AT_ONCE = 1500;

/**
 * Makes the tables and fills them, unless that was done and finished before. A load that was interrupted is begun
 * again from nothing.
 */
export async function loadHistory(server: SqlServer, world: World): Promise<void> {
  const loaded = await server.rows("select value from firm_state where name = 'loaded'").catch(() => []);
  if (loaded.length > 0) return;
  for (const table of ALL_TABLES) await server.run(`drop table if exists ${table}`);
  for (const statement of createTables(server.engine)) await server.run(statement);
  await insertAll(server, world);
  for (const statement of [...createIndexes(), ...continueSequences(server.engine)]) await server.run(statement);
  if (server.engine === 'postgres') await server.run('analyze');
  await server.run("insert into firm_state values ('loaded', ?)", [world.asOf.toISOString()]);
}

async function insertAll(server: SqlServer, world: World): Promise<void> {
  const waiting = new Map<TableName, (readonly Cell[])[]>();
  // The next rows are made while the server stores the last ones.
  let storing: Promise<unknown> = Promise.resolve();
  const flush = async (table: TableName, rows: readonly (readonly Cell[])[]) => {
    await storing;
    storing = server.load(table, columnsOf(table), rows);
  };
  for (const { table, cells } of history(world)) {
    const rows = waiting.get(table) ?? [];
    rows.push(cells);
    if (rows.length >= ROWS_AT_ONCE) await flush(table, rows.splice(0));
    waiting.set(table, rows);
  }
  for (const [table, rows] of waiting) if (rows.length > 0) await flush(table, rows);
  await storing;
}
