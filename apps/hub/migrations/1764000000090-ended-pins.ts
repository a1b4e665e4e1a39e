import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Retention finds the pins that ended long ago without reading those that stand. */
export class EndedPins1764000000090 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query('create index field_pin_ended on field_pin (ended_at) where ended_at is not null');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop index field_pin_ended');
  }
}
