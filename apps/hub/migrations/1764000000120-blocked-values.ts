import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Values that people said are no evidence of who anybody is. */
export class BlockedValues1764000000120 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create table blocked_value (
        id uuid primary key,
        -- What it is a value of, as profiles name it: phone, email, idNumber.
        slot text not null,
        -- As profiles hold it: numbers of documents, accounts and devices as keyed hashes.
        value text not null,
        -- As lists show it, masked.
        shown text not null,
        reason text not null,
        blocked_by text not null,
        blocked_at timestamptz not null default now(),
        unblocked_by text,
        unblocked_at timestamptz,
        unblock_reason text
      );
      create unique index blocked_value_standing on blocked_value (slot, value) where unblocked_at is null;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop table blocked_value');
  }
}
