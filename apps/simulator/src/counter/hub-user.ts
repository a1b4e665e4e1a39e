import { createHash } from 'node:crypto';
import { TABLE_NAMES } from './schema.js';
import type { SqlServer } from './sql-server.js';

/**
 * The user that the counter's operator gives the hub: it may read the shown tables, and add commission requests. It
 * sees nothing else of the database. Users belong to the whole server, so the name follows from the database's.
 */
export async function makeHubUser(server: SqlServer, password: string): Promise<{ user: string; password: string }> {
  const user = `hub_${createHash('sha256').update(server.database).digest('hex').slice(0, 12)}`;
  for (const statement of (server.engine === 'postgres' ? onPostgres : onMariadb)(user, password, server.database))
    await server.run(statement);
  return { user, password };
}

/** @param password letters, digits, `-` and `_` only. */
function onPostgres(user: string, password: string, database: string): string[] {
  return [
    `do $$ begin
       if not exists (select from pg_roles where rolname = '${user}') then create role ${user} login; end if;
     end $$`,
    `alter role ${user} login password '${password}'`,
    `grant connect on database "${database}" to ${user}`,
    `grant usage on schema public to ${user}`,
    `grant select on ${TABLE_NAMES.join(', ')} to ${user}`,
    `grant select, insert on commission_request to ${user}`,
  ];
}

function onMariadb(user: string, password: string, database: string): string[] {
  const at = `'${user}'@'%'`;
  return [
    `create user if not exists ${at}`,
    `alter user ${at} identified by '${password}'`,
    ...TABLE_NAMES.map((t) => `grant select on \`${database}\`.${t} to ${at}`),
    `grant select, insert on \`${database}\`.commission_request to ${at}`,
  ];
}
