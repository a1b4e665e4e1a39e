import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the endpoint answered in headers, bounded and without secret values, beside the body. */
export class AnswerHeaders17640000000081 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`alter table delivery_attempt add column answer_headers jsonb not null default '{}'`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('alter table delivery_attempt drop column answer_headers');
  }
}
