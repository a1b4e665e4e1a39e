import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Webhooks1764000000006 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table endpoint (
        id uuid primary key,
        name text not null,
        url text not null,
        -- Event types, or prefixes that end in *; empty: all.
        types text[] not null default '{}',
        state text not null default 'enabled' check (state in ('enabled', 'disabled')),
        disabled_reason text not null default '',
        concurrency smallint not null default 8 check (concurrency between 1 and 64),
        timeout_ms integer not null default 15000 check (timeout_ms between 1000 and 60000),
        failing_since timestamptz,
        version integer not null default 1,
        created_by text not null,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      );

      create table delivery (
        id uuid primary key,
        endpoint_id uuid not null references endpoint on delete cascade,
        event_seq bigint not null,
        event_day date not null,
        state text not null default 'ready' check (state in ('ready', 'claimed', 'delivered', 'failed')),
        next_at timestamptz not null default now(),
        lease_until timestamptz,
        claimed_by uuid,
        fence integer not null default 0,
        attempts integer not null default 0,
        created_at timestamptz not null default now(),
        delivered_at timestamptz,
        last_error text not null default '',
        unique (endpoint_id, event_seq)
      );
      create index delivery_due on delivery (endpoint_id, next_at, id) where state = 'ready';
      create index delivery_claimed on delivery (claimed_by) where state = 'claimed';
      create index delivery_log on delivery (endpoint_id, created_at desc);

      create table delivery_attempt (
        delivery_id uuid not null,
        day date not null default (now() at time zone 'UTC')::date,
        fence integer not null,
        n integer not null,
        at timestamptz not null,
        ms integer not null,
        status integer,
        error_class text not null default '',
        error text not null default '',
        body text not null default '',
        primary key (delivery_id, fence, day)
      ) partition by range (day);
      create table delivery_attempt_default partition of delivery_attempt default;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop table delivery_attempt, delivery, endpoint');
  }
}
