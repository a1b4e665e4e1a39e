/** In: identities. Out: their keys, and the phones and addresses of mail that rows and events name them with. */
export const SELECT_KEYS = {
  name: 'identity.select_keys',
  text: `
    select i.id, i.type, i.key,
      array(
        select json_build_object('type', p.type, 'key', p.key) from (
          select type, key from identity_point where identity_id = i.id
          union
          select x->>'type', x->>'key' from source_record r, jsonb_array_elements(r.points) x
          where r.identity_id = i.id and not r.deleted
          union
          select i.type, i.key) p
        where p.type in ('phone', 'email') order by p.type, p.key) as points
    from source_identity i where i.id = any($1::bigint[])`,
};
