import { bilingual } from '#platform';
import { DELIVERY_ID, ORDER_KEY, WANTS } from './wants.sql.js';

// What was picked is changed by an array of ids, not by a join: see docs/adr/adr063-queues-and-their-statistics.md.

/** Fans events out: one delivery per endpoint that wants the event. A disabled endpoint's deliveries wait. Out: counts. */
export const ROUTE = {
  name: 'webhooks.route',
  text: `
    with due as materialized (select seq from event_unrouted order by seq limit 2000 for update skip locked),
    taken as (
      delete from event_unrouted where seq = any(array(select seq from due))
      returning seq, day
    ), d as (
      insert into delivery (id, endpoint_id, event_seq, event_day, order_key)
      select ${DELIVERY_ID}, p.id, e.seq, e.day, ${ORDER_KEY}
      from taken t
        -- offset 0: one index probe an event, never the whole day of events.
        cross join lateral (
          select seq, day, id, type, client_id, subject, data from event where seq = t.seq and day = t.day offset 0) e
        join endpoint p on p.kind <> 'pull' and ${WANTS}
      on conflict do nothing
      returning id
    )
    select (select count(*)::int from taken) as events, (select count(*)::int from d) as deliveries`,
};

/** Whether nothing of its line stands before delivery `q`. One without a line is of a time when no order was asked for. */
const FIRST = `(q.order_key is null or not exists (
  select from delivery b
  where b.endpoint_id = q.endpoint_id and b.order_key = q.order_key and b.event_seq < q.event_seq))`;

/** Lines looked at for one claim: some of those that wait longest, and some from anywhere on, all round. */
const LONGEST_WAITING = 64;
const LINES = 500;

/**
 * Of endpoint `r`, due deliveries that are the first of their line, at most `r.n`. However long a line is, one probe
 * of the index finds its first, and one the next line. When more lines than are looked at cannot go (their first is
 * tried later, or parked), those that can are found by the next claims.
 */
const HEADS = `
  with recursive start as materialized (
    -- Anywhere among ids that are spread evenly: no line is always the last to be looked at.
    select case r.ordering when 'client' then gen_random_uuid()::text else 'client/cli_' || md5(random()::text) end as at
  ), walk as (
    select 1 as n, false as round,
      (select min(order_key) from delivery where endpoint_id = r.id and order_key > (select at from start)) as line
    union all
    select n + 1, round or line is null,
      (select min(order_key) from delivery where endpoint_id = r.id and order_key > coalesce(walk.line, ''))
    from walk
    where n <= ${LINES} and (line is not null or not round) and not (round and line > (select at from start))
  ), first as (
    (select q.id from (
       select * from delivery where endpoint_id = r.id and state = 'ready' and next_at <= now()
       order by next_at limit ${LONGEST_WAITING}) q
     where ${FIRST})
    union
    (select q.id from walk cross join lateral (
       select id, state, next_at from delivery where endpoint_id = r.id and order_key = walk.line order by event_seq limit 1) q
     where walk.line is not null and q.state = 'ready' and q.next_at <= now() limit r.n)
  )
  select id from first limit r.n`;

/**
 * Claims due deliveries of enabled endpoints, each within its own window: four times what it takes at once, two while
 * it fails, one while its breaker is being tried, and no more than its rate allows. Endpoints with a rate, an order or
 * a breaker that is not closed are taken from by one worker at a time.
 * In: $1 endpoint ids with rows held here, $2 how many of each, $3 room in all, $4 worker.
 */
export const CLAIM = {
  name: 'webhooks.claim',
  text: `
    with held as (select * from unnest($1::uuid[], $2::integer[]) as t(id, n)),
    gate as materialized (
      select f.endpoint_id, p.rate, least(greatest(1, p.rate / 5),
          f.tokens + coalesce(p.rate, 0) * extract(epoch from now() - f.refilled_at)) as tokens
      from endpoint_flow f join endpoint p on p.id = f.endpoint_id
      where p.state = 'enabled' and (p.rate is not null or p.ordering <> 'none' or f.breaker <> 'closed')
        and (f.breaker = 'closed' or f.open_until <= now())
      for update of f skip locked
    ), room as materialized (
      select p.id, p.ordering, p.version,
        (f.failures > 0 or f.failing_since is not null or f.breaker <> 'closed') as unwell,
        -- The least served first, so that a batch is not filled by one endpoint, nor by those without an order.
        row_number() over (order by coalesce(h.n, 0), random()) as place,
        least(
          case when f.breaker <> 'closed' then 1 when f.failures > 0 then least(2, p.concurrency)
            else greatest(32, 4 * p.concurrency) end - coalesce(h.n, 0),
          case when p.rate is null then 100000 else floor(g.tokens)::integer end) as n
      from endpoint p join endpoint_flow f on f.endpoint_id = p.id
        left join gate g on g.endpoint_id = p.id
        left join held h on h.id = p.id
      where p.state = 'enabled' and p.kind <> 'pull'
        and (g.endpoint_id is not null or (p.rate is null and p.ordering = 'none' and f.breaker = 'closed'))
    ), due as (
      select d.id, r.place from (select * from room order by place) r
        cross join lateral (
          select q.id from delivery q
          where q.endpoint_id = r.id and q.state = 'ready' and q.next_at <= now()
          order by q.next_at limit r.n for update skip locked) d
      where r.n > 0 and r.ordering = 'none'
      limit $3
    ), heads as (
      select d.id, r.place from (select * from room order by place) r
        cross join lateral (${HEADS}) d
      where r.n > 0 and r.ordering <> 'none'
      limit $3
    ), chosen as (
      select * from due union all select * from heads order by place limit $3
    ), taken as (
      -- A state that no index knows: by the primary key.
      update delivery set state = 'claimed', fence = fence + 1, claimed_by = $4, lease_until = now() + interval '5 minutes'
      where id = any(array(select id from chosen)) and left(state, 5) = 'ready'
      returning id, fence, attempts, endpoint_id, event_seq, event_day
    ), spent as (
      update endpoint_flow f set tokens = case when g.rate is null then 0 else g.tokens - t.n end, refilled_at = now(),
        breaker = case when f.breaker = 'closed' then 'closed' else 'half_open' end,
        -- Tried again when whoever tries it now does not come back.
        open_until = case when f.breaker = 'closed' then null else now() + interval '90 seconds' end
      from gate g join (select endpoint_id, count(*) as n from taken group by 1) t using (endpoint_id)
      where f.endpoint_id = g.endpoint_id
    )
    select t.id, t.fence, t.attempts, t.endpoint_id as "endpointId", r.version as "endpointVersion", r.unwell,
      e.id as "eventId", e.type, e.at, e.subject, e.client_id as "clientId", e.data::text as data
    from taken t join room r on r.id = t.endpoint_id cross join lateral (select * from event where seq = t.event_seq and day = t.event_day offset 0) e`,
};

/**
 * Said before FLUSH, in its transaction: there each row has a result of its own, and a join is needed. Without loops, and
 * without reading what is not claimed, it is one look at each; pair by pair it took seconds, in which still more gathered.
 */
export const PLAN_FLUSH = {
  name: 'webhooks.plan_flush',
  text: `select set_config('enable_nestloop', 'off', true), set_config('enable_seqscan', 'off', true)`,
};

/**
 * Writes results where the fence is still ours, with a row in the attempt log. What has ended moves to the log.
 * In: $1 jsonb array {id, fence, n (null: not tried), state, delay_ms, at, ms, status, error_class, error, body, ip, headers, answer_headers}.
 * Out: id, state and age of what changed.
 */
export const FLUSH = {
  name: 'webhooks.flush',
  text: `
    with r as materialized (
      select * from jsonb_to_recordset($1::jsonb) as t(id uuid, fence integer, n integer, state text, delay_ms bigint,
        at timestamptz, ms integer, status integer, error_class text, error text, body text, ip text, headers jsonb, answer_headers jsonb)
    ), attempt as (
      insert into delivery_attempt (delivery_id, fence, n, at, ms, status, error_class, error, body, ip, headers, answer_headers)
      select id, fence, n, at, ms, status, error_class, error, body, ip, headers, coalesce(answer_headers, '{}') from r where n is not null
      on conflict do nothing
    ), ended as (
      delete from delivery d using r
      where d.id = r.id and d.fence = r.fence and d.state = 'claimed' and r.state in ('delivered', 'failed')
      returning d.id, d.endpoint_id, d.event_seq, d.event_day, d.order_key, r.state, d.fence, d.attempts, d.created_at, r.error
    ), done as (
      insert into delivery_done (id, endpoint_id, event_seq, event_day, order_key, state, fence, attempts, created_at, last_error)
      select id, endpoint_id, event_seq, event_day, order_key, state, fence, attempts + 1, created_at, error from ended
    ), again as (
      update delivery d set state = r.state, attempts = coalesce(r.n, d.attempts),
        last_error = case when r.n is null then d.last_error else r.error end, lease_until = null, claimed_by = null,
        next_at = now() + make_interval(secs => r.delay_ms / 1000.0)
      from r
      where d.id = r.id and d.fence = r.fence and d.state = 'claimed' and r.state in ('ready', 'parked')
      returning d.id, d.endpoint_id, r.state, d.created_at
    )
    select id, endpoint_id as "endpointId", state, extract(epoch from now() - created_at)::float8 as seconds from ended
    union all
    select id, endpoint_id, state, extract(epoch from now() - created_at)::float8 from again`,
};

/**
 * What answers say of their endpoints: failures in a row, since when it fails, the breaker. Five failures in a row as
 * if nobody were there open it, for five seconds and longer with each further one, at most five minutes.
 * In: $1 jsonb array {id, alive, bad, good, failed, pause_ms}: whether anybody answered, failures after that, whether
 * anything was answered well, whether anything failed after that, how long the endpoint asked to be left alone.
 * Out: endpoints that were told of as failing, and are well again.
 */
export const FLOW = {
  name: 'webhooks.flow',
  text: `
    with t as (
      select * from jsonb_to_recordset($1::jsonb) as t(id uuid, alive boolean, bad integer, good boolean, failed boolean, pause_ms bigint)
    ), before as (
      select f.endpoint_id, f.notices, case when t.alive then t.bad else f.failures + t.bad end as failures
      from endpoint_flow f join t on t.id = f.endpoint_id
      order by f.endpoint_id for update of f
    ), after as (
      update endpoint_flow f set
        failures = b.failures,
        failing_since = case when not t.failed then null when t.good then now() else coalesce(f.failing_since, now()) end,
        notices = case when t.good then 0 else f.notices end,
        breaker = case when t.pause_ms > 0 or b.failures >= 5 or (f.breaker = 'half_open' and not t.alive) then 'open'
          when t.alive then 'closed' else f.breaker end,
        open_until = case when t.pause_ms > 0 then now() + make_interval(secs => t.pause_ms / 1000.0)
          when b.failures >= 5 then now() + make_interval(secs => least(300, 5 * power(2, least(6, b.failures - 5))) * (0.75 + random() / 2))
          when f.breaker = 'half_open' and not t.alive then now() + interval '5 seconds'
          when t.alive then null else f.open_until end
      from t, before b where f.endpoint_id = t.id and b.endpoint_id = t.id
      returning f.endpoint_id, f.notices
    )
    select b.endpoint_id as id from before b join after a using (endpoint_id) where b.notices > 0 and a.notices = 0`,
};

/**
 * What stands as claimed by a worker that does not know of it goes again at once: the answer of the claim was lost. What
 * may have been sent goes again too, with the same webhook-id, and that attempt is on record.
 * In: $1 worker, $2 ids it holds, $3 ids it may have sent. Out: ids of what went back.
 */
export const GIVE_BACK = {
  name: 'webhooks.give_back',
  text: `
    with astray as materialized (
      select id from delivery where claimed_by = $1 and state = 'claimed' and id <> all($2::uuid[])
      for update skip locked
    ), back as (
      update delivery set state = 'ready', fence = fence + 1, lease_until = null, claimed_by = null, next_at = now()
      where id = any(array(select id from astray))
      returning id, fence, attempts
    ), told as (
      insert into delivery_attempt (delivery_id, fence, n, at, ms, error_class, error)
      select id, fence - 1, attempts + 1, now(), 0, 'lost', '${bilingual('its result could not be recorded; it may have been sent', '结果未能记录，可能已发送')}'
      from back where id = any($3::uuid[])
      on conflict do nothing
    )
    select id from back`,
};

/** What dead workers hold goes again, with the same webhook-id; the attempt that may have been made is on record. */
export const SWEEP = {
  name: 'webhooks.sweep',
  text: `
    with lost as materialized (
      select d.id from delivery d
      where d.state = 'claimed' and (d.lease_until < now()
        or not exists (select from worker w where w.id = d.claimed_by and w.beat_at > now() - interval '3 seconds'))
      for update skip locked
    ), back as (
      update delivery set state = 'ready', fence = fence + 1, lease_until = null, claimed_by = null, next_at = now()
      where id = any(array(select id from lost))
      returning id, fence, attempts
    )
    insert into delivery_attempt (delivery_id, fence, n, at, ms, error_class, error)
    select id, fence - 1, attempts + 1, now(), 0, 'lost', '${bilingual('the worker that had it ended; it may have been sent', '负责发送的进程已终止，可能已发送')}' from back
    on conflict do nothing
    returning delivery_id`,
};
