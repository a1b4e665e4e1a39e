/** Whether endpoint `p` wants event `e`. Only endpoints that name them hear of operational events. */
export const WANTS = `
  (case when cardinality(p.types) = 0 then not (starts_with(e.type, 'endpoint.') or starts_with(e.type, 'delivery.'))
    else exists (select from unnest(p.types) as w(type)
      where e.type = w.type or (right(w.type, 1) = '*' and starts_with(e.type, rtrim(w.type, '*')))) end)
  and (cardinality(p.branches) = 0
    or exists (select from client c where c.id = e.client_id and c.branch = any(p.branches)))
  and (cardinality(p.campaigns) = 0 or e.data ->> 'campaign' = any(p.campaigns))
  and (cardinality(p.segments) = 0 or e.data ->> 'segment' = any(p.segments)
    or (not e.data ? 'segment' and exists (
      select from segment_member m join segment s on s.id = m.segment_id
      where m.client_id = e.client_id and s.code = any(p.segments))))`;

/**
 * The id of a delivery follows from event and endpoint: made again after a loss, it is the same message to the
 * receiver. It begins with the event's, so that deliveries sort as their events do (and keeps the form of UUIDv7).
 */
export const DELIVERY_ID = `(left(e.id::text, 19) || 'a' || left(md5(e.id::text || p.id::text), 3) || '-' || substr(md5(e.id::text || p.id::text), 4, 12))::uuid`;

/** What goes one after the other. */
export const ORDER_KEY = `case p.ordering when 'client' then coalesce(e.client_id::text, e.subject) when 'subject' then e.subject end`;
