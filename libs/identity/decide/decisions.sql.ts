/** In: client ids. Out: their identities, the founder of each client first. */
export const SELECT_IDENTITIES_OF = {
  name: 'identity.identities_of',
  text: `
    select i.id, i.type, i.key, i.client_id as "clientId"
    from source_identity i join client c on c.id = i.client_id
    where i.client_id = any($1::uuid[])
    order by i.client_id, (i.type || ':' || i.key = substr(c.founder, 4)) desc, i.type, i.key`,
};

/** In: decision, verdict, reason, source, who. */
export const INSERT_DECISION = {
  name: 'identity.insert_decision',
  text: `
    insert into identity_decision (id, verdict, reason, source, decided_by) values ($1, $2, $3, $4, $5)`,
};

/** In: decision, identities of the left side, of the right side. */
export const INSERT_SIDES = {
  name: 'identity.insert_sides',
  text: `
    insert into identity_decision_side (decision_id, identity_id, side)
    select $1::uuid, id, 0 from unnest($2::bigint[]) as t(id)
    union all
    select $1::uuid, id, 1 from unnest($3::bigint[]) as t(id)`,
};

/**
 * Sets aside what was decided before and says the opposite. In: the new decision, the opposite verdict, left, right. Out:
 * the decisions set aside.
 */
export const SUPERSEDE = {
  name: 'identity.supersede',
  text: `
    with l as (select decision_id, side from identity_decision_side where identity_id = any($3::bigint[])),
    r as (select decision_id, side from identity_decision_side where identity_id = any($4::bigint[]))
    update identity_decision d set superseded_by = $1
    where d.id in (select l.decision_id from l join r using (decision_id) where $2 = 'same' or l.side <> r.side)
      and d.verdict = $2 and d.revoked_at is null and d.superseded_by is null
    returning d.id`,
};

/** In: decision, who. Out: the decision, when it stood until now. */
export const REVOKE = {
  name: 'identity.revoke',
  text: `
    update identity_decision set revoked_at = now(), revoked_by = $2 where id = $1 and revoked_at is null returning id`,
};

/** In: a decision that was revoked. Out: the decisions that stand again. */
export const RESTORE = {
  name: 'identity.restore',
  text: 'update identity_decision set superseded_by = null where superseded_by = $1 returning id',
};

/** In: decisions. Out: everybody whom they are about. */
export const SELECT_SIDES = {
  name: 'identity.select_sides',
  text: `
    select s.decision_id as "decisionId", s.side, i.id, i.type, i.key, i.client_id as "clientId"
    from identity_decision_side s join source_identity i on i.id = s.identity_id
    where s.decision_id = any($1::uuid[]) order by s.decision_id, s.side, i.type, i.key`,
};

/** In: how many, after which (time and id), a client or null. Out: decisions, newest first. */
export const LIST_DECISIONS = {
  name: 'identity.list_decisions',
  text: `
    select d.id, d.verdict, d.reason, d.source, d.decided_by as "decidedBy", d.decided_at as "decidedAt",
      d.revoked_by as "revokedBy", d.revoked_at as "revokedAt", d.superseded_by as "supersededBy"
    from identity_decision d
    where ($2::uuid is null or d.id < $2)
      and ($3::uuid is null or d.id = any(array(
        select s.decision_id from source_identity i join identity_decision_side s on s.identity_id = i.id where i.client_id = $3)))
    order by d.id desc limit $1`,
};
