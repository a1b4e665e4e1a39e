import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Segments1764000000004 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table segment (
        id uuid primary key,
        code text not null unique check (code ~ '^[a-z][a-z0-9-]{1,59}$'),
        name text not null,
        version integer not null,
        state text not null default 'active' check (state in ('active', 'archived')),
        evaluated_at timestamptz,
        -- The last day for which everybody was evaluated: windows move at midnight without any fact.
        evaluated_day date,
        created_by text not null,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      );

      create table segment_version (
        segment_id uuid not null references segment on delete cascade,
        version integer not null,
        rule text not null,
        created_by text not null,
        created_at timestamptz not null default now(),
        primary key (segment_id, version)
      );

      create table segment_member (
        segment_id uuid not null references segment on delete cascade,
        client_id uuid not null references client,
        version integer not null,
        entered_at timestamptz not null default now(),
        primary key (segment_id, client_id)
      );
      create index segment_member_client on segment_member (client_id);

      -- Live entries that running campaigns have not looked at yet. History makes none.
      create table segment_entry (
        id bigint generated always as identity primary key,
        segment_id uuid not null references segment on delete cascade,
        client_id uuid not null,
        entered_at timestamptz not null default clock_timestamp()
      );
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop table segment_entry, segment_member, segment_version, segment');
  }
}
