/** A pin with its identity; of two that stand for one field of a client the newer wins. */
const PIN = `select p.id, p.field, p.fields, p.reason, p.pinned_by as "pinnedBy", p.pinned_at as "pinnedAt",
      p.expires_at as "expiresAt", p.ended_at as "endedAt", p.end_cause as "endCause", p.ended_by as "endedBy",
      p.end_reason as "endReason", i.type, i.key,
      p.ended_at is null and not exists (
        select from source_identity j join field_pin q on q.identity_id = j.id
        where j.client_id = i.client_id and q.field = p.field and q.ended_at is null
          and (q.pinned_at, q.id) > (p.pinned_at, p.id)) as wins`;

/**
 * In: a client id, which may have been merged. Out: the client that it means, its version, and the identity that founded
 * it: what people say about the client hangs on that.
 */
export const SELECT_FOUNDER = {
  name: 'clients.select_founder',
  text: `
    select n.id as "clientId", n.version, i.id as "identityId"
    from client c
      join client n on n.id = coalesce(c.merged_into, c.id)
      join lateral (
        select id from source_identity where client_id = n.id
        order by (type || ':' || key = substr(n.founder, 4)) desc, type, key limit 1) i on true
    where c.id = $1`,
};

/** In: identity, field, when, by whom. The pin that stood there is replaced by one that follows. */
export const REPLACE_PIN = {
  name: 'clients.replace_pin',
  text: `
    update field_pin set ended_at = $3, end_cause = 'replaced', ended_by = $4
    where identity_id = $1 and field = $2 and ended_at is null`,
};

/** In: a pin. */
export const INSERT_PIN = {
  name: 'clients.insert_pin',
  text: `
    insert into field_pin (id, identity_id, field, fields, reason, pinned_by, pinned_at, expires_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8)`,
};

/** In: a pin, when, by whom, why. */
export const REMOVE_PIN = {
  name: 'clients.remove_pin',
  text: `
    update field_pin set ended_at = $2, end_cause = 'removed', ended_by = $3, end_reason = $4
    where id = $1 and ended_at is null`,
};

/** In: a time. Out: a row when some pin has expired by then. */
export const FIND_DUE_PIN = {
  name: 'clients.find_due_pin',
  text: 'select 1 from field_pin where ended_at is null and expires_at is not null and expires_at <= $1 limit 1',
};

/** In: a time, and how many at most. Out: the pins that expired by then and are ended now, with their clients. */
export const EXPIRE_PINS = {
  name: 'clients.expire_pins',
  text: `
    update field_pin p set ended_at = $1, end_cause = 'expired'
    from source_identity i
    where p.id = any(array(
        select id from field_pin where ended_at is null and expires_at is not null and expires_at <= $1
        order by expires_at limit $2))
      and i.id = p.identity_id
    returning p.id, p.field, i.client_id as "clientId"`,
};

/**
 * In: client, after which pin, ended ones too?, how many. Out: pins that hang on identities of the client, newest first;
 * of two that stand for one field the newer wins.
 */
export const LIST_PINS = {
  name: 'clients.list_pins',
  text: `
    ${PIN}
    from source_identity i join field_pin p on p.identity_id = i.id
    where i.client_id = $1 and ($2::uuid is null or p.id < $2) and ($3 or p.ended_at is null)
    order by p.id desc limit $4`,
};

/** In: client, pin. Out: the pin as `LIST_PINS` gives it; no row when it does not hang on an identity of the client. */
export const SELECT_PIN = {
  name: 'clients.select_pin',
  text: `
    ${PIN}
    from field_pin p join source_identity i on i.id = p.identity_id
    where p.id = $2 and i.client_id = $1`,
};
