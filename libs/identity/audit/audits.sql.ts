/** In: bounds of the strata in bits. Out: how many stored pairs are in each, the one below the first bound as 0. */
export const COUNT_STRATA = {
  name: 'identity.count_strata',
  text: `
    select width_bucket(bits, $1::double precision[]) as stratum, count(*)::integer as n from match_edge group by 1`,
};

/**
 * In: bounds of the strata in bits, seed, per stratum the hash up to which pairs are candidates. Out: these pairs in the
 * order of their hashes.
 *
 * The plan: one more pass over the table, which has no index by bits, with a hash a row; what is kept and sorted are the
 * candidates alone, some times as many as are drawn. Ordering by the hash and a limit for each stratum would be a pass
 * each; row_number() would sort the table.
 */
export const SELECT_CANDIDATES = {
  name: 'identity.select_audit_candidates',
  text: `
    select a, b, bits, stratum
    from (
      select a, b, bits, width_bucket(bits, $1::double precision[]) as stratum,
        hashint8extended(a, hashint8extended(b, $2::bigint)) as hash
      from match_edge) e
    where hash <= ($3::bigint[])[stratum + 1]
    order by hash, a, b`,
};

/** In: identities. Out: the ties by rows at them. */
export const SELECT_STATED_TIES = {
  name: 'identity.select_stated_ties',
  text: `
    with t as (select unnest($1::bigint[]) as id)
    select e.a, e.b from t join identity_edge e on e.a = t.id
    union
    select e.a, e.b from t join identity_edge e on e.b = t.id`,
};

/** In: audit, places, a, b, bits, strata, weights. */
export const INSERT_PAIRS = {
  name: 'identity.insert_audit_pairs',
  text: `
    insert into identity_audit_pair (audit_id, n, a, b, bits, stratum, weight)
    select $1, * from unnest($2::integer[], $3::bigint[], $4::bigint[], $5::double precision[], $6::smallint[],
      $7::double precision[])`,
};

const AUDIT = `a.id, a.model_version as "modelVersion", a.weights, a.scale, a."offset", a.link, a.review, a.seed, a.strata,
  a.created_by as "createdBy", a.created_at as "createdAt"`;

/** Nothing is known of an identity any more when it has no profile. */
const GONE = `not exists (select from match_profile where identity_id = p.a)
  or not exists (select from match_profile where identity_id = p.b)`;

const COUNTED = `
  select ${AUDIT}, c.*
  from identity_audit a
    cross join lateral (
      select count(*)::integer as pairs, count(p.answer)::integer as answered,
        (count(*) filter (where p.answer is null and (${GONE})))::integer as gone
      from identity_audit_pair p where p.audit_id = a.id) c`;

/** In: how many, after which. Out: audits, newest first, with how far they are. */
export const LIST_AUDITS = {
  name: 'identity.list_audits',
  text: `${COUNTED} where ($2::uuid is null or a.id < $2) order by a.id desc limit $1`,
};

/** In: an audit. Out: the same of it. */
export const SELECT_AUDIT = { name: 'identity.select_audit', text: `${COUNTED} where a.id = $1` };

const PAIR = `p.n, p.a, p.b, p.bits, p.stratum, p.weight, p.answer, p.answered_by as "answeredBy",
  p.answered_at as "answeredAt", (${GONE}) as gone`;

/** In: an audit. Out: its pairs. */
export const SELECT_PAIRS = {
  name: 'identity.select_audit_pairs',
  text: `select ${PAIR} from identity_audit_pair p where p.audit_id = $1 order by p.n`,
};

/** In: an audit, a place. Out: the pair, and whether its two are one client now. */
export const SELECT_PAIR = {
  name: 'identity.select_audit_pair',
  text: `
    select ${PAIR}, coalesce(i.client_id = j.client_id, false) as linked
    from identity_audit_pair p left join source_identity i on i.id = p.a left join source_identity j on j.id = p.b
    where p.audit_id = $1 and p.n = $2`,
};

/** The same, and nobody else answers it meanwhile. */
export const LOCK_PAIR = { name: 'identity.lock_audit_pair', text: `${SELECT_PAIR.text} for update of p` };

/** In: an audit, a place, an answer or null, who. */
export const ANSWER_PAIR = {
  name: 'identity.answer_audit_pair',
  text: `
    update identity_audit_pair set answer = $3, answered_by = case when $3::text is not null then $4 end,
      answered_at = case when $3::text is not null then now() end
    where audit_id = $1 and n = $2`,
};
