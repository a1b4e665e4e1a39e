import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What knows no business words: the outbox, and the processes that are alive. */
export class Platform1764000000000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      -- A process that claims work beats once a second; what a silent one holds is taken from it after three.
      create table worker (
        id uuid primary key,
        name text not null,
        started_at timestamptz not null default now(),
        beat_at timestamptz not null default now()
      );

      -- What happened, for others: written with the change itself, read by segments, campaigns, webhooks and screens.
      create table event (
        seq bigint generated always as identity,
        day date not null default (now() at time zone 'UTC')::date,
        id uuid not null,
        type text not null,
        at timestamptz not null default now(),
        client_id uuid,
        subject text not null,
        origin text not null,
        data jsonb not null,
        -- Readers that follow the feed stop before the oldest transaction still open, so a late commit is not missed.
        tx xid8 not null default pg_current_xact_id(),
        primary key (seq, day)
      ) partition by range (day);
      create table event_default partition of event default;
      create index event_client on event (client_id, seq);
      create index event_feed on event (tx, seq);

      -- Events that the webhook router has not fanned out yet.
      create table event_unrouted (
        seq bigint primary key,
        day date not null
      );
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop table event_unrouted, event, worker');
  }
}
