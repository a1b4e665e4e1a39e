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
    const count = async (table: string) =>
      (await db.query<{ n: number }>(`select count(*)::int as n from ${table}`))[0]!.n;
    // The hub sees to its partitions now and then: when it does so in between, the next record shows what is asked.
    let clients = 0;
    do {
      for (const table of ['inbox_record', 'event', 'delivery_attempt'])
        await db.query(`drop table if exists ${table}${day!.name}`);
      clients++;
      await fetch(`${t.hub.url}/v1/identify`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from('key-of-web:').toString('base64')}` },
        body: JSON.stringify({ messageId: `m${clients}`, userId: `u${clients}`, traits: { name: '陈晓' } }),
      });
      await until(
        'the client',
        async () => (await t.api<{ clients: number }>('GET', '/loop')).body.clients === clients,
      );
    } while ((await count('event_default')) === 0 || (await count('inbox_record_default')) === 0);
    const [events, records] = [await count('event_default'), await count('inbox_record_default')];

    await Promise.all([ensurePartitions(db), ensurePartitions(db)]);
    expect(await count('inbox_record_default')).toBe(0);
    expect(await count(`inbox_record${day!.name}`)).toBe(records);
    expect(await count(`event${day!.name}`)).toBe(events);
  });
});
