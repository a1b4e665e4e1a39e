import type { Database } from '#platform';
import { type Day, partitionsBefore } from './partitions.js';

/** How long what grows is kept, in days. */
export interface KeepDays {
  /** Raw records, the batches they came in, quarantined records that were dealt with, outcomes of unknown actions. */
  readonly inbox: number;
  /** Ids of records, by which a repeat is known. */
  readonly dedupe: number;
  /** Events. */
  readonly events: number;
  /** Attempts and outcomes of actions, except those that prove what an action came to. */
  readonly ledger: number;
  /** Pins that ended. */
  readonly pins: number;
  /** Facts, daily measures and asset snapshots. */
  readonly facts: number;
}

const ROWS_AT_ONCE = 5000;

/**
 * Removes what is older than it is to be kept: whole partitions where there are some, else a few thousand rows at a
 * time, so that nobody waits. May be cut off anywhere; one process at a time does it.
 *
 * What stays whatever its age: a record that stands open in quarantine, a batch that is not finished, an event that is
 * not delivered, a pin that stands, and of every action its row, its last attempt and the outcome that it shows.
 */
export async function retain(db: Database, keep: KeepDays): Promise<void> {
  await dropRecords(db, keep.inbox);
  await dropEvents(db, keep.events);
  await dropFacts(db, keep.facts);
  const before = (days: number) => [days];
  await remove(db, 'inbox_batch', BATCHES, before(keep.inbox));
  await remove(db, 'quarantine', "state <> 'open' and resolved_at < now() - make_interval(days => $1)", [keep.inbox]);
  await remove(db, 'outcome', 'action_id is null and received_at < now() - make_interval(days => $1)', [keep.inbox]);
  // A repeat of a record that is still held must always be known.
  await remove(db, 'inbox_seen', `seen_on < ${day('$1')}`, before(Math.max(keep.dedupe, keep.inbox)));
  await remove(db, 'action_attempt', ATTEMPTS, before(keep.ledger));
  await remove(db, 'outcome', OUTCOMES, before(keep.ledger));
  await remove(db, 'field_pin', 'ended_at < now() - make_interval(days => $1)', before(keep.pins));
  await remove(db, 'measure_day', `day < ${day('$1')}`, before(keep.facts));
  await remove(db, 'asset_day', `day < ${day('$1')}`, before(keep.facts));
}

const day = (days: string) => `(now() at time zone 'UTC')::date - ${days}::integer`;

/** The last batch of a system stays: it says when the system was heard. */
const BATCHES = `done_at is not null and received_on < ${day('$1')}
  and exists (select from inbox_batch later where later.system_id = t.system_id and later.received_at > t.received_at)
  and not exists (select from inbox_replay p where p.batch_id = t.id)`;

const ATTEMPTS = `ended_at < now() - make_interval(days => $1)
  and exists (select from action_attempt later where later.action_id = t.action_id and later.fence > t.fence)`;

const OUTCOMES = `received_at < now() - make_interval(days => $1) and action_id is not null
  and not exists (select from action a where a.id = t.action_id and a.outcome = t.kind and a.outcome_at = t.occurred_at)`;

/** Deletes rows of `table` (as `t`) for which `where` holds, a few at a time. */
async function remove(db: Database, table: string, where: string, values: readonly unknown[]): Promise<void> {
  for (;;) {
    const gone = await db.query(
      `delete from ${table} where ctid = any(array(select ctid from ${table} t where ${where} limit ${ROWS_AT_ONCE})) returning 1`,
      values,
    );
    if (gone.length < ROWS_AT_ONCE) return;
  }
}

/** Days of raw records; those that stand open in quarantine, or are being replayed, move to the default partition. */
async function dropRecords(db: Database, days: number): Promise<void> {
  const wanted = `select record_id from quarantine where state = 'open' and record_id is not null
    union all select p.record_id from inbox_replay p join inbox_batch b on b.id = p.batch_id where b.done_at is null`;
  for (const { name } of await partitionsBefore(db, 'inbox_record', days))
    await db.tx(async (tx) => {
      await tx.query(`alter table inbox_record detach partition ${name}`);
      await tx.query(`insert into inbox_record select * from ${name} where id in (${wanted})`);
      await tx.query(`drop table ${name}`);
    });
  await remove(db, 'inbox_record_default', `received_on < ${day('$1')} and id not in (${wanted})`, [days]);
}

/** Days of events that nobody still has to be told of. */
async function dropEvents(db: Database, days: number): Promise<void> {
  const needed = new Set(
    (
      await db.query<{ day: string }>(
        `select distinct day from event_unrouted union select distinct event_day from delivery`,
      )
    ).map((r) => r.day),
  );
  const idle = (d: Day) => !needed.has(d.day);
  for (const { name } of (await partitionsBefore(db, 'event', days)).filter(idle)) await db.query(`drop table ${name}`);
  await remove(db, 'event_default', `day < ${day('$1')} and day <> all($2::date[])`, [days, [...needed]]);
}

/** Months of facts that have wholly passed. */
async function dropFacts(db: Database, days: number): Promise<void> {
  const months = await db.query<{ name: string }>(
    `select c.relname as name from pg_inherits h join pg_class c on c.oid = h.inhrelid
     where h.inhparent = 'fact'::regclass and c.relname ~ '^fact_\\d{4}_\\d{2}$'
       and to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month' <= ${day('$1')}`,
    [days],
  );
  for (const { name } of months) await db.query(`drop table ${name}`);
  await remove(db, 'fact_default', `occurred_at < ${day('$1')}`, [days]);
}
