import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who may do what, and who did. */
export class Access1764000000007 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table app_user (
        id uuid primary key,
        login text not null unique,
        name text not null,
        password text,
        roles text[] not null,
        disabled boolean not null default false,
        failed_sign_ins integer not null default 0,
        locked_until timestamptz,
        created_at timestamptz not null default now()
      );

      -- Only hashes of what the bearer holds are stored.
      create table session (
        hash bytea primary key,
        user_id uuid not null references app_user on delete cascade,
        csrf text not null,
        created_at timestamptz not null default now(),
        last_seen_at timestamptz not null default now(),
        expires_at timestamptz not null
      );
      create table sign_in_link (
        hash bytea primary key,
        user_id uuid not null references app_user on delete cascade,
        expires_at timestamptz not null,
        used_at timestamptz
      );
      create table api_key (
        id uuid primary key,
        hash bytea not null unique,
        prefix text not null,
        name text not null,
        user_id uuid not null references app_user on delete cascade,
        scopes text[] not null,
        created_at timestamptz not null default now(),
        expires_at timestamptz,
        last_used_at timestamptz,
        revoked_at timestamptz
      );

      create table idempotency_key (
        actor text not null,
        key text not null,
        request_hash bytea not null,
        -- Null while the first request is under way.
        status smallint,
        body text,
        created_at timestamptz not null default now(),
        primary key (actor, key)
      );

      -- Append-only: each row carries the hash of the row before it.
      create table audit (
        seq bigint primary key,
        at timestamptz not null,
        actor text not null,
        action text not null,
        object text not null,
        detail jsonb not null,
        previous bytea not null,
        hash bytea not null
      );
      create function audit_is_append_only() returns trigger language plpgsql as $$
      begin
        raise exception 'the audit log is append-only';
      end $$;
      create trigger audit_is_append_only before update or delete or truncate on audit
        for each statement execute function audit_is_append_only();
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(
      'drop table audit, idempotency_key, api_key, sign_in_link, session, app_user; drop function audit_is_append_only',
    );
  }
}
