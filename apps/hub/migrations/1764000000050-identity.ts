import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Evidence of who is who. Membership (`source_identity.client_id`) is a pure function of these tables and of the active
 * model, computed for a whole connected component at a time; nothing here is ever patched by a merge. Identities are never
 * deleted, so what is written by the thousand a second refers to them without asking PostgreSQL to check.
 */
export class Identity1764000000050 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      -- What the current version of a row says besides its fields: other holders that it names, and contact points.
      alter table source_record
        add column holders bigint[] not null default '{}',
        add column points jsonb not null default '[]';

      -- Contact points that events mention: a browser, a device. An event has no versions, so these stay.
      create table identity_point (
        identity_id bigint not null,
        type text not null,
        key text not null,
        -- Of an identity document: the number, sealed; its key is a keyed hash.
        sealed text,
        record_id bigint not null,
        primary key (identity_id, type, key)
      );

      -- Stated edges: one row, or one event (its key is then empty), names two holders.
      create table identity_edge (
        a bigint not null,
        b bigint not null,
        system_id smallint not null,
        stream text not null,
        key text not null,
        record_id bigint not null,
        primary key (a, b, system_id, stream, key)
      );
      create index identity_edge_back on identity_edge (b, a);

      -- Normalised features of one identity (as text, so that they compare as written), and the block keys they give.
      create table match_profile (
        identity_id bigint primary key,
        features json not null,
        keys bigint[] not null
      );
      create table block_key (
        key bigint not null,
        identity_id bigint not null,
        primary key (key, identity_id)
      );

      -- Scored edges, a < b. \`bits\` is the weight of the pair under the active model.
      create table match_edge (
        a bigint not null,
        b bigint not null,
        bits double precision not null,
        primary key (a, b)
      );
      create index match_edge_back on match_edge (b, a);

      -- What people decided about two sets of identities. It wins over everything until it is revoked.
      create table identity_decision (
        id uuid primary key,
        verdict text not null check (verdict in ('same', 'different')),
        reason text not null,
        -- merge, unmerge or review
        source text not null,
        decided_by text not null,
        decided_at timestamptz not null default now(),
        revoked_by text,
        revoked_at timestamptz,
        -- A later word on the same people that says the opposite; when that is revoked, this one stands again.
        superseded_by uuid references identity_decision
      );
      create index identity_decision_superseded on identity_decision (superseded_by) where superseded_by is not null;
      create index identity_decision_time on identity_decision (decided_at desc, id);
      create table identity_decision_side (
        identity_id bigint not null references source_identity,
        decision_id uuid not null references identity_decision,
        side smallint not null check (side in (0, 1)),
        primary key (identity_id, decision_id)
      );
      create index identity_decision_side_decision on identity_decision_side (decision_id);

      create table match_model (
        version integer primary key,
        state text not null check (state in ('training', 'ready', 'active', 'retired', 'failed')),
        model jsonb,
        -- Where it comes from: from which records it was trained, or which thresholds were changed.
        origin jsonb not null default '{}',
        -- What it would change, as it was computed last.
        preview jsonb,
        previewed_at timestamptz,
        -- What is being done with it: train, preview or reconcile; and how far that is.
        task text check (task in ('train', 'preview', 'reconcile')),
        done bigint not null default 0,
        total bigint not null default 0,
        failure text,
        created_by text not null,
        created_at timestamptz not null default now(),
        activated_by text,
        activated_at timestamptz
      );
      create index match_model_task on match_model (version) where task is not null;
      create unique index match_model_active on match_model (state) where state = 'active';

      -- Pairs that wait for a person. A pair that the evidence no longer brings up goes away by itself.
      create table review_item (
        id uuid primary key,
        -- One identity of either side, a < b: the pair by which the two clusters meet.
        a bigint not null references source_identity,
        b bigint not null references source_identity,
        cause text not null,
        bits double precision,
        later_until timestamptz,
        opened_at timestamptz not null default now(),
        unique (a, b)
      );
      create index review_item_b on review_item (b);
      create index review_item_open on review_item (opened_at desc, id);

      -- How clients came together and apart, for the "why" of a client.
      create table identity_history (
        id bigint generated always as identity primary key,
        at timestamptz not null default clock_timestamp(),
        kind text not null check (kind in ('merged', 'split')),
        -- merged: from became into; split: a part of from is now into.
        from_id uuid not null,
        into_id uuid not null,
        cause text not null
      );
      create index identity_history_from on identity_history (from_id);
      create index identity_history_into on identity_history (into_id);
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      drop table identity_history, review_item, match_model, identity_decision_side, identity_decision, match_edge,
        block_key, match_profile, identity_edge, identity_point;
      alter table source_record drop column holders, drop column points;
    `);
  }
}
