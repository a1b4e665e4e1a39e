import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Registered systems, their streams, secrets, mappings, and who runs them. */
export class Systems1764000000001 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table system (
        id smallint generated always as identity primary key,
        code text not null unique check (code ~ '^[a-z][a-z0-9-]{1,39}$'),
        name text not null,
        connector text not null,
        settings jsonb not null,
        -- Survivorship: the system with the smallest number is believed first.
        priority smallint not null default 50,
        -- Name of the agent that hosts it; null: the hub does.
        agent text,
        owner text not null default '',
        state text not null default 'active' check (state in ('active', 'paused')),
        version integer not null default 1,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      );

      -- Sealed values (AES-256-GCM envelopes); place is the additional data, such as system/trading/password.
      create table secret (
        place text primary key,
        sealed bytea not null,
        updated_by text not null,
        updated_at timestamptz not null default now()
      );

      create table stream (
        system_id smallint not null references system on delete cascade,
        name text not null,
        state jsonb,
        -- Grows by one with each commit of state: two runners of one stream cannot both advance it.
        state_version bigint not null default 0,
        phase text not null default 'backfill' check (phase in ('backfill', 'live')),
        rows_done bigint not null default 0,
        rows_expected bigint,
        started_at timestamptz,
        caught_up_at timestamptz,
        last_good_at timestamptz,
        last_record_at timestamptz,
        fields jsonb,
        drift jsonb,
        error jsonb,
        primary key (system_id, name)
      );

      -- One process at a time runs a system's pulls and sessions; the fence grows with each holder.
      create table system_lease (
        system_id smallint primary key references system on delete cascade,
        holder text not null,
        fence bigint not null,
        until timestamptz not null
      );

      create table mapping (
        system_id smallint not null references system on delete cascade,
        stream text not null,
        version integer not null,
        spec jsonb not null,
        state text not null check (state in ('draft', 'active', 'retired')),
        created_by text not null,
        created_at timestamptz not null default now(),
        primary key (system_id, stream, version)
      );
      create unique index mapping_active on mapping (system_id, stream) where state = 'active';
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop table mapping, system_lease, stream, secret, system');
  }
}
