import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A client is found by a whole name, phone or address; each by an index. */
export class ClientSearch1764000000070 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      create index client_name on client (name) where merged_into is null and name is not null;
      create index client_phones on client using gin (phones) where merged_into is null;
      create index client_emails on client using gin (emails) where merged_into is null;
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop index client_name, client_phones, client_emails');
  }
}
