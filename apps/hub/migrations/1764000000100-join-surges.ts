import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How often the records of a stream join clients, and when that is suddenly often. */
export class JoinSurges1764000000100 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table join_count (
        system_id smallint not null references system on delete cascade,
        stream text not null,
        -- What led to the joins; '' for the row that counts records.
        evidence text not null,
        -- The ten minutes that begin then.
        at timestamptz not null,
        records integer not null default 0,
        joins integer not null default 0,
        samples jsonb not null default '[]',
        primary key (system_id, stream, evidence, at)
      );
      create index join_count_at on join_count (at);

      create table join_surge (
        id uuid primary key,
        system_id smallint not null references system on delete cascade,
        stream text not null,
        evidence text not null,
        joins integer not null,
        records integer not null,
        usual_joins integer not null,
        usual_records integer not null,
        samples jsonb not null default '[]',
        opened_at timestamptz not null default now(),
        seen_at timestamptz not null default now(),
        closed_at timestamptz,
        closed_by text,
        note text
      );
      create unique index join_surge_open on join_surge (system_id, stream, evidence) where closed_at is null;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop table join_surge, join_count');
  }
}
