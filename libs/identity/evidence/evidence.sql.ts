/** In: keys as two arrays. Out: the identities that exist, with their client and its founder. */
export const SELECT_IDENTITIES = {
  name: 'identity.select',
  text: `
    select i.id, i.type, i.key, i.client_id as "clientId", c.founder
    from unnest($1::text[], $2::text[]) as t(type, key)
      join source_identity i using (type, key)
      join client c on c.id = i.client_id`,
};

/** In: ids and founders. An id that an earlier merge had redirected stays as it is. */
export const INSERT_FOUNDED = {
  name: 'identity.insert_founded',
  text: `
    insert into client (id, founder)
    select * from unnest($1::uuid[], $2::text[])
    on conflict (id) do nothing`,
};

/** In: types, keys, clients. Out: the new identities. */
export const INSERT_IDENTITIES = {
  name: 'identity.insert',
  text: `
    insert into source_identity (type, key, client_id)
    select * from unnest($1::text[], $2::text[], $3::uuid[])
    returning id, type, key`,
};

/** In: edges as arrays (a, b, system, stream, key, record). Out: those that were not there. */
export const INSERT_EDGES = {
  name: 'identity.insert_edges',
  text: `
    insert into identity_edge (a, b, system_id, stream, key, record_id)
    select * from unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::text[], $5::text[], $6::bigint[])
    on conflict do nothing
    returning a, b`,
};

/** In: edges as arrays (a, b, system, stream, key). Out: those that were there. */
export const DELETE_EDGES = {
  name: 'identity.delete_edges',
  text: `
    delete from identity_edge e
    using unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::text[], $5::text[]) as t(a, b, system_id, stream, key)
    where (e.a, e.b, e.system_id, e.stream, e.key) = (t.a, t.b, t.system_id, t.stream, t.key)
    returning e.a, e.b`,
};

/** In: contact points of events as arrays (identity, type, key, sealed, record). Out: identities that gained one. */
export const INSERT_POINTS = {
  name: 'identity.insert_points',
  text: `
    insert into identity_point (identity_id, type, key, sealed, record_id)
    select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[])
    on conflict do nothing
    returning identity_id as "identityId"`,
};

/**
 * In: identity ids. Out: per identity its key, what the current versions of its rows state, and the contact points that
 * its events mentioned.
 */
export const SELECT_STATED = {
  name: 'identity.select_stated',
  text: `
    select i.id, i.type, i.key,
      array(select json_build_object('fields', r.fields, 'points', r.points)
        from source_record r where r.identity_id = i.id and not r.deleted) as rows,
      array(select json_build_object('type', p.type, 'key', p.key, 'sealed', p.sealed)
        from identity_point p where p.identity_id = i.id) as points
    from unnest($1::bigint[]) as t(id) join source_identity i using (id)`,
};
