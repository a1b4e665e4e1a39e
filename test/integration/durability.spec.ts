import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Database, type Tx } from '#platform';
import { connectionUrl, testDatabase } from '../support/servers.js';

describe('whether a commit waits for the disk', () => {
  let db: Database;

  beforeAll(async () => {
    // One connection: what a transaction sets must not outlive it there.
    const source = new DataSource({ type: 'postgres', url: connectionUrl(await testDatabase()), poolSize: 1 });
    db = new Database(await source.initialize());
  });
  afterAll(() => db.source.destroy());

  const setting = async (tx: Pick<Tx, 'query'>) =>
    (await tx.query<{ synchronous_commit: string }>('show synchronous_commit'))[0]!.synchronous_commit;

  it('is the server’s own setting, but in a transaction that can be made again', async () => {
    const usual = await setting(db);
    expect(await db.tx(setting)).toBe(usual);
    expect(await db.tx(setting, { durable: false })).toBe('off');
    expect(await db.tx(setting)).toBe(usual);
    expect(await setting(db)).toBe(usual);
  });
});
