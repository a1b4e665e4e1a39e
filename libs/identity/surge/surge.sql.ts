/**
 * In: system ids, streams, evidence, records, joins, samples as JSON texts. One row a stream and ten minutes and
 * evidence; that of the records themselves has none.
 */
export const COUNT_JOINS = {
  name: 'identity.count_joins',
  text: `
    insert into join_count as c (system_id, stream, evidence, at, records, joins, samples)
    select system_id, stream, evidence, date_bin('10 minutes', now(), 'epoch'), records, joins, samples::jsonb
    from unnest($1::smallint[], $2::text[], $3::text[], $4::integer[], $5::integer[], $6::text[])
      as t(system_id, stream, evidence, records, joins, samples)
    order by 1, 2, 3
    on conflict (system_id, stream, evidence, at) do update set records = c.records + excluded.records,
      joins = c.joins + excluded.joins,
      samples = case when jsonb_array_length(c.samples) < 5 then c.samples || excluded.samples else c.samples end`,
};

/**
 * In: fewest joins, fewest records that usual is told by, times of usual. Out: streams whose records of the last half hour
 * joined clients many times as often as before. Three joins are added to those of before: so many may have been missed in
 * as many records (the rule of three, Hanley and Lippman-Hand 1983).
 */
export const FIND_SURGES = {
  name: 'identity.find_surges',
  text: `
    with c as (select *, at >= now() - interval '30 minutes' as recent from join_count),
    records as (
      select system_id, stream, coalesce(sum(records) filter (where recent), 0) as now,
        coalesce(sum(records) filter (where not recent), 0) as before
      from c where evidence = '' group by 1, 2),
    joins as (
      select system_id, stream, evidence, sum(joins) filter (where recent) as now,
        coalesce(sum(joins) filter (where not recent), 0) as before,
        jsonb_path_query_array(jsonb_agg(samples order by at desc) filter (where recent), '$[*][*]') as samples
      from c where evidence <> '' group by 1, 2, 3)
    select j.system_id as "systemId", s.code as system, j.stream, j.evidence, j.now::integer as joins,
      r.now::integer as records, j.before::integer as "usualJoins", r.before::integer as "usualRecords",
      jsonb_path_query_array(j.samples, '$[0 to 19]') as samples
    from joins j join records r using (system_id, stream) join system s on s.id = j.system_id
    where j.now >= $1::integer and r.before >= $2::integer and j.now::float8 / greatest(r.now, 1) >= $3::float8 * (j.before + 3) / r.before`,
};

/**
 * In: id, system, stream, evidence, joins, records, usual joins, usual records, samples. A surge that is open already is
 * brought up to date; one that a person closed while it went on stays closed. Out: whether it is new.
 */
export const OPEN_SURGE = {
  name: 'identity.open_surge',
  text: `
    insert into join_surge as s (id, system_id, stream, evidence, joins, records, usual_joins, usual_records, samples)
    select $1::uuid, $2::smallint, $3::text, $4::text, $5::integer, $6::integer, $7::integer, $8::integer, $9::jsonb
    where not exists (select from join_surge c where (c.system_id, c.stream, c.evidence) = ($2, $3, $4)
      and c.closed_at > now() - interval '40 minutes')
    on conflict (system_id, stream, evidence) where closed_at is null do update set
      joins = greatest(s.joins, excluded.joins), records = case when excluded.joins >= s.joins then excluded.records else s.records end,
      samples = excluded.samples, seen_at = now()
    returning xmax = 0 as fresh`,
};
