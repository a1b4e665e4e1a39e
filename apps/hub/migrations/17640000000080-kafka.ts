import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Endpoints may be Kafka topics. The number has one digit more, as that of the migration it builds on. */
export class Kafka17640000000080 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      alter table endpoint drop constraint endpoint_kind_check;
      alter table endpoint add constraint endpoint_kind_check check (kind in ('http', 'rabbitmq', 'nats', 'kafka', 'pull'));
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      delete from endpoint where kind = 'kafka';
      alter table endpoint drop constraint endpoint_kind_check;
      alter table endpoint add constraint endpoint_kind_check check (kind in ('http', 'rabbitmq', 'nats', 'pull'));
    `);
  }
}
