import { Database } from '#platform';

/** Tables that are partitioned by the day of writing, and the column that says the day. */
const DAILY = { inbox_record: 'received_on', event: 'day', delivery_attempt: 'day', delivery_done: 'event_day' };
const DAYS_AHEAD = 7;

const PARTITION_LANE = 7_402_202;

/**
 * Makes the partitions of today and the next seven days. A day without one goes to the default partition; what stands
 * there of a day is moved into the day's partition when that is made.
 */
export async function ensurePartitions(db: Database): Promise<void> {
  const [now] = await db.query<{ today: string }>("select (now() at time zone 'UTC')::date as today");
  for (const [table, column] of Object.entries(DAILY))
    for (let i = 0; i <= DAYS_AHEAD; i++) await ensureDay(db, table, column, shift(now!.today, i));
}

function ensureDay(db: Database, table: string, column: string, day: string): Promise<void> {
  const name = `${table}_${day.replaceAll('-', '_')}`;
  const [from, to] = [`'${day}'`, `'${shift(day, 1)}'`];
  return db.tx(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [PARTITION_LANE]);
    const [there] = await tx.query<{ oid: string | null }>('select to_regclass($1) as oid', [name]);
    if (there!.oid !== null) return;
    await tx.query(`create table ${name} (like ${table} including all excluding identity)`);
    await tx.query(
      `with stray as (delete from ${table}_default where ${column} >= ${from} and ${column} < ${to} returning *)
       insert into ${name} select * from stray`,
    );
    await tx.query(`alter table ${table} attach partition ${name} for values from (${from}) to (${to})`);
  });
}

/** A partition of one day. */
export interface Day {
  readonly name: string;
  readonly day: string;
}

/** The days of a table that ended more than `keepDays` days ago. */
export function partitionsBefore(db: Database, table: string, keepDays: number): Promise<Day[]> {
  return db.query<Day>(
    `select c.relname as name, to_date(right(c.relname, 10), 'YYYY_MM_DD') as day
     from pg_inherits h join pg_class c on c.oid = h.inhrelid
     where h.inhparent = $1::regclass and c.relname ~ '_\\d{4}_\\d{2}_\\d{2}$'
       and to_date(right(c.relname, 10), 'YYYY_MM_DD') < (now() at time zone 'UTC')::date - $2::integer
     order by 2`,
    [table, keepDays],
  );
}

/** Retention is dropping whole days: it costs nothing however much they held. */
export async function dropPartitions(db: Database, table: string, keepDays: number): Promise<void> {
  for (const { name } of await partitionsBefore(db, table, keepDays)) await db.query(`drop table ${name}`);
}

function shift(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
