/**
 * Stores batches with their records in one statement, which is one commit.
 *
 * In: $1 batches {id, system_id, origin, actor, read, quarantined}, $2 records {id, system_id, stream, key, op,
 * dedupe_id, occurred_at, at, bytes}, $3 the data of all records, UTF-8, one after the other: `at` (from 1) and `bytes`
 * say where each stands, $4 what could not become a record {id, batch_id, system_id, stream, key, reason, raw
 * (base64)}. Records are distinct by (system_id, dedupe_id) within the call.
 * Out: per batch, how many of its records are new.
 *
 * The data goes beside the JSON as bytes: neither side escapes and unescapes it, and only rows that are new are cut
 * out. `json` and not `jsonb`: what is read once need not be built as a tree first.
 */
export const STORE_BATCHES = {
  name: 'inbox.store',
  text: `
    with today as (select (now() at time zone 'UTC')::date as day),
    b as (
      select * from json_to_recordset($1::json)
        as t(id bigint, system_id smallint, origin text, actor text, read integer, quarantined integer)
    ), r as (
      select * from json_to_recordset($2::json)
        as t(id bigint, system_id smallint, stream text, key text, op text, dedupe_id text, occurred_at timestamptz,
          at integer, bytes integer)
    ), q as (
      insert into quarantine (id, batch_id, system_id, stream, key, field, reason, raw)
      select id, batch_id, system_id, stream, key, 'record', reason, decode(raw, 'base64')
      from json_to_recordset($4::json)
        as t(id uuid, batch_id bigint, system_id smallint, stream text, key text, reason text, raw text)
    ), fresh as (
      insert into inbox_seen (system_id, dedupe_id, seen_on)
      select system_id, dedupe_id, day from r, today
      on conflict do nothing
      returning system_id, dedupe_id
    ), kept as (
      insert into inbox_record (id, received_on, stream, key, op, dedupe_id, occurred_at, data)
      select r.id, today.day, r.stream, r.key, r.op, r.dedupe_id, r.occurred_at,
        convert_from(substr($3::bytea, r.at, r.bytes), 'UTF8')
      from r join fresh using (system_id, dedupe_id), today
      returning id >> 16 as batch_id
    ), n as (select batch_id, count(*)::integer as fresh from kept group by 1)
    insert into inbox_batch (id, system_id, origin, actor, received_on, read, quarantined, unchanged)
    select b.id, b.system_id, b.origin, b.actor, today.day, b.read, b.quarantined, b.read - b.quarantined - coalesce(n.fresh, 0)
    from b cross join today left join n on n.batch_id = b.id
    returning id, read - quarantined - unchanged as fresh`,
};

/**
 * Moves a stream on, if nobody else has. In: system, stream, state, expected version, rows done, rows expected,
 * caught up, whether records came. Out: the new position, or no row when the version has moved.
 */
export const ADVANCE_STREAM = {
  name: 'inbox.advance_stream',
  text: `
    update stream set
      state = $3::jsonb, state_version = state_version + 1,
      rows_done = coalesce($5, rows_done), rows_expected = coalesce($6, rows_expected),
      started_at = coalesce(started_at, now()),
      phase = case when $7 then 'live' else phase end,
      caught_up_at = case when $7 then coalesce(caught_up_at, now()) else caught_up_at end,
      last_good_at = now(), last_record_at = case when $8 then now() else last_record_at end, error = null
    where system_id = $1 and name = $2 and state_version = $4
    returning state, state_version, phase`,
};

/** How many records of history wait to be applied, if a worker lives that could apply them; 0 otherwise. */
export const HISTORY_WAITING = {
  name: 'inbox.history_waiting',
  text: `
    select coalesce(sum(read), 0)::integer as n from inbox_batch
    where done_at is null and origin <> 'live' and exists (select from worker where beat_at > now() - interval '3 seconds')`,
};
