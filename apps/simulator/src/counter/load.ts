import type { World } from '../people/person.js';
import { history } from './history.js';
import { ALL_TABLES, columnsOf, continueSequences, createIndexes, createTables, type TableName } from './schema.js';
import type { Cell, SqlServer } from './sql-server.js';

const ROWS_PER_INSERT = 1500;

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
  const waiting = new Map<TableName, string[]>();
  // The next rows are made while the server stores the last ones.
  let storing: Promise<unknown> = Promise.resolve();
  const flush = async (table: TableName, tuples: string[]) => {
    await storing;
    storing = server.run(`insert into ${table} (${columnsOf(table).join(', ')}) values ${tuples.join(',')}`);
  };
  for (const { table, cells } of history(world)) {
    const tuples = waiting.get(table) ?? [];
    tuples.push(`(${cells.map(literal).join(',')})`);
    if (tuples.length >= ROWS_PER_INSERT) await flush(table, tuples.splice(0));
    waiting.set(table, tuples);
  }
  for (const [table, tuples] of waiting) if (tuples.length > 0) await flush(table, tuples);
  await storing;
}

/** Our own values only, in which there is no backslash. */
function literal(cell: Cell): string {
  if (cell === null) return 'null';
  return typeof cell === 'number' ? String(cell) : `'${cell.replaceAll("'", "''")}'`;
}
