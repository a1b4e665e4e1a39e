import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who made an API key, and which key followed it. */
export class KeyRotation1764000000091 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      -- Null: it was made before that was noted; the audit log has it.
      alter table api_key add column created_by text;
      -- The key that follows it; it works beside that until expires_at.
      alter table api_key add column successor uuid references api_key;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('alter table api_key drop column created_by, drop column successor');
  }
}
