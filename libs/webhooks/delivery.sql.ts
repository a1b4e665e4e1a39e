/**
 * Fans events out: one delivery per endpoint that wants the type. A disabled endpoint's deliveries wait.
 * Out: how many events were routed.
 */
export const ROUTE = {
  name: 'webhooks.route',
  text: `
    with due as materialized (select seq from event_unrouted order by seq limit 1000 for update skip locked),
    taken as (
      delete from event_unrouted u using due where u.seq = due.seq
      returning u.seq, u.day
    ), d as (
      insert into delivery (id, endpoint_id, event_seq, event_day)
      select gen_random_uuid(), p.id, e.seq, e.day
      from taken t
        -- offset 0: one index probe an event, never the whole day of events.
        cross join lateral (select seq, day, type from event where seq = t.seq and day = t.day offset 0) e
        join endpoint p on cardinality(p.types) = 0
          or exists (select from unnest(p.types) as w(type) where e.type = w.type or (w.type like '%*' and starts_with(e.type, rtrim(w.type, '*'))))
      on conflict do nothing
      returning id
    )
    select (select count(*)::int from taken) as events, (select count(*)::int from d) as deliveries`,
};

/**
 * Claims due deliveries of enabled endpoints, each within its own window.
 * In: $1 endpoint ids under way, $2 how many of each, $3 room in all, $4 worker.
 */
export const CLAIM = {
  name: 'webhooks.claim',
  text: `
    with busy as (select * from unnest($1::uuid[], $2::integer[]) as t(id, n)),
    due as (
      select d.id from endpoint p left join busy b on b.id = p.id
        cross join lateral (
          select id from delivery
          where endpoint_id = p.id and state = 'ready' and next_at <= now()
          order by next_at, id limit greatest(0, p.concurrency - coalesce(b.n, 0)) for update skip locked) d
      where p.state = 'enabled'
      limit $3
    ), taken as (
      update delivery d set state = 'claimed', fence = fence + 1, attempts = attempts + 1, claimed_by = $4,
        lease_until = now() + interval '2 minutes'
      from due where d.id = due.id
      returning d.*
    )
    select t.id, t.fence, t.attempts, t.endpoint_id as "endpointId", p.url, p.timeout_ms as "timeoutMs", p.version as "endpointVersion",
      e.id as "eventId", e.type, e.at, e.subject, e.client_id as "clientId", e.data
    from taken t join endpoint p on p.id = t.endpoint_id
      cross join lateral (select * from event where seq = t.event_seq and day = t.event_day offset 0) e`,
};

/** Writes results where the fence is still ours, with a row in the attempt log. Out: what was delivered or given up. */
export const FLUSH = {
  name: 'webhooks.flush',
  text: `
    with r as (
      select * from jsonb_to_recordset($1::jsonb) as t(id uuid, fence integer, n integer, state text, delay_ms bigint,
        at timestamptz, ms integer, status integer, error_class text, error text, body text)
    ), a as (
      insert into delivery_attempt (delivery_id, fence, n, at, ms, status, error_class, error, body)
      select id, fence, n, at, ms, status, error_class, error, body from r
      on conflict do nothing
    )
    update delivery d set state = r.state, next_at = now() + make_interval(secs => r.delay_ms / 1000.0), lease_until = null,
      claimed_by = null, delivered_at = case when r.state = 'delivered' then now() end, last_error = r.error
    from r where d.id = r.id and d.fence = r.fence and d.state = 'claimed'
    returning d.id, d.endpoint_id as "endpointId", d.state, extract(epoch from now() - d.created_at)::float8 as seconds`,
};

/** What dead workers hold goes again, with the same webhook-id. */
export const SWEEP = {
  name: 'webhooks.sweep',
  text: `
    with lost as materialized (
      select d.id from delivery d
      where d.state = 'claimed' and (d.lease_until < now()
        or not exists (select from worker w where w.id = d.claimed_by and w.beat_at > now() - interval '3 seconds'))
      for update skip locked)
    update delivery d set state = 'ready', fence = fence + 1, lease_until = null, claimed_by = null, next_at = now()
    from lost where d.id = lost.id
    returning d.id`,
};
