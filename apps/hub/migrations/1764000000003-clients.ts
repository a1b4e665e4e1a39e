import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Clients and everything known of them. Facts, measures, snapshots, accounts and consents hang on the source identity
 * that their record named, never on the client: a merge or an unmerge moves identities and nothing else.
 */
export class Clients1764000000003 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table client (
        id uuid primary key,
        -- Rank of the key that founded the id (canonical/identity-keys.ts); the smallest of a client's keys.
        founder text not null,
        -- Set when this id now means another client; such a row keeps nothing else.
        merged_into uuid references client,
        kind text, name text, name_latin text, id_document_type text,
        -- Sealed; place is client/id_document.
        id_document bytea,
        birth_date date, gender text, occupation text,
        phones text[] not null default '{}', emails text[] not null default '{}',
        address text, status text not null default 'prospect', tier text, risk_level text, branch text, manager text,
        opened date,
        attributes jsonb not null default '{}',
        -- Per field: the source record and the rule that won.
        lineage jsonb not null default '{}',
        hash bytea,
        version integer not null default 1,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      );
      create index client_live on client (id) where merged_into is null;
      create index client_manager on client (branch, manager) where merged_into is null;

      create table source_identity (
        id bigint generated always as identity primary key,
        type text not null,
        key text not null,
        client_id uuid not null references client,
        first_seen timestamptz not null default now(),
        unique (type, key)
      );
      create index source_identity_client on source_identity (client_id);

      -- The newest version of each row that a source states about somebody; raw versions stay in the inbox.
      create table source_record (
        system_id smallint not null,
        stream text not null,
        key text not null,
        identity_id bigint not null references source_identity,
        version timestamptz not null,
        hash bytea not null,
        fields jsonb not null,
        deleted boolean not null default false,
        record_id bigint not null,
        mapping_version integer not null,
        primary key (system_id, stream, key)
      );
      create index source_record_identity on source_record (identity_id);

      create table account (
        kind text not null,
        no text not null,
        identity_id bigint not null references source_identity,
        system_id smallint not null,
        branch text, status text, currency text, opened date, closed date, commission_rate numeric(12, 4),
        version timestamptz not null,
        hash bytea not null,
        record_id bigint not null,
        primary key (kind, no)
      );
      create index account_identity on account (identity_id);

      create table consent (
        identity_id bigint not null references source_identity,
        channel text not null,
        purpose text not null,
        state text not null check (state in ('granted', 'denied')),
        occurred_at timestamptz not null,
        system_id smallint not null,
        record_id bigint not null,
        primary key (identity_id, channel, purpose)
      );

      create table asset_day (
        identity_id bigint not null references source_identity,
        day date not null,
        total numeric(30, 10), cash numeric(30, 10), securities numeric(30, 10), funds numeric(30, 10),
        debt numeric(30, 10), net numeric(30, 10),
        version timestamptz not null,
        hash bytea not null,
        record_id bigint not null,
        primary key (identity_id, day)
      );
      create index asset_day_by_day on asset_day (day);

      create table fact (
        id bigint not null,
        occurred_at timestamptz not null,
        identity_id bigint not null,
        kind text not null,
        system_id smallint not null,
        origin text not null,
        amount numeric(30, 10),
        data jsonb not null,
        primary key (id, occurred_at)
      ) partition by range (occurred_at);
      create table fact_default partition of fact default;
      create index fact_identity on fact (identity_id, occurred_at desc);

      create table measure_day (
        identity_id bigint not null,
        kind text not null,
        day date not null,
        n integer not null,
        amount numeric(30, 10) not null default 0,
        primary key (identity_id, kind, day)
      ) with (fillfactor = 85);
      create index measure_day_by_kind on measure_day (kind, day);

      -- Clients whose segment membership must be looked at again. History wins over live: see docs/explanation.
      create table client_changed (
        client_id uuid primary key,
        origin text not null,
        since timestamptz not null default clock_timestamp()
      );
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(
      'drop table client_changed, measure_day, fact, asset_day, consent, account, source_record, source_identity, client',
    );
  }
}
