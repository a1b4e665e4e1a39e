import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '#platform';
import { ensurePartitions } from '../../apps/hub/src/jobs/partitions.js';
import { startTestHub, type TestHub, until } from '../support/hub.js';

describe('a day that had no partition', () => {
  let t: TestHub;
  let db: Database;

  beforeAll(async () => {
    t = await startTestHub();
    db = t.hub.app.get(Database);
    await t.api('POST', '/systems', {
      code: 'web',
      name: 'Web',
      connector: 'web-segment',
      settings: { writeKey: 'key-of-web' },
    });
  });
  afterAll(() => t.stop());

  it('keeps its rows in the default partition, and moves them when it gets one', async () => {
    const [day] = await db.query<{ name: string }>(
      "select to_char(now() at time zone 'UTC', '\"_\"YYYY_MM_DD') as name",
    );
    for (const table of ['inbox_record', 'event', 'delivery_attempt'])
      await db.query(`drop table ${table}${day!.name}`);
    await fetch(`${t.hub.url}/v1/identify`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('key-of-web:').toString('base64')}` },
      body: JSON.stringify({ messageId: 'm1', userId: 'u1', traits: { name: '陈晓' } }),
    });
    await until('the client', async () => (await t.api<{ clients: number }>('GET', '/loop')).body.clients === 1);
    const count = async (table: string) =>
      (await db.query<{ n: number }>(`select count(*)::int as n from ${table}`))[0]!.n;
    const events = await count('event_default');
    expect(events).toBeGreaterThan(0);
    expect(await count('inbox_record_default')).toBe(1);

    await Promise.all([ensurePartitions(db), ensurePartitions(db)]);
    expect(await count('inbox_record_default')).toBe(0);
    expect(await count(`inbox_record${day!.name}`)).toBe(1);
    expect(await count(`event${day!.name}`)).toBe(events);
  });
});
