import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The inbox: what was received, as it was received, before anything is made of it. */
export class Inbox1764000000002 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      -- Processes take ids in blocks of 256 (hi/lo), so that a batch and its records are written in one statement.
      create sequence inbox_batch_block increment 256 minvalue 256;

      create table inbox_batch (
        id bigint primary key,
        system_id smallint not null references system,
        origin text not null check (origin in ('live', 'backfill', 'replay')),
        -- Who sent it: an API key, a system's own runner, an agent, a person.
        actor text not null,
        received_at timestamptz not null default clock_timestamp(),
        received_on date not null,
        read integer not null,
        applied integer not null default 0,
        unchanged integer not null default 0,
        quarantined integer not null default 0,
        skipped integer not null default 0,
        done_at timestamptz,
        -- Nothing is lost between read and done.
        constraint every_record_is_accounted_for
          check (done_at is null or read = applied + unchanged + quarantined + skipped)
      );
      create index inbox_batch_live on inbox_batch (id) where done_at is null and origin = 'live';
      create index inbox_batch_history on inbox_batch (id) include (read) where done_at is null and origin <> 'live';
      create index inbox_batch_system on inbox_batch (system_id, received_at);

      -- Sums of finished batches, by the day they were received.
      create table inbox_day (
        system_id smallint not null references system,
        day date not null,
        read bigint not null, applied bigint not null, unchanged bigint not null, quarantined bigint not null,
        skipped bigint not null,
        primary key (system_id, day)
      );

      -- id = batch id * 65536 + position in the batch: one index finds a record and all records of a batch.
      create table inbox_record (
        id bigint not null,
        received_on date not null,
        stream text not null,
        key text not null,
        op text not null,
        dedupe_id text not null,
        occurred_at timestamptz,
        -- JSON text exactly as received.
        data text not null,
        primary key (id, received_on)
      ) partition by range (received_on);
      create table inbox_record_default partition of inbox_record default;

      -- The narrow ledger that makes a repeated record cost one index probe, however many days are kept.
      create table inbox_seen (
        system_id smallint not null,
        dedupe_id text not null,
        seen_on date not null,
        primary key (system_id, dedupe_id)
      );

      -- Records that a replay batch applies again; they keep their ids, so what they made is found again.
      create table inbox_replay (
        batch_id bigint not null references inbox_batch on delete cascade,
        record_id bigint not null,
        received_on date not null,
        primary key (batch_id, record_id)
      );

      create table quarantine (
        id uuid primary key,
        batch_id bigint not null,
        -- Null when it could not even be stored as a record.
        record_id bigint,
        received_on date,
        system_id smallint not null references system,
        stream text not null,
        key text not null,
        field text not null,
        reason text not null,
        raw bytea not null,
        mapping_version integer,
        state text not null default 'open' check (state in ('open', 'replayed', 'discarded')),
        created_at timestamptz not null default now(),
        resolved_at timestamptz,
        resolved_by text
      );
      create index quarantine_open on quarantine (system_id, stream, id) where state = 'open';
      create index quarantine_record on quarantine (record_id) where record_id is not null;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(
      'drop table quarantine, inbox_replay, inbox_seen, inbox_record, inbox_day, inbox_batch; drop sequence inbox_batch_block',
    );
  }
}
