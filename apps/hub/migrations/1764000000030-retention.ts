import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What retention looks for. Block ranges: these tables grow at their end, and an index of every row would cost more. */
export class Retention1764000000030 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create index inbox_seen_day on inbox_seen using brin (seen_on) with (autosummarize = on);
      create index action_attempt_ended on action_attempt using brin (ended_at) with (autosummarize = on);
      create index outcome_received on outcome using brin (received_at) with (autosummarize = on);
      create index quarantine_resolved on quarantine (resolved_at) where state <> 'open';
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop index quarantine_resolved, outcome_received, action_attempt_ended, inbox_seen_day');
  }
}
