import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which of several values a client shows: what systems have verified, what people pinned, and the firm's policy. A pin
 * hangs on an identity, like everything that is known of a client, so a merge or an unmerge takes it along.
 */
export class Survivorship1764000000060 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      -- Fields that the system has verified; they are believed before those that are only stated.
      alter table system add column verified text[] not null default '{}';

      create table field_pin (
        id uuid primary key,
        identity_id bigint not null references source_identity,
        -- name, attributes.hobby
        field text not null,
        -- The one field, in the form of source_record.fields: documents sealed, with their keyed hash.
        fields jsonb not null,
        reason text not null,
        pinned_by text not null,
        pinned_at timestamptz not null,
        expires_at timestamptz,
        ended_at timestamptz,
        end_cause text check (end_cause in ('removed', 'expired', 'replaced')),
        -- Null when it expired.
        ended_by text,
        end_reason text
      );
      create unique index field_pin_standing on field_pin (identity_id, field) where ended_at is null;
      create index field_pin_identity on field_pin (identity_id, id desc);
      create index field_pin_due on field_pin (expires_at) where ended_at is null and expires_at is not null;

      -- Versions of the policy; without one in force, the shipped policy decides.
      create table survivorship_policy (
        version integer primary key,
        state text not null check (state in ('active', 'retired')),
        rules jsonb not null,
        created_by text not null,
        created_at timestamptz not null default now()
      );
      create unique index survivorship_policy_active on survivorship_policy (state) where state = 'active';

      -- Everybody is to be computed anew, because of a change of policy or of what a system is believed.
      create table client_recompute (
        id bigint generated always as identity primary key,
        cause text not null check (cause in ('policy', 'system', 'upgrade')),
        asked_by text not null,
        asked_at timestamptz not null default now(),
        -- The last client that was computed.
        after uuid not null default '00000000-0000-0000-0000-000000000000',
        done bigint not null default 0,
        changed bigint not null default 0,
        total bigint,
        failure text,
        finished_at timestamptz
      );
      create index client_recompute_open on client_recompute (id) where finished_at is null;

      -- The rules have grown: completeness and frequency decide where age does not.
      insert into client_recompute (cause, asked_by) select 'upgrade', 'upgrade' where exists (select from client);
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      drop table client_recompute, survivorship_policy, field_pin;
      alter table system drop column verified;
    `);
  }
}
