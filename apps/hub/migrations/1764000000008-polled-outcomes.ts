import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sent actions without an outcome, in the order in which their targets are asked. */
export class PolledOutcomes1764000000008 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(
      "create index action_polled on action (system_id, name, next_at) where state = 'sent' and outcome is null",
    );
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop index action_polled');
  }
}
