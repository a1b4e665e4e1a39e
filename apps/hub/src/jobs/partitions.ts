import { Database } from '#platform';

/** Tables that are partitioned by the day of writing. */
const DAILY = ['inbox_record', 'event', 'delivery_attempt'];
const DAYS_AHEAD = 7;

/** Makes the partitions of today and the next seven days. A day without one goes to the default partition. */
export async function ensurePartitions(db: Database): Promise<void> {
  const [now] = await db.query<{ today: string }>("select (now() at time zone 'UTC')::date as today");
  for (const table of DAILY)
    for (let i = 0; i <= DAYS_AHEAD; i++) {
      const day = shift(now!.today, i);
      await db.query(
        `create table if not exists ${table}_${day.replaceAll('-', '_')} partition of ${table} for values from ('${day}') to ('${shift(day, 1)}')`,
      );
    }
}

/** Retention is dropping whole days: it costs nothing however much they held. */
export async function dropPartitions(db: Database, table: string, keepDays: number): Promise<void> {
  const rows = await db.query<{ name: string }>(
    `select c.relname as name from pg_inherits h join pg_class c on c.oid = h.inhrelid
     where h.inhparent = $1::regclass and c.relname ~ '_\\d{4}_\\d{2}_\\d{2}$'
       and to_date(right(c.relname, 10), 'YYYY_MM_DD') < (now() at time zone 'UTC')::date - $2::integer`,
    [table, keepDays],
  );
  for (const { name } of rows) await db.query(`drop table ${name}`);
}

function shift(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
