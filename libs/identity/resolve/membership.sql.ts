/** In: ids and founders. A client that an earlier merge had redirected becomes itself again. */
export const RAISE_CLIENTS = {
  name: 'identity.raise_clients',
  text: `
    insert into client as c (id, founder)
    select * from unnest($1::uuid[], $2::text[])
    on conflict (id) do update set merged_into = null where c.merged_into is not null`,
};

/** In: pairs (identity, client). */
export const MOVE_IDENTITIES = {
  name: 'identity.move',
  text: `
    update source_identity i set client_id = t.client_id
    from unnest($1::bigint[], $2::uuid[]) as t(id, client_id)
    where i.id = t.id`,
};

/**
 * In: pairs (client, what it means now). Such a row keeps nothing but its redirect; ids that never were clients are left
 * out. What it was is computed anew when it comes back.
 */
export const REDIRECT_CLIENTS = {
  name: 'identity.redirect',
  text: `
    update client c set merged_into = t.into_id, hash = null, updated_at = now(),
      kind = null, name = null, name_latin = null, id_document_type = null, id_document = null, birth_date = null,
      gender = null, occupation = null, phones = '{}', emails = '{}', address = null, status = 'prospect', tier = null,
      risk_level = null, branch = null, manager = null, opened = null, attributes = '{}', lineage = '{}'
    from unnest($1::uuid[], $2::uuid[]) as t(id, into_id)
    where c.id = t.id and c.merged_into is distinct from t.into_id`,
};

/** In: kinds, from, into, cause. */
export const INSERT_HISTORY = {
  name: 'identity.insert_history',
  text: `
    insert into identity_history (kind, from_id, into_id, cause)
    select kind, from_id, into_id, $4 from unnest($1::text[], $2::uuid[], $3::uuid[]) as t(kind, from_id, into_id)`,
};
