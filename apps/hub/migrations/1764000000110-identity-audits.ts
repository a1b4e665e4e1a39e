import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Samples of pairs that people judge without knowing what the model says of them, to measure it. */
export class IdentityAudits1764000000110 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table identity_audit (
        id uuid primary key,
        -- The model in force when it was drawn: its version, a mark of its weights, how it read them.
        model_version integer not null,
        weights text not null,
        scale double precision not null,
        "offset" double precision not null,
        link double precision not null,
        review double precision not null,
        seed integer not null,
        -- Of each stratum: least probability, where the next begins, pairs of the firm, pairs drawn.
        strata jsonb not null,
        created_by text not null,
        created_at timestamptz not null default now()
      );

      create table identity_audit_pair (
        audit_id uuid not null references identity_audit on delete cascade,
        -- In the order of a hash: the place of a pair tells nothing of it.
        n integer not null,
        -- Two identities, a < b; they may go while the audit is under way.
        a bigint not null,
        b bigint not null,
        -- When it was drawn: what the pair weighed, its place among the strata, and pairs of the firm that it stands for.
        bits double precision not null,
        stratum smallint not null,
        weight double precision not null,
        answer text check (answer in ('same', 'different', 'cannot_tell')),
        answered_by text,
        answered_at timestamptz,
        primary key (audit_id, n)
      );
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop table identity_audit_pair, identity_audit');
  }
}
