import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Campaigns, and the effect ledger through which everything that leaves the hub for a client must go. */
export class Campaigns1764000000005 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table campaign (
        id uuid primary key,
        code text not null unique check (code ~ '^[a-z][a-z0-9-]{1,59}$'),
        name text not null,
        strategy text not null default '',
        -- Grows with every change of content, rules or audience; an approval belongs to one version.
        version integer not null default 1,
        spec jsonb not null,
        state text not null default 'draft' check (state in
          ('draft', 'planned', 'submitted', 'approved', 'running', 'paused', 'stopped', 'completed')),
        planned_at timestamptz,
        -- sha256 over audience, arms, content and rules, and what the gates would have said.
        plan_hash bytea,
        plan jsonb,
        launched_at timestamptz,
        stopped_at timestamptz,
        -- The last pause or stop, so that "click to silence" can be shown.
        halted_at timestamptz,
        created_by text not null,
        updated_by uuid not null,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      );

      -- Who the plan means, frozen; the arm is drawn and stored before anything is sent.
      create table campaign_client (
        campaign_id uuid not null references campaign on delete cascade,
        version integer not null,
        client_id uuid not null references client,
        arm text not null check (arm in ('treatment', 'control')),
        -- When the client's own time began: the launch, or the entry into the segment.
        entered_at timestamptz,
        -- The step that is to be reserved next; null when none is.
        next_step text,
        primary key (campaign_id, version, client_id)
      );
      create index campaign_client_client on campaign_client (client_id);
      create index campaign_client_pending on campaign_client (campaign_id, version, next_step, client_id) where next_step is not null;

      create table approval (
        id uuid primary key,
        campaign_id uuid not null references campaign on delete cascade,
        version integer not null,
        plan_hash bytea not null,
        maker uuid not null,
        submitted_at timestamptz not null default now(),
        checker uuid,
        decision text check (decision in ('approved', 'rejected')),
        reason text not null default '',
        decided_at timestamptz,
        constraint maker_is_not_checker check (checker is null or checker <> maker)
      );
      create index approval_campaign on approval (campaign_id, version);

      create table action (
        id uuid primary key,
        -- sha256 over campaign, version, client, step, channel: an action exists once.
        key bytea not null unique,
        campaign_id uuid not null references campaign,
        campaign_version integer not null,
        client_id uuid not null references client,
        step text not null,
        channel text not null,
        name text not null,
        system_id smallint not null references system,
        params jsonb not null,
        state text not null check (state in
          ('held_out', 'suppressed', 'ready', 'claimed', 'sent', 'proved', 'rejected', 'failed', 'unknown', 'expired', 'cancelled')),
        reason text not null default '',
        -- How it can be made once: native, probe or none (docs/explanation/one-effect.md).
        idempotency text not null,
        -- For probe: how long after a lost send the target's records can be trusted.
        settle_ms integer not null default 0,
        wait_ms bigint not null default 0,
        -- Claim engine.
        next_at timestamptz not null default now(),
        lease_until timestamptz,
        claimed_by uuid,
        claimed_at timestamptz,
        fence integer not null default 0,
        attempts integer not null default 0,
        -- True when an earlier attempt may have been made: ask the target before sending again.
        in_doubt boolean not null default false,
        expires_at timestamptz not null,
        external_id text,
        sent_at timestamptz,
        outcome text,
        outcome_at timestamptz,
        outcome_final boolean not null default false,
        -- Until when the step waits for an outcome; null once it has been decided.
        wait_until timestamptz,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      );
      create index action_due on action (campaign_id, system_id, next_at) where state = 'ready';
      create index action_claimed on action (claimed_by) where state = 'claimed';
      create index action_waiting on action (wait_until) where wait_until is not null;
      create index action_campaign on action (campaign_id, step, state);
      create index action_client on action (client_id, created_at);
      create index action_external on action (system_id, external_id) where external_id is not null;

      create table action_attempt (
        action_id uuid not null references action on delete cascade,
        fence integer not null,
        n integer not null,
        -- What was asked of the target: perform or probe.
        kind text not null,
        started_at timestamptz not null,
        ended_at timestamptz not null,
        status text not null,
        detail text not null default '',
        primary key (action_id, fence)
      );

      create table outcome (
        id uuid primary key,
        record_id bigint not null unique,
        action_id uuid references action,
        system_id smallint not null,
        command_id text,
        external_id text,
        kind text not null,
        occurred_at timestamptz not null,
        detail text not null default '',
        received_at timestamptz not null default now()
      );
      create index outcome_action on outcome (action_id);
      -- Outcomes that came before the answer that names their action.
      create index outcome_orphan on outcome (system_id, external_id) where action_id is null;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop table outcome, action_attempt, action, approval, campaign_client, campaign');
  }
}
