/**
 * What applying a batch writes. Each statement takes its rows as one JSON array, and answers which of them changed
 * anything. Rows of one call are distinct by the table's key (`newestPerKey` sees to that).
 */

/**
 * In: rows of source_record. Out: the rows that were new or newer than what was stored: their record, who owns them and
 * whom they name, and the same as it was before.
 */
export const UPSERT_SOURCE_RECORDS = {
  name: 'clients.upsert_source_records',
  text: `
    with t as materialized (
      select * from jsonb_to_recordset($1::jsonb) as t(system_id smallint, stream text, key text, identity_id bigint,
        version timestamptz, hash text, fields jsonb, deleted boolean, record_id bigint, mapping_version integer,
        holders bigint[], points jsonb)
    ), before as materialized (
      select r.system_id, r.stream, r.key, r.identity_id, r.holders
      from t cross join lateral (
        select system_id, stream, key, identity_id, holders from source_record
        where system_id = t.system_id and stream = t.stream and key = t.key offset 0) r
    ), w as (
      insert into source_record as r (system_id, stream, key, identity_id, version, hash, fields, deleted, record_id,
        mapping_version, holders, points)
      select system_id, stream, key, identity_id, version, decode(hash, 'hex'), fields, deleted, record_id, mapping_version,
        holders, points
      from t
      on conflict (system_id, stream, key) do update set
        identity_id = excluded.identity_id, version = excluded.version, hash = excluded.hash, fields = excluded.fields,
        deleted = excluded.deleted, record_id = excluded.record_id, mapping_version = excluded.mapping_version,
        holders = excluded.holders, points = excluded.points
      where (excluded.version, excluded.hash) > (r.version, r.hash)
         or (excluded.version = r.version and excluded.hash = r.hash and excluded.mapping_version > r.mapping_version)
      returning system_id, stream, key, identity_id, holders, record_id
    )
    select w.record_id, w.system_id as "systemId", w.stream, w.key, w.identity_id as "identityId", w.holders,
      b.identity_id as "ownerBefore", b.holders as "holdersBefore"
    from w left join before b on (b.system_id, b.stream, b.key) = (w.system_id, w.stream, w.key)`,
};

/** In: rows of account. Out: record ids that changed an account. */
export const UPSERT_ACCOUNTS = {
  name: 'clients.upsert_accounts',
  text: `
    insert into account as a (kind, no, identity_id, system_id, branch, status, currency, opened, closed, commission_rate, version, hash, record_id)
    select kind, no, identity_id, system_id, branch, status, currency, opened, closed, commission_rate, version, decode(hash, 'hex'), record_id
    from json_to_recordset($1::json) as t(kind text, no text, identity_id bigint, system_id smallint, branch text,
      status text, currency text, opened date, closed date, commission_rate numeric, version timestamptz, hash text, record_id bigint)
    on conflict (kind, no) do update set
      identity_id = excluded.identity_id, system_id = excluded.system_id, branch = excluded.branch, status = excluded.status,
      currency = excluded.currency, opened = excluded.opened, closed = excluded.closed,
      commission_rate = excluded.commission_rate, version = excluded.version, hash = excluded.hash, record_id = excluded.record_id
    where (excluded.version, excluded.hash) > (a.version, a.hash)
    returning record_id`,
};

/** In: rows of consent. Out: record ids that changed a consent. At the same instant a refusal wins. */
export const UPSERT_CONSENTS = {
  name: 'clients.upsert_consents',
  text: `
    insert into consent as c (identity_id, channel, purpose, state, occurred_at, system_id, record_id)
    select * from json_to_recordset($1::json) as t(identity_id bigint, channel text, purpose text, state text,
      occurred_at timestamptz, system_id smallint, record_id bigint)
    on conflict (identity_id, channel, purpose) do update set
      state = excluded.state, occurred_at = excluded.occurred_at, system_id = excluded.system_id, record_id = excluded.record_id
    where (excluded.occurred_at, excluded.state = 'denied') > (c.occurred_at, c.state = 'denied')
    returning record_id`,
};

/**
 * In: refusals {client_id, channel, occurred_at, system_id, record_id}. Each stands on the identity that founded the
 * client that was spoken to, also when that is a part of another now; a newer word stays. Out: the clients
 * whose consent changed, and the record that changed it.
 */
export const WRITE_REFUSALS = {
  name: 'clients.write_refusals',
  text: `
    with said as (
      select distinct on (i.id, t.channel) i.id, t.channel, t.occurred_at, t.system_id, t.record_id
      from jsonb_to_recordset($1::jsonb) as t(client_id uuid, channel text, occurred_at timestamptz, system_id smallint,
          record_id bigint)
        join client c on c.id = t.client_id
        join client n on n.id = coalesce(c.merged_into, c.id)
        join lateral (
          select id from source_identity where client_id = n.id
          order by (type || ':' || key = substr(c.founder, 4)) desc, type, key limit 1) i on true
      order by i.id, t.channel, t.occurred_at desc, t.record_id desc
    )
    insert into consent as c (identity_id, channel, purpose, state, occurred_at, system_id, record_id)
    select id, channel, 'marketing', 'denied', occurred_at, system_id, record_id from said order by id, channel
    on conflict (identity_id, channel, purpose) do update set
      state = excluded.state, occurred_at = excluded.occurred_at, system_id = excluded.system_id, record_id = excluded.record_id
    where (excluded.occurred_at, true) > (c.occurred_at, c.state = 'denied')
    returning record_id as "recordId", (select i.client_id from source_identity i where i.id = c.identity_id) as "clientId"`,
};

/** In: rows of asset_day. Out: record ids that changed a snapshot. */
export const UPSERT_ASSETS = {
  name: 'clients.upsert_assets',
  text: `
    insert into asset_day as d (identity_id, day, total, cash, securities, funds, debt, net, version, hash, record_id)
    select identity_id, day, total, cash, securities, funds, debt, net, version, decode(hash, 'hex'), record_id
    from json_to_recordset($1::json) as t(identity_id bigint, day date, total numeric, cash numeric, securities numeric,
      funds numeric, debt numeric, net numeric, version timestamptz, hash text, record_id bigint)
    on conflict (identity_id, day) do update set
      total = excluded.total, cash = excluded.cash, securities = excluded.securities, funds = excluded.funds,
      debt = excluded.debt, net = excluded.net, version = excluded.version, hash = excluded.hash, record_id = excluded.record_id
    where (excluded.version, excluded.hash) > (d.version, d.hash)
    returning record_id`,
};

/**
 * In: facts, with the local day and the amounts that feed measures. Out: ids of the facts that were new. A measure
 * grows only by facts that this very statement inserted, so a repeated fact counts once.
 */
export const INSERT_FACTS = {
  name: 'clients.insert_facts',
  text: `
    with i as (
      select * from json_to_recordset($1::json) as t(id bigint, occurred_at timestamptz, identity_id bigint, kind text,
        system_id smallint, origin text, amount numeric, data jsonb, day date, also_kind text, also_amount numeric)
    ), f as (
      insert into fact (id, occurred_at, identity_id, kind, system_id, origin, amount, data)
      select id, occurred_at, identity_id, kind, system_id, origin, amount, data from i
      on conflict (id, occurred_at) do nothing
      returning id
    ), m as (
      insert into measure_day as m (identity_id, kind, day, n, amount)
      select i.identity_id, k.kind, i.day, count(*), coalesce(sum(k.amount), 0)
      from i join f using (id)
        cross join lateral (values (i.kind, i.amount), (i.also_kind, i.also_amount)) as k(kind, amount)
      where k.kind is not null
      group by 1, 2, 3
      order by 1, 2, 3
      on conflict (identity_id, kind, day) do update set n = m.n + excluded.n, amount = m.amount + excluded.amount
    )
    select id from f`,
};

/**
 * In: client ids, each once. Out: every source statement about them; every pin that stands on one of their identities (its system
 * is null; its field, id and time stand as stream, key and version); and the policy in force (its client is null).
 */
export const SELECT_STATEMENTS = {
  name: 'clients.select_statements',
  text: `
    -- offset 0: from the few clients to their rows, never through the rows of everybody.
    with i as materialized (
      select i.id, i.client_id
      from unnest($1::uuid[]) as t(client_id)
        cross join lateral (select id, client_id from source_identity where client_id = t.client_id offset 0) i
    )
    select i.client_id, r.system_id, s.priority, nullif(s.verified, '{}') as verified, r.stream, r.key, r.version,
      r.record_id, r.mapping_version, r.fields
    from i
      cross join lateral (select * from source_record where identity_id = i.id and not deleted offset 0) r
      join system s on s.id = r.system_id
    union all
    select i.client_id, null, null, null, p.field, p.id::text, p.pinned_at, null, null, p.fields
    from i cross join lateral (select * from field_pin where identity_id = i.id and ended_at is null offset 0) p
    union all
    select null, null, null, null, null, null, null, null, version, rules from survivorship_policy where state = 'active'`,
};

/** In: identities. Out: what the rows of each state, and the policy in force, as a row without an identity. */
export const SELECT_STATED_BY = {
  name: 'clients.select_stated_by',
  text: `
    select t.id as "identityId", r.system_id as system, s.priority, coalesce(s.verified, '{}') as verified, r.stream, r.key,
      r.version, r.record_id as record, r.mapping_version as mapping, r.fields
    from unnest($1::bigint[]) as t(id)
      cross join lateral (select * from source_record where identity_id = t.id and not deleted offset 0) r
      join system s on s.id = r.system_id
    union all
    select null, null, null, null, null, null, null, null, version, rules from survivorship_policy where state = 'active'`,
};

/** In: projections. Out: ids whose projection differs from the stored one, with the new version. */
export const UPDATE_CLIENTS = {
  name: 'clients.update',
  text: `
    update client c set
      kind = t.kind, name = t.name, name_latin = t.name_latin, id_document_type = t.id_document_type,
      id_document = decode(t.id_document, 'base64'), birth_date = t.birth_date, gender = t.gender,
      occupation = t.occupation, phones = t.phones, emails = t.emails, address = t.address,
      status = coalesce(t.status, 'prospect'), tier = t.tier, risk_level = t.risk_level, branch = t.branch,
      manager = t.manager, opened = t.opened, attributes = t.attributes, lineage = t.lineage,
      hash = decode(t.hash, 'hex'), version = c.version + 1, updated_at = now()
    from jsonb_to_recordset($1::jsonb) as t(id uuid, kind text, name text, name_latin text, id_document_type text,
      id_document text, birth_date date, gender text, occupation text, phones text[], emails text[], address text,
      status text, tier text, risk_level text, branch text, manager text, opened date, attributes jsonb, lineage jsonb, hash text)
    where c.id = t.id and c.hash is distinct from decode(t.hash, 'hex')
    returning c.id, c.version`,
};

/** In: client ids and an origin. A client that history changed stays marked as history until it was looked at. */
export const MARK_CHANGED = {
  name: 'clients.mark_changed',
  text: `
    insert into client_changed as c (client_id, origin)
    select id, $2 from unnest($1::uuid[]) as t(id) order by id
    on conflict (client_id) do update set origin = case when c.origin = 'live' then excluded.origin else c.origin end`,
};
