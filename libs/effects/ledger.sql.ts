/**
 * What the gates need of a chunk of clients.
 * In: $1 client ids, $2 consent channel or null, $3 days of the frequency window, $4 identity type of the contact
 * point or null. Out: one row per client.
 */
export const GATE_FACTS = {
  name: 'effects.gate_facts',
  text: `
    select c.id as "clientId", c.merged_into is not null as merged, c.status, k.state as consent,
      (select count(*)::int
        from (select c.id union all select r.id from client r where r.merged_into = c.id) as known_as(id)
          cross join lateral (
            select from action
            where client_id = known_as.id and created_at > now() - make_interval(days => $3)
              and state in ('ready', 'claimed', 'sent', 'proved', 'unknown') offset 0) a) as recent,
      u.key as "userId", c.phones, c.emails, c.name, c.name_latin as "nameLatin", c.kind, c.gender, c.tier,
      c.risk_level as "riskLevel", c.branch, c.manager, c.attributes
    from client c
      left join lateral (
        -- offset 0: from the client's few identities to their consents, never through the consents of everybody.
        select x.state from source_identity i cross join lateral (
          select state, occurred_at from consent
          where identity_id = i.id and channel = $2 and purpose = 'marketing' offset 0) x
        where i.client_id = c.id
        order by x.occurred_at desc, (x.state = 'denied') desc limit 1) k on true
      left join lateral (
        select i.key from source_identity i where i.client_id = c.id and i.type = $4 order by i.key limit 1) u on true
    where c.id = any($1::uuid[])`,
};

/** In: actions as one jsonb array. Out: ids of those that did not exist. */
export const RESERVE = {
  name: 'effects.reserve',
  text: `
    insert into action (id, key, campaign_id, campaign_version, client_id, step, channel, name, system_id, params, state,
      reason, idempotency, settle_ms, wait_ms, next_at, expires_at, wait_until)
    select id, decode(key, 'hex'), campaign_id, campaign_version, client_id, step, channel, name, system_id, params, state,
      reason, idempotency, settle_ms, wait_ms, now() + make_interval(mins => delay_minutes), now() + make_interval(secs => expires_seconds),
      case when state = 'suppressed' then now() end
    from jsonb_to_recordset($1::jsonb) as t(id uuid, key text, campaign_id uuid, campaign_version integer, client_id uuid,
      step text, channel text, name text, system_id smallint, params jsonb, state text, reason text, idempotency text,
      settle_ms integer, wait_ms bigint, delay_minutes integer, expires_seconds integer)
    on conflict (key) do nothing
    returning id, client_id, state`,
};

/**
 * Claims due actions of running campaigns: the campaign row is share-locked, so that a pause or stop that has committed
 * lets nothing more be claimed. An action may have waited for hours: what the client has refused meanwhile, or the law
 * now forbids, is suppressed instead. One in doubt is claimed all the same: its fate is to be found out. Where clients
 * became one, one action of a step reaches the person: what was sent first, else that of the id that lives on.
 * In: $1 system ids, $2 room per system, $3 room in all, $4 worker. Out: the actions, claimed or suppressed.
 */
export const CLAIM = {
  name: 'effects.claim',
  text: `
    with running as (select id from campaign where state = 'running' order by id for share),
    due as (
      select a.id from running c cross join unnest($1::smallint[], $2::integer[]) as s(id, room)
        cross join lateral (
          select id from action
          where campaign_id = c.id and system_id = s.id and state = 'ready' and next_at <= now()
          order by next_at limit s.room for update skip locked) a
      limit $3
    ), judged as (
      select a.id, case
          when a.in_doubt then ''
          when coalesce(c.spec #>> '{guards,purpose}', 'marketing') = 'marketing' and n.status in ('leaving', 'closed') then 'regulatory_hold'
          when coalesce(c.spec #>> '{guards,consent}', 'not_denied') <> 'ignore' and (
            select x.state from source_identity i join consent x on x.identity_id = i.id
            where i.client_id = n.id and x.channel = a.channel and x.purpose = 'marketing'
            order by x.occurred_at desc, (x.state = 'denied') desc limit 1) = 'denied' then 'consent_denied'
          when exists (
            select from (select n.id union all select r.id from client r where r.merged_into = n.id) as known_as(id)
              cross join lateral (
                select id, client_id, state from action
                where client_id = known_as.id and campaign_id = a.campaign_id and campaign_version = a.campaign_version
                  and step = a.step and channel = a.channel and id <> a.id offset 0) o
            where o.state in ('claimed', 'sent', 'proved', 'unknown')
              or (o.state = 'ready' and (o.client_id = n.id or (a.client_id <> n.id and o.id < a.id)))) then 'same_person'
          else '' end as no
      from due join action a using (id)
        join campaign c on c.id = a.campaign_id
        join client k on k.id = a.client_id
        join client n on n.id = coalesce(k.merged_into, k.id)
    )
    update action a set
      state = case when j.no = '' then 'claimed' else 'suppressed' end,
      reason = case when j.no = '' then a.reason else j.no end,
      fence = fence + 1,
      attempts = case when j.no = '' then attempts + 1 else attempts end,
      claimed_by = case when j.no = '' then $4::uuid end,
      claimed_at = case when j.no = '' then now() end,
      lease_until = case when j.no = '' then now() + interval '2 minutes' end,
      wait_until = case when j.no = '' then a.wait_until else now() end,
      updated_at = now()
    from judged j where a.id = j.id
    returning a.id, a.state, a.fence, a.attempts, a.system_id as "systemId", a.channel, a.name, a.params, a.idempotency,
      a.settle_ms as "settleMs", a.in_doubt as "inDoubt", a.expires_at as "expiresAt", a.created_at as "createdAt"`,
};

/**
 * Writes results where the fence is still ours, and where the action was taken back from us for silence and nobody has
 * had it since: what is known then replaces the doubt. An outcome that came before the answer has already proved the
 * action: the answer then only adds its reference.
 * In: $1 jsonb array {id, fence, n, state, reason, in_doubt, delay_ms, external_id, outcome, outcome_final, sent, kind,
 * status, detail, started_at, ended_at}. Out: id, state, channel, campaign and client of what changed.
 */
export const FLUSH = {
  name: 'effects.flush',
  text: `
    with r as (
      select * from jsonb_to_recordset($1::jsonb) as t(id uuid, fence integer, n integer, state text, reason text,
        in_doubt boolean, delay_ms integer, external_id text, outcome text, outcome_final boolean, sent boolean, kind text,
        status text, detail text, started_at timestamptz, ended_at timestamptz)
    ), a as (
      insert into action_attempt (action_id, fence, n, kind, started_at, ended_at, status, detail)
      select id, fence, n, kind, started_at, ended_at, status, detail from r
      on conflict (action_id, fence) do update set kind = excluded.kind, started_at = excluded.started_at,
        ended_at = excluded.ended_at, status = excluded.status, detail = excluded.detail
        where action_attempt.status = 'lost'
    )
    update action x set
      state = case when x.outcome is not null then 'proved' else r.state end,
      reason = r.reason,
      in_doubt = r.in_doubt,
      next_at = now() + make_interval(secs => r.delay_ms / 1000.0),
      lease_until = null, claimed_by = null,
      external_id = coalesce(r.external_id, x.external_id),
      sent_at = case when r.sent or x.outcome is not null then coalesce(x.sent_at, r.ended_at) else x.sent_at end,
      outcome = coalesce(x.outcome, r.outcome),
      outcome_at = case when x.outcome is null and r.outcome is not null then r.ended_at else x.outcome_at end,
      outcome_final = x.outcome_final or coalesce(r.outcome_final, false),
      wait_until = case
        when x.wait_until is not null and x.outcome_final then x.wait_until
        when x.outcome is not null or r.state in ('sent', 'proved') then
          case when x.outcome_final or coalesce(r.outcome_final, false) then now()
            else now() + make_interval(secs => x.wait_ms / 1000.0) end
        when r.state in ('rejected', 'failed', 'expired') then now()
        else x.wait_until end,
      updated_at = now()
    from r left join lateral (
      -- Joined, not asked for with "exists": PostgreSQL would read the whole table into a hash for that.
      select t.action_id from action_attempt t
      where t.action_id = r.id and t.fence = r.fence and t.status = 'lost' offset 0
    ) lost on true
    where x.id = r.id and (
      (x.fence = r.fence and x.state = 'claimed')
      or (x.fence = r.fence + 1 and x.in_doubt and x.state in ('ready', 'unknown', 'cancelled')
        and lost.action_id is not null))
    returning x.id, x.state, x.channel, x.campaign_id as "campaignId", x.client_id as "clientId", x.reason,
      extract(epoch from x.updated_at - x.created_at) as seconds`,
};

/**
 * Takes back what dead workers hold. It may have been sent, so: `native` goes again with the same key, `probe` asks
 * first, `none` is parked as unknown. The asking worker lives, however late its sign of life is: of its own it takes
 * only what outlived its lease. In: $1 the asking worker. Out: what was taken back.
 */
export const SWEEP = {
  name: 'effects.sweep',
  text: `
    with lost as (
      select a.id from action a
      where a.state = 'claimed' and (a.lease_until < now() or (a.claimed_by <> $1
        and not exists (select from worker w where w.id = a.claimed_by and w.beat_at > now() - interval '3 seconds')))
      for update skip locked
    ), back as (
      update action a set
        state = case when a.outcome is not null then 'proved' when a.idempotency = 'none' then 'unknown' else 'ready' end,
        reason = 'the worker that had it died', in_doubt = true, fence = a.fence + 1, lease_until = null, claimed_by = null,
        next_at = greatest(now(), a.claimed_at + make_interval(secs => a.settle_ms / 1000.0)), updated_at = now()
      from lost where a.id = lost.id
      returning a.id, a.fence, a.attempts, a.claimed_at
    )
    insert into action_attempt (action_id, fence, n, kind, started_at, ended_at, status, detail)
    select id, fence - 1, attempts, 'perform', claimed_at, now(), 'lost', 'the worker died; it may have been made' from back
    on conflict do nothing
    returning action_id`,
};

/**
 * Returns what a worker has claimed and does not hold. It has sent none of it, so it goes again as if it had not been
 * claimed; except what is in doubt: `none` is parked as unknown, and so is what was in doubt too often.
 * In: $1 worker, $2 ids it holds, $3 ids that it may have sent, $4 most attempts. Out: what was returned.
 */
export const GIVE_BACK = {
  name: 'effects.give_back',
  text: `
    with astray as (
      select id, id = any($3::uuid[]) as maybe from action
      where claimed_by = $1 and state = 'claimed' and id <> all($2::uuid[])
      for update skip locked
    ), back as (
      update action a set
        state = case when a.outcome is not null then 'proved'
          when g.maybe and (a.idempotency = 'none' or a.attempts >= $4) then 'unknown' else 'ready' end,
        reason = case when g.maybe then 'its result could not be recorded' else a.reason end,
        in_doubt = a.in_doubt or g.maybe, fence = a.fence + 1, lease_until = null, claimed_by = null,
        attempts = case when g.maybe then a.attempts else a.attempts - 1 end,
        next_at = case when g.maybe then greatest(now(), a.claimed_at + make_interval(secs => a.settle_ms / 1000.0)) else now() end,
        updated_at = now()
      from astray g where a.id = g.id
      returning a.id, a.fence, a.attempts, a.claimed_at, g.maybe
    ), told as (
      insert into action_attempt (action_id, fence, n, kind, started_at, ended_at, status, detail)
      select id, fence - 1, attempts, 'perform', claimed_at, now(), 'lost', 'its result could not be recorded; it may have been made'
      from back where maybe
      on conflict do nothing
    )
    select id from back`,
};

/**
 * Held to the end of a transaction by whoever records outcomes that name their action by the target's reference alone
 * (exclusive), and by whoever records such references (shared): the later of the two sees what the earlier wrote.
 */
export const REFERENCES_LOCK = 7_402_203;

/** What waited longer than its campaign allows is not sent any more. */
export const EXPIRE = {
  name: 'effects.expire',
  text: `
    with late as materialized (
      select id from action where state = 'ready' and expires_at < now() order by expires_at limit 1000 for update skip locked)
    update action a set state = case when in_doubt then 'unknown' else 'expired' end, reason = 'it waited longer than the campaign allows',
      wait_until = now(), updated_at = now()
    from late where a.id = late.id
    returning a.id, a.channel, a.state`,
};

/**
 * Records outcomes, once per record, and proves their actions whatever state those are in: an outcome by any road shows
 * that the action was made. A final outcome is not replaced by one that is not; among equals the later one counts.
 * In: jsonb array {id, record_id, system_id, command_id, named_id (the command id, if it has the form of ours),
 * external_id, kind, final, occurred_at, detail}.
 * Out: the actions that moved on.
 */
export const RECORD_OUTCOMES = {
  name: 'effects.record_outcomes',
  text: `
    with t as (
      select * from jsonb_to_recordset($1::jsonb) as t(id uuid, record_id bigint, system_id smallint, command_id text,
        named_id uuid, external_id text, kind text, final boolean, occurred_at timestamptz, detail text)
    ), matched as (
      select t.*, coalesce(
        (select a.id from action a where a.id = t.named_id and a.system_id = t.system_id),
        (select a.id from action a where a.system_id = t.system_id and a.external_id = t.external_id limit 1)) as action_id
      from t
    ), stored as (
      insert into outcome (id, record_id, action_id, system_id, command_id, external_id, kind, occurred_at, detail)
      select id, record_id, action_id, system_id, command_id, external_id, kind, occurred_at, detail from matched
      on conflict (record_id) do nothing
      returning record_id
    ), best as (
      select distinct on (action_id) action_id, kind, final, occurred_at
      from matched join stored using (record_id)
      where action_id is not null
      order by action_id, final desc, occurred_at desc, kind
    )
    update action a set
      state = case when a.state = 'claimed' then 'claimed' else 'proved' end,
      outcome = b.kind, outcome_at = b.occurred_at, outcome_final = b.final, reason = '',
      sent_at = coalesce(a.sent_at, b.occurred_at),
      fence = case when a.state = 'claimed' then a.fence else a.fence + 1 end,
      wait_until = case when a.wait_until is null and a.sent_at is not null then null
        when b.final then now()
        else coalesce(a.wait_until, now() + make_interval(secs => a.wait_ms / 1000.0)) end,
      updated_at = now()
    from best b
    where a.id = b.action_id and a.state not in ('held_out', 'suppressed')
      and (a.outcome is null or (b.final, b.occurred_at) > (a.outcome_final, a.outcome_at))
    returning a.id, a.channel, a.client_id as "clientId", a.campaign_id as "campaignId", a.step, a.outcome, a.outcome_final as final, a.state`,
};

/** Outcomes that named the target's reference before we knew it. In: action ids, kinds that are final. */
export const ADOPT_ORPHANS = {
  name: 'effects.adopt_orphans',
  text: `
    with o as (
      update outcome o set action_id = a.id
      from action a
      where a.id = any($1::uuid[]) and o.action_id is null and o.system_id = a.system_id and o.external_id = a.external_id
      returning a.id, o.kind, o.kind = any($2::text[]) as final, o.occurred_at
    ), best as (select distinct on (id) * from o order by id, final desc, occurred_at desc, kind)
    update action a set state = 'proved', outcome = b.kind, outcome_at = b.occurred_at, outcome_final = b.final,
      wait_until = case when b.final then now() else a.wait_until end, updated_at = now()
    from best b
    where a.id = b.id and (a.outcome is null or (b.final, b.occurred_at) > (a.outcome_final, a.outcome_at))
    returning a.id, a.channel, a.client_id as "clientId", a.campaign_id as "campaignId", a.step, a.outcome, a.outcome_final as final, a.state`,
};

/**
 * Takes sent actions whose outcome is to be asked for, and puts off their next poll.
 * In: $1 system ids, $2 action names (side by side), $3 how many. Out: what to ask about.
 */
export const CLAIM_POLLS = {
  name: 'effects.claim_polls',
  text: `
    with due as (
      select a.id from unnest($1::smallint[], $2::text[]) as p(system_id, name)
        cross join lateral (
          select id from action
          where system_id = p.system_id and name = p.name and state = 'sent' and outcome is null
            and next_at <= now() and sent_at > now() - interval '30 days'
          order by next_at limit $3 for update skip locked) a
      limit $3
    )
    update action a set next_at = now() + greatest(interval '1 second', least(interval '5 minutes', (now() - a.sent_at) / 8))
    from due where a.id = due.id
    returning a.id, a.system_id as "systemId", a.name, a.params, a.attempts`,
};

/**
 * Records outcomes that were asked for, unless one has come by another road. Without an outcome the target refused.
 * In: jsonb array {id, outcome, final, reason}. Out: the actions that moved on.
 */
export const PROVE_POLLED = {
  name: 'effects.prove_polled',
  text: `
    with r as (select * from jsonb_to_recordset($1::jsonb) as t(id uuid, outcome text, final boolean, reason text))
    update action a set state = case when r.outcome is null then 'rejected' else 'proved' end, reason = r.reason,
      outcome = r.outcome, outcome_at = case when r.outcome is not null then now() end, outcome_final = r.outcome is not null and r.final,
      fence = a.fence + 1,
      wait_until = case when a.wait_until is null then null when r.final then now() else a.wait_until end, updated_at = now()
    from r where a.id = r.id and a.state = 'sent' and a.outcome is null
    returning a.id, a.channel, a.client_id as "clientId", a.campaign_id as "campaignId", a.step, a.outcome, a.outcome_final as final, a.state`,
};

/**
 * Opt-outs among outcomes, by whatever road they came.
 * In: $1 inbox record ids, $2 action ids, $3 kinds that opt out. Out: who refused which channel, and when.
 */
export const SELECT_OPT_OUTS = {
  name: 'effects.select_opt_outs',
  text: `
    select a.client_id as "clientId", a.channel, o.occurred_at as "occurredAt", o.system_id as "systemId", o.record_id as "recordId"
    from outcome o join action a on a.id = o.action_id
    where o.record_id = any($1::bigint[]) and o.kind = any($3::text[])
    union all
    select a.client_id, a.channel, coalesce(o.occurred_at, a.outcome_at), a.system_id, coalesce(o.record_id, 0)
    from action a left join outcome o on o.action_id = a.id and o.kind = any($3::text[])
    where a.id = any($2::uuid[]) and (o.id is not null or a.outcome = any($3::text[]))`,
};
