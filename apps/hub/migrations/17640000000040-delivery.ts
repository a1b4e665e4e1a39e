import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Deliveries part in two: `delivery` holds only what is still to be delivered, and stays small; `delivery_done` is the
 * log, by day, so that retention is dropping a day. A delivery is in exactly one of the two.
 */
export class Delivery17640000000040 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      alter table endpoint
        add column kind text not null default 'http' check (kind in ('http', 'rabbitmq', 'nats', 'pull')),
        -- Where in a broker: {exchange, routingKey} or {subject}.
        add column target jsonb not null default '{}',
        add column branches text[] not null default '{}',
        add column segments text[] not null default '{}',
        -- Public ids of campaigns.
        add column campaigns text[] not null default '{}',
        add column body text not null default 'thin' check (body in ('thin', 'full')),
        -- Personal fields that full bodies may show unmasked.
        add column reveal text[] not null default '{}',
        -- Output path → expression; null: the CloudEvent itself.
        add column transform jsonb,
        -- Deliveries a second; null: as fast as they are answered.
        add column rate real check (rate > 0),
        add column ordering text not null default 'none' check (ordering in ('none', 'client', 'subject')),
        add column when_exhausted text not null default 'skip' check (when_exhausted in ('skip', 'park')),
        -- Upper bounds of the pauses between attempts, seconds; null: the default schedule.
        add column retry_seconds integer[],
        -- 0: never.
        add column disable_after_days smallint not null default 5 check (disable_after_days between 0 and 90),
        -- Names of the custom headers; their values are sealed.
        add column header_names text[] not null default '{}',
        -- What may be shown of OAuth2 client credentials and of mutual TLS; secrets are sealed.
        add column auth jsonb not null default '{}',
        drop column failing_since;
      alter table endpoint drop constraint endpoint_timeout_ms_check;
      alter table endpoint add constraint endpoint_timeout_ms_check check (timeout_ms between 100 and 60000);

      -- What changes with the answers of an endpoint, apart from its settings.
      create table endpoint_flow (
        endpoint_id uuid primary key references endpoint on delete cascade,
        tokens double precision not null default 0,
        refilled_at timestamptz not null default now(),
        breaker text not null default 'closed' check (breaker in ('closed', 'open', 'half_open')),
        open_until timestamptz,
        -- Attempts in a row that failed as if nobody were there.
        failures integer not null default 0,
        -- Since when nothing was answered well.
        failing_since timestamptz,
        notices smallint not null default 0
      ) with (fillfactor = 50);
      insert into endpoint_flow (endpoint_id) select id from endpoint;

      -- Every key that has not retired signs. The secret itself is sealed in secret under place.
      create table endpoint_key (
        id uuid primary key,
        endpoint_id uuid not null references endpoint on delete cascade,
        kind text not null check (kind in ('v1', 'v1a')),
        place text not null,
        public_key text,
        created_by text not null,
        created_at timestamptz not null default now(),
        retires_at timestamptz
      );
      create index endpoint_key_of on endpoint_key (endpoint_id);
      insert into endpoint_key (id, endpoint_id, kind, place, created_by, created_at)
      select gen_random_uuid(), id, 'v1', 'endpoint/' || id || '/secret', created_by, created_at from endpoint;

      alter table delivery rename to delivery_before;
      create table delivery (
        -- Follows from event and endpoint, so that a delivery made again has the same webhook-id; sorts by event.
        id uuid primary key,
        endpoint_id uuid not null,
        event_seq bigint not null,
        event_day date not null,
        order_key text,
        state text not null default 'ready' check (state in ('ready', 'claimed', 'parked')),
        next_at timestamptz not null default now(),
        lease_until timestamptz,
        claimed_by uuid,
        fence integer not null default 0,
        attempts integer not null default 0,
        created_at timestamptz not null default now(),
        last_error text not null default ''
      ) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 1);
      insert into delivery (id, endpoint_id, event_seq, event_day, state, next_at, fence, attempts, created_at, last_error)
      select id, endpoint_id, event_seq, event_day, 'ready', next_at, fence + 1, attempts, created_at, last_error
      from delivery_before where state in ('ready', 'claimed');
      create index delivery_ready on delivery (endpoint_id, next_at) where state = 'ready';
      create index delivery_taken on delivery (claimed_by) where state = 'claimed';
      create index delivery_in_order on delivery (endpoint_id, order_key, event_seq) where order_key is not null;

      create table delivery_done (
        id uuid not null,
        endpoint_id uuid not null,
        event_seq bigint not null,
        event_day date not null,
        order_key text,
        state text not null check (state in ('delivered', 'failed')),
        fence integer not null,
        attempts integer not null,
        created_at timestamptz not null,
        ended_at timestamptz not null default now(),
        last_error text not null default '',
        primary key (id, event_day)
      ) partition by range (event_day);
      create index delivery_done_of on delivery_done (endpoint_id, id);
      create table delivery_done_default partition of delivery_done default;
      insert into delivery_done (id, endpoint_id, event_seq, event_day, state, fence, attempts, created_at, ended_at, last_error)
      select id, endpoint_id, event_seq, event_day, state, fence, attempts, created_at, coalesce(delivered_at, now()), last_error
      from delivery_before where state in ('delivered', 'failed');
      drop table delivery_before;

      alter table delivery_attempt add column ip text, add column headers jsonb not null default '{}';
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      alter table delivery_attempt drop column headers, drop column ip;
      alter table delivery drop constraint delivery_state_check;
      alter table delivery drop column order_key, add column delivered_at timestamptz,
        add constraint delivery_state_check check (state in ('ready', 'claimed', 'delivered', 'failed', 'parked'));
      insert into delivery (id, endpoint_id, event_seq, event_day, state, fence, attempts, created_at, delivered_at, last_error)
      select id, endpoint_id, event_seq, event_day, state, fence, attempts, created_at, ended_at, last_error from delivery_done;
      drop table delivery_done, endpoint_key, endpoint_flow;
      alter table endpoint drop column kind, drop column target, drop column branches, drop column segments, drop column campaigns,
        drop column body, drop column reveal, drop column transform, drop column rate, drop column ordering, drop column when_exhausted,
        drop column retry_seconds, drop column disable_after_days, drop column header_names, drop column auth,
        add column failing_since timestamptz;
    `);
  }
}
