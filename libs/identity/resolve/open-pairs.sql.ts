/** In: identities that were looked at, and the pairs (a, b) that stay. Both ends of a pair are always looked at together. */
export const DELETE_OPEN_PAIRS = {
  name: 'identity.delete_open_pairs',
  text: `
    delete from review_item r
    where r.a = any($1::bigint[])
      and not exists (select from unnest($2::bigint[], $3::bigint[]) as t(a, b) where (t.a, t.b) = (r.a, r.b))`,
};

/** In: ids, a, b, cause, bits. */
export const INSERT_OPEN_PAIRS = {
  name: 'identity.insert_open_pairs',
  text: `
    insert into review_item as r (id, a, b, cause, bits)
    select * from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::text[], $5::double precision[])
    on conflict (a, b) do update set cause = excluded.cause, bits = excluded.bits
    where (r.cause, r.bits) is distinct from (excluded.cause, excluded.bits)`,
};
