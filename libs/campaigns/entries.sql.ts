/**
 * Takes the oldest entries of segments, at most 500. Out: segment, client, when it entered.
 * By an array, not by a join: docs/adr/adr063-queues-and-their-statistics.md.
 */
export const TAKE_ENTRIES = {
  text: `
    with due as materialized (select id from segment_entry order by id limit 500 for update skip locked),
    e as (
      delete from segment_entry where id = any(array(select id from due))
      returning segment_id, client_id, entered_at
    )
    select s.code as segment, e.client_id, e.entered_at from e join segment s on s.id = e.segment_id`,
};
