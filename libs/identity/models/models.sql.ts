/** Out: the version of the active model, null when the shipped one is in force; and a mark of what stands blocked. */
export const SELECT_ACTIVE = {
  name: 'identity.active_model',
  text: `
    select (select version from match_model where state = 'active') as version,
      (select coalesce(md5(string_agg(id::text, ' ' order by id)), '') from blocked_value where unblocked_at is null)
        as blocked`,
};

/** In: a version. Out: the model. */
export const SELECT_MODEL = {
  name: 'identity.select_model',
  text: 'select model from match_model where version = $1',
};

/** In: how many, after which identity. Out: identities in the order of their ids. */
export const SELECT_SOME_IDENTITIES = {
  name: 'identity.some_identities',
  text: 'select id from source_identity where id > $2 order by id limit $1',
};

/** In: how many, after which identity. Out: stored profiles in the order of their ids. */
export const SELECT_SOME_PROFILES = {
  name: 'identity.some_profiles',
  text: 'select identity_id as id, features from match_profile where identity_id > $2 order by identity_id limit $1',
};

/**
 * In: how many, after which identity, a share of 2^32. Out: the profiles of that share of the clients, whose ids are
 * hashes, in the order of their identities' ids.
 */
export const SELECT_PROFILES_OF_SOME_CLIENTS = {
  name: 'identity.profiles_of_some_clients',
  text: `
    select p.identity_id as id, p.features
    from match_profile p join source_identity i on i.id = p.identity_id
    where p.identity_id > $2 and ('x' || left(i.client_id::text, 8))::bit(32)::bigint < $3::bigint
    order by p.identity_id limit $1`,
};

/** In: how many, after which identity. Out: keys and clients in the order of their ids. */
export const SELECT_SOME_NODES = {
  name: 'identity.some_nodes',
  text: `
    select id, type, key, client_id as "clientId" from source_identity where id > $2 order by id limit $1`,
};

/** Out: pairs of identities, one of each side, that people decided to be one party. */
export const SELECT_TOGETHER = {
  name: 'identity.select_together',
  text: `
    select l.identity_id as a, r.identity_id as b
    from identity_decision d
      join identity_decision_side l on l.decision_id = d.id and l.side = 0
      join identity_decision_side r on r.decision_id = d.id and r.side = 1
    where d.verdict = 'same' and d.revoked_at is null and d.superseded_by is null
    limit 20000`,
};
