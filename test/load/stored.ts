import type { PostgresConnection } from '#platform';
import type { Site } from './site.js';

const PER_BATCH = 1000;
const BATCHES_AT_ONCE = 500;
const DAYS = 10;

/**
 * Fills an inbox as the same events of the last ten days would have: batches, records and the dedupe ledger, in their
 * partitions and indexes, applied long ago. Straight by SQL: ten million in a few minutes.
 */
export async function fillInbox(site: Site, database: PostgresConnection, system: string, rows: number): Promise<void> {
  await site.withDatabase(database, async (db) => {
    const { rows: found } = await db.query<{ id: number; today: string }>(
      "select id, ((now() at time zone 'UTC')::date)::text as today from system where code = $1",
      [system],
    );
    const { id, today } = found[0]!;
    for (let day = 1; day < DAYS; day++) await db.query(partition(today, day));
    const batches = Math.ceil(rows / PER_BATCH);
    for (let first = 0; first < batches; first += BATCHES_AT_ONCE)
      await db.query(FILL, [first, Math.min(batches, first + BATCHES_AT_ONCE) - 1, id, DAYS]);
    await db.query("select setval('inbox_batch_block', (select (max(id) / 256 + 2) * 256 from inbox_batch))");
    // What a database that has been running has behind it.
    for (const table of ['inbox_batch', 'inbox_record', 'inbox_seen']) await db.query(`vacuum analyze ${table}`);
    await db.query('checkpoint');
  });
}

function partition(today: string, daysAgo: number): string {
  const at = (n: number) => new Date(Date.parse(`${today}T00:00:00Z`) - n * 86_400_000).toISOString().slice(0, 10);
  const [from, to] = [at(daysAgo), at(daysAgo - 1)];
  return `create table if not exists inbox_record_${from.replaceAll('-', '_')} partition of inbox_record for values from ('${from}') to ('${to}')`;
}

/**
 * In: first and last number of the batches, system, days to spread them over, oldest first. Ids as the Segment SDKs
 * make them: the time, then something random.
 */
const FILL = `
  with b as (
    select 1000 + n as id, (now() at time zone 'UTC')::date - ($4::integer - 1 - n % $4::integer) as day
    from generate_series($1::bigint, $2::bigint) as n
  ), batch as (
    insert into inbox_batch (id, system_id, origin, actor, received_at, received_on, read, applied, done_at)
    select id, $3, 'live', 'webhook:web', day, day, ${PER_BATCH}, ${PER_BATCH}, day from b
  ), r as (
    select b.day, b.id * 65536 + i as id,
      'ajs-next-' || (1700000000000 + b.id * ${PER_BATCH} + i) || '-' || md5((b.id * ${PER_BATCH} + i)::text) as key
    from b, generate_series(0, ${PER_BATCH - 1}) as i
  ), seen as (
    insert into inbox_seen (system_id, dedupe_id, seen_on) select $3, 'events:' || key, day from r
  )
  insert into inbox_record (id, received_on, stream, key, op, dedupe_id, occurred_at, data)
  select id, day, 'events', key, 'event', 'events:' || key, day,
    '{"type":"track","event":"Feature Used","messageId":"' || key || '","userId":"u1","properties":{"pad":"' || repeat('x', 780) || '"}}'
  from r`;
