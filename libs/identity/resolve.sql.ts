/** In: keys as two arrays. Out: the identities that exist, with their client and its founder. */
export const SELECT_IDENTITIES = {
  name: 'identity.select',
  text: `
    select i.id, i.type, i.key, i.client_id, c.founder
    from unnest($1::text[], $2::text[]) as t(type, key)
      join source_identity i using (type, key)
      join client c on c.id = i.client_id`,
};

/** In: ids and founders. A client that an earlier merge had redirected becomes itself again. */
export const INSERT_CLIENTS = {
  name: 'identity.insert_clients',
  text: `
    insert into client (id, founder)
    select * from unnest($1::uuid[], $2::text[])
    on conflict (id) do update set merged_into = null`,
};

/** In: types, keys, clients. Out: the new identities. */
export const INSERT_IDENTITIES = {
  name: 'identity.insert',
  text: `
    insert into source_identity (type, key, client_id)
    select * from unnest($1::text[], $2::text[], $3::uuid[])
    returning id, type, key`,
};

/** In: pairs (from, into). Moves identities, redirects `from`, and everything that was redirected to it. */
export const MERGE_CLIENTS = {
  name: 'identity.merge',
  text: `
    with m as (select * from unnest($1::uuid[], $2::uuid[]) as t(loser, winner)),
    moved as (update source_identity i set client_id = m.winner from m where i.client_id = m.loser)
    update client c set merged_into = m.winner, hash = null, updated_at = now(),
      kind = null, name = null, name_latin = null, id_document_type = null, id_document = null, birth_date = null,
      gender = null, occupation = null, phones = '{}', emails = '{}', address = null, status = 'prospect', tier = null,
      risk_level = null, branch = null, manager = null, opened = null, attributes = '{}', lineage = '{}'
    from m where c.id in (select m.loser union all select r.id from client r where r.merged_into = m.loser)`,
};
