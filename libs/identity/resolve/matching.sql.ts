/** In: identity ids. Out: their stored profiles; identities that nothing is known of have none. */
export const SELECT_PROFILES = {
  name: 'identity.select_profiles',
  text: `
    select identity_id as id, features, keys from match_profile where identity_id = any($1::bigint[])`,
};

/** In: ids, features as JSON texts, keys as array texts. */
export const UPSERT_PROFILES = {
  name: 'identity.upsert_profiles',
  text: `
    insert into match_profile (identity_id, features, keys)
    select id, features::json, keys::bigint[] from unnest($1::bigint[], $2::text[], $3::text[]) as t(id, features, keys)
    on conflict (identity_id) do update set features = excluded.features, keys = excluded.keys`,
};

/** In: ids of identities that nothing is known of any more. */
export const DELETE_PROFILES = {
  name: 'identity.delete_profiles',
  text: 'delete from match_profile where identity_id = any($1::bigint[])',
};

/** In: pairs (key, identity). */
export const INSERT_KEYS = {
  name: 'identity.insert_keys',
  text: `
    insert into block_key (key, identity_id) select * from unnest($1::bigint[], $2::bigint[]) on conflict do nothing`,
};

/** In: pairs (key, identity). */
export const DELETE_KEYS = {
  name: 'identity.delete_keys',
  text: `
    delete from block_key k using unnest($1::bigint[], $2::bigint[]) as t(key, identity_id)
    where (k.key, k.identity_id) = (t.key, t.identity_id)`,
};

/**
 * In: keys, and how many identities of each are wanted at most. Out: the identities of each key that has any. In order,
 * so that the index is read whatever a plan was made with: docs/adr/adr063-queues-and-their-statistics.md.
 */
export const SELECT_MEMBERS = {
  name: 'identity.select_members',
  text: `
    select t.key, m.members
    from unnest($1::bigint[], $2::integer[]) as t(key, most)
      cross join lateral (
        select array(select identity_id from block_key where key = t.key order by identity_id limit t.most) as members
        offset 0 -- Once a key, not once for the answer and once for the condition.
      ) m
    where m.members <> '{}'`,
};

/** In: identity ids. Out: the scored edges at them. */
export const SELECT_MATCHES = {
  name: 'identity.select_matches',
  text: `
    select e.a, e.b, e.bits from unnest($1::bigint[]) as t(id) join match_edge e on e.a = t.id
    union
    select e.a, e.b, e.bits from unnest($1::bigint[]) as t(id) join match_edge e on e.b = t.id`,
};

/** In: edges as arrays (a, b, bits), a < b. */
export const UPSERT_MATCHES = {
  name: 'identity.upsert_matches',
  text: `
    insert into match_edge (a, b, bits) select * from unnest($1::bigint[], $2::bigint[], $3::double precision[])
    on conflict (a, b) do update set bits = excluded.bits`,
};

/** In: pairs (a, b). */
export const DELETE_MATCHES = {
  name: 'identity.delete_matches',
  text: `
    delete from match_edge e using unnest($1::bigint[], $2::bigint[]) as t(a, b) where (e.a, e.b) = (t.a, t.b)`,
};

/** In: identity ids. Out: every edge at one of them, stated (bits null) and scored; one with both ends here comes twice. */
export const SELECT_NEIGHBOURS = {
  name: 'identity.select_neighbours',
  text: `
    with t as (select unnest($1::bigint[]) as id)
    select e.a, e.b, null::double precision as bits from t join identity_edge e on e.a = t.id
    union all
    select e.a, e.b, null from t join identity_edge e on e.b = t.id
    union all
    select e.a, e.b, e.bits from t join match_edge e on e.a = t.id
    union all
    select e.a, e.b, e.bits from t join match_edge e on e.b = t.id`,
};

/** In: identity ids. Out: the decisions that stand about any of them, with everybody on both sides. */
export const SELECT_DECISIONS = {
  name: 'identity.select_decisions',
  text: `
    select d.id, d.verdict,
      array(select identity_id from identity_decision_side where decision_id = d.id and side = 0 order by 1) as "left",
      array(select identity_id from identity_decision_side where decision_id = d.id and side = 1 order by 1) as "right"
    from identity_decision d
    where d.id = any(array(select decision_id from identity_decision_side where identity_id = any($1::bigint[])))
      and d.revoked_at is null and d.superseded_by is null`,
};

/** In: identity ids. Out: their keys and clients. */
export const SELECT_NODES = {
  name: 'identity.select_nodes',
  text: `
    select id, type, key, client_id as "clientId" from source_identity where id = any($1::bigint[])`,
};
