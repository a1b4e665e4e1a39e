import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Indexes for reads that went through a whole table. */
export class Plans1764000000010 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      -- A merge redirects everything that was redirected to the loser.
      create index client_redirected on client (merged_into) where merged_into is not null;
      -- The live ones are few, also while a backfill leaves a million of history.
      create index client_changed_live on client_changed (since) where origin = 'live';
      create index client_changed_since on client_changed (since);
      create index action_expiring on action (expires_at) where state = 'ready';
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop index action_expiring, client_changed_since, client_changed_live, client_redirected');
  }
}
