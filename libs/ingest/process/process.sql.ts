/**
 * The oldest batches not yet applied, in order: live ones if there are any, else history. What happens now does not
 * wait behind a backfill. In: how many records, at most (at least one batch is taken).
 */
export const TAKE_BATCHES = {
  name: 'inbox.take',
  text: `
    with live as (select * from inbox_batch where done_at is null and origin = 'live' order by id limit 500),
    history as (
      select * from inbox_batch where done_at is null and origin <> 'live' and not exists (select from live)
      order by id limit 500)
    select id, system_id, origin, received_on, received_at, read, quarantined, unchanged
    from (select b.*, sum(read) over (order by id) - read as before from (table live union all table history) b) t
    where before < $1
    order by id`,
};

/**
 * The records of batches, in the order in which they were received. In: batch ids, the first and last id of their
 * records, days of their partitions.
 *
 * Unnamed on purpose: a plan made once, when the table was small, reads the whole table when it is large.
 */
export const LOAD_RECORDS = {
  text: `
    select r.id, r.stream, r.key, r.op, r.occurred_at, r.data
    from inbox_record r
    where r.id between $2 and $3 and r.received_on between $4::date and $5::date and r.id >> 16 = any($1::bigint[])
    order by r.id`,
};

/** In: ids of replay batches. Out: the records they apply again, with the batch. */
export const LOAD_REPLAYED = {
  name: 'inbox.load_replayed',
  text: `
    select p.batch_id, r.id, r.stream, r.key, r.op, r.occurred_at, r.data
    from inbox_replay p join inbox_record r on r.id = p.record_id and r.received_on = p.received_on
    where p.batch_id = any($1::bigint[])
    order by p.batch_id, r.id`,
};

/**
 * In: batch ids and what became of their records. The table's own check refuses counts that do not add up. The counts
 * of the day grow with them, so that a screen need not add up batches.
 */
export const FINISH_BATCHES = {
  name: 'inbox.finish',
  text: `
    with done as (
      update inbox_batch b set
        applied = b.applied + t.applied, unchanged = b.unchanged + t.unchanged,
        quarantined = b.quarantined + t.quarantined, skipped = b.skipped + t.skipped, done_at = now()
      from jsonb_to_recordset($1::jsonb) as t(id bigint, applied integer, unchanged integer, quarantined integer, skipped integer)
      where b.id = t.id
      returning b.*
    )
    insert into inbox_day as d (system_id, day, read, applied, unchanged, quarantined, skipped)
    select system_id, received_on, sum(read), sum(applied), sum(unchanged), sum(quarantined), sum(skipped) from done group by 1, 2
    on conflict (system_id, day) do update set read = d.read + excluded.read, applied = d.applied + excluded.applied,
      unchanged = d.unchanged + excluded.unchanged, quarantined = d.quarantined + excluded.quarantined, skipped = d.skipped + excluded.skipped`,
};

/** In: quarantined records. */
export const QUARANTINE_RECORDS = {
  name: 'inbox.quarantine',
  text: `
    insert into quarantine (id, batch_id, record_id, received_on, system_id, stream, key, field, reason, raw, mapping_version)
    select id, batch_id, record_id, received_on, system_id, stream, key, field, reason, convert_to(raw, 'UTF8'), mapping_version
    from jsonb_to_recordset($1::jsonb) as t(id uuid, batch_id bigint, record_id bigint, received_on date, system_id smallint,
      stream text, key text, field text, reason text, raw text, mapping_version integer)`,
};
