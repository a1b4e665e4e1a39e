/** Out: what stands blocked, as profiles hold it. */
export const SELECT_BLOCKED = {
  name: 'identity.select_blocked',
  text: 'select slot, value from blocked_value where unblocked_at is null order by slot, value',
};

/** In: id, slot, value, how it is shown, reason, who. Out: the row, unless the value stands blocked already. */
export const INSERT_BLOCKED = {
  name: 'identity.insert_blocked',
  text: `
    insert into blocked_value (id, slot, value, shown, reason, blocked_by) values ($1, $2, $3, $4, $5, $6)
    on conflict (slot, value) where unblocked_at is null do nothing
    returning id`,
};

/** In: id, reason, who. Out: the value, when it stood blocked until now. */
export const END_BLOCKED = {
  name: 'identity.end_blocked',
  text: `
    update blocked_value set unblocked_at = now(), unblock_reason = $2, unblocked_by = $3
    where id = $1 and unblocked_at is null returning value`,
};

/** In: a value as a JSON text. Out: the identities whose profile holds it. Reads all profiles: 1 s for a million. */
export const SELECT_STATING = {
  name: 'identity.select_stating',
  text: 'select identity_id as id from match_profile where position($1 in features::text) > 0 order by identity_id',
};
