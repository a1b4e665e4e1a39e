import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Analytics } from '@segment/analytics-node';
import { Database } from '#platform';
import { startTestHub, type TestHub, until } from '../support/hub.js';

const USERS = 200;
const WRITE_KEY = 'key-of-the-web-site';

describe('the unmodified Segment SDK', () => {
  let t: TestHub;
  let db: Database;

  beforeAll(async () => {
    t = await startTestHub();
    db = t.hub.app.get(Database);
    const made = await t.api('POST', '/systems', {
      code: 'web',
      name: 'Web',
      connector: 'web-segment',
      settings: { writeKey: WRITE_KEY },
    });
    expect(made.status).toBe(201);
  });
  afterAll(() => t.stop());

  const sdk = (writeKey = WRITE_KEY) =>
    new Analytics({ writeKey, host: t.hub.url, flushAt: 40, flushInterval: 200, maxRetries: 2 });
  const one = async (text: string, values: unknown[] = []) => (await db.query<{ n: number }>(text, values))[0]!.n;

  /** Each user: two pages before signing in, identify, a login, three features, and every tenth an alias. */
  async function visit(analytics: Analytics): Promise<number> {
    let sent = 0;
    const faults: unknown[] = [];
    const done = (e?: unknown) => void (e === undefined ? sent++ : faults.push(e));
    for (let n = 0; n < USERS; n++) {
      const userId = `user-${n}`;
      const anonymousId = `browser-${n}`;
      analytics.page({ anonymousId, name: '行情中心', properties: { url: 'https://www.firm.example/quotes' } }, done);
      analytics.page({ anonymousId, name: '资讯' }, done);
      analytics.identify({ userId, anonymousId, traits: { name: `客户${n}`, email: `u${n}@mail.example.com` } }, done);
      analytics.track({ userId, event: 'Logged In', properties: { method: 'password' } }, done);
      for (const event of ['Watchlist Changed', 'Report Opened', 'Chat Opened'])
        analytics.track({ userId, event, properties: { at: n } }, done);
      if (n % 10 === 0) analytics.alias({ userId, previousId: `tablet-${n}` }, done);
    }
    await analytics.closeAndFlush({ timeout: 20_000 });
    expect(faults).toEqual([]);
    return sent;
  }

  it('sends in volume, and all arrive once and become clients with a timeline', async () => {
    const sent = await visit(sdk());
    expect(sent).toBe(USERS * 7 + USERS / 10);
    // What was answered is stored: no waiting here.
    expect(await one('select count(*)::int as n from inbox_record')).toBe(sent);
    await until('everything is applied', async () => {
      return (await one('select count(*)::int as n from inbox_batch where done_at is null')) === 0;
    });
    const { totals } = (await t.api<{ totals: Record<string, number> }>('GET', '/systems/web/reconciliation')).body;
    expect(totals).toMatchObject({ read: sent, quarantined: 0, waiting: 0 });

    // A browser and a tablet are the user's: nobody is two clients.
    expect(await one('select count(*)::int as n from client where merged_into is null')).toBe(USERS);
    const facts = await db.query<{ kind: string; n: number }>(
      'select kind, count(*)::int as n from fact group by kind order by kind',
    );
    expect(facts).toEqual([
      { kind: 'web.feature', n: USERS * 3 },
      { kind: 'web.login', n: USERS },
      { kind: 'web.page', n: USERS * 2 },
    ]);
    const keys = await db.query<{ type: string; n: number }>(
      `with owner as (select client_id from source_identity where type = 'user_id' and key = 'user-10'),
         mine as (select i.id, i.type, i.key from source_identity i join owner using (client_id))
       select type, count(*)::int as n from (
         select type, key from mine
         union select p.type, p.key from identity_point p join mine on mine.id = p.identity_id) as k
       where type in ('anonymous_id', 'user_id') group by type order by type`,
    );
    expect(keys).toEqual([
      { type: 'anonymous_id', n: 2 },
      { type: 'user_id', n: 1 },
    ]);
  });

  it('is refused with a wrong write key, and nothing of it is stored', async () => {
    const before = await one('select count(*)::int as n from inbox_record');
    const analytics = sdk('not-the-key-of-the-site');
    analytics.on('error', () => {});
    const refused = new Promise<unknown>((ok) => analytics.track({ userId: 'stranger', event: 'Logged In' }, ok));
    await analytics.closeAndFlush({ timeout: 20_000 });
    expect(await refused).toBeDefined();
    expect(await one('select count(*)::int as n from inbox_record')).toBe(before);

    const raw = await fetch(`${t.hub.url}/v1/batch`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('not-the-key-of-the-site:').toString('base64')}` },
      body: JSON.stringify({ batch: [{ type: 'track', event: 'x', userId: 'stranger', messageId: 'm' }] }),
    });
    expect(raw.status).toBe(401);
    expect(await raw.json()).toMatchObject({ code: 'INTAKE_UNKNOWN_KEY' });
  });
});
