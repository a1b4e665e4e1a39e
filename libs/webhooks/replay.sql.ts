import { DELIVERY_ID, ORDER_KEY, WANTS } from './wants.sql.js';

/**
 * Deliveries that never came to be: events since a time that the endpoint wants and has no delivery of.
 * In: $1 endpoint, $2 since, $3 until, $4 at most, $5 whether to make them. Out: how many, and where to go on.
 */
export const REPLAY_MISSING = `
  with missing as (
    select e.* from endpoint p cross join lateral (
      select e.seq, e.day, e.id, e.type, e.client_id, e.subject, e.data, e.at from event e
      where e.at >= $2 and e.at < $3 and e.day >= ($2::timestamptz at time zone 'UTC')::date - 1 and e.origin = 'live'
        and not exists (select from event_unrouted u where u.seq = e.seq)
        and ${WANTS}
        and not exists (select from delivery d where d.id = ${DELIVERY_ID})
        and not exists (select from delivery d where d.endpoint_id = p.id and d.event_seq = e.seq)
        and not exists (select from delivery_done d where d.id = ${DELIVERY_ID} and d.event_day = e.day)
      order by e.at, e.seq limit $4) e
    where p.id = $1 and p.kind <> 'pull'
  ), made as (
    insert into delivery (id, endpoint_id, event_seq, event_day, order_key)
    select ${DELIVERY_ID}, p.id, e.seq, e.day, ${ORDER_KEY} from missing e, endpoint p where p.id = $1 and $5::boolean
    on conflict do nothing
    returning id
  )
  select (select count(*)::int from missing) as found, (select count(*)::int from made) as made,
    (select max(at) from missing) as "upTo"`;

/** One delivery of one event to one endpoint, whatever its filters. In: $1 event id, $2 event seq, $3 endpoint. Out: id. */
export const DELIVER_TO_ONE = `
  insert into delivery (id, endpoint_id, event_seq, event_day)
  select ${DELIVERY_ID}, p.id, e.seq, e.day from event e, endpoint p where e.id = $1 and e.seq = $2 and p.id = $3
  returning id`;

/**
 * The feed of one endpoint, for those who fetch it. It stops before the oldest transaction still open, so that nothing
 * that commits late is missed. In: $1 endpoint, $2 and $3 place (tx, seq), $4 at most. Out: events with their places.
 */
export const PULL = `
  select e.tx::text as tx, e.seq, e.id as "eventId", e.type, e.at, e.subject, e.client_id as "clientId", e.data::text as data
  from endpoint p cross join lateral (
    select e.* from event e
    where (e.tx, e.seq) > ($2::xid8, $3::bigint) and e.tx < pg_snapshot_xmin(pg_current_snapshot()) and e.origin = 'live'
      and ${WANTS}
    order by e.tx, e.seq limit $4) e
  where p.id = $1`;
