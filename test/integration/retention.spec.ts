import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Database, uuidv7 } from '#platform';
import { retain } from '../../apps/hub/src/jobs/retention.js';
import { startTestHub, type TestHub } from '../support/hub.js';

const OLD = '2020-02-03';
const KEEP = { inbox: 90, dedupe: 400, events: 90, ledger: 400, pins: 3000, facts: 1500 };

describe('retention', () => {
  let t: TestHub;
  let db: Database;
  let systemId: number;

  beforeAll(async () => {
    t = await startTestHub({ env: { ISTHMUS_ROLE: 'api' } });
    db = t.hub.app.get(Database);
    const settings = { writeKey: 'key-of-web' };
    await t.api('POST', '/systems', { code: 'web', name: 'Web', connector: 'web-segment', settings });
    [{ id: systemId }] = (await db.query<{ id: number }>('select id from system')) as [{ id: number }];
  });
  afterAll(() => t.stop());

  const count = async (from: string) => (await db.query<{ n: number }>(`select count(*)::int as n from ${from}`))[0]!.n;

  it('drops old days of the inbox, and keeps what is open in quarantine and what a repeat is known by', async () => {
    await db.query(
      `create table inbox_record_2020_02_03 partition of inbox_record for values from ('${OLD}') to ('2020-02-04')`,
    );
    for (const [batch, at] of [
      [1, OLD],
      [2, OLD],
      [3, new Date().toISOString()],
    ] as const)
      await db.query(
        `insert into inbox_batch (id, system_id, origin, actor, received_at, received_on, read, applied, quarantined, done_at)
         values ($1, $2, 'live', 'test', $3, $3::timestamptz::date, 2, 1, 1, now())`,
        [batch, systemId, at],
      );
    for (const id of [65536, 65537, 131072])
      await db.query(
        `insert into inbox_record (id, received_on, stream, key, op, dedupe_id, data) values ($1::bigint, '${OLD}', 's', 'k', 'upsert', $1::bigint::text, '{}')`,
        [id],
      );
    await db.query(
      `insert into inbox_seen (system_id, dedupe_id, seen_on) values ($1, 'ancient', '${OLD}'), ($1, 'last year', current_date - 200)`,
      [systemId],
    );
    for (const [record, state] of [
      [65537, 'open'],
      [131072, 'discarded'],
    ] as const)
      await db.query(
        `insert into quarantine (id, batch_id, record_id, received_on, system_id, stream, key, field, reason, raw, state, resolved_at)
         values ($1, 1, $2, '${OLD}', $3, 's', 'k', 'f', 'r', '', $4, case when $4 <> 'open' then '${OLD}'::timestamptz end)`,
        [uuidv7(), record, systemId, state],
      );

    await retain(db, KEEP);

    expect(await db.query('select id from inbox_record')).toEqual([{ id: 65537 }]);
    expect(await db.query('select id from inbox_batch')).toEqual([{ id: 3 }]);
    expect(await db.query('select dedupe_id from inbox_seen')).toEqual([{ dedupe_id: 'last year' }]);
    expect(await db.query('select state from quarantine')).toEqual([{ state: 'open' }]);
    expect((await t.api<{ queued: number }>('POST', '/quarantine/replay', { system: 'web' })).body).toEqual({
      queued: 1,
      impossible: 0,
    });
    // It is in line to be applied again now, and stays until it has been.
    await retain(db, KEEP);
    expect(await count('inbox_record')).toBe(1);
  });

  it('keeps of an action its last attempt and the outcome it shows', async () => {
    const [campaign, client, action] = [randomUUID(), randomUUID(), uuidv7()];
    await db.query("insert into client (id, founder) values ($1, 'test')", [client]);
    await db.query(
      "insert into campaign (id, code, name, spec, created_by, updated_by) values ($1, 'old', 'Old', '{}', 'test', $2)",
      [campaign, randomUUID()],
    );
    await db.query(
      `insert into action (id, key, campaign_id, campaign_version, client_id, step, channel, name, system_id, params, state,
         idempotency, expires_at, outcome, outcome_at)
       values ($1, '\\x01', $2, 1, $3, 's', 'web', 'web.message', $4, '{}', 'proved', 'native', now(), 'opened', '2020-02-03T01:00:00Z')`,
      [action, campaign, client, systemId],
    );
    for (const n of [1, 2])
      await db.query(
        `insert into action_attempt (action_id, fence, n, kind, started_at, ended_at, status)
         values ($1, $2, $2, 'perform', '${OLD}', '${OLD}', 'done')`,
        [action, n],
      );
    for (const [record, kind, at, of] of [
      [1, 'delivered', '2020-02-03T00:00:00Z', action],
      [2, 'opened', '2020-02-03T01:00:00Z', action],
      [3, 'opened', '2020-02-03T01:00:00Z', null],
    ] as const)
      await db.query(
        `insert into outcome (id, record_id, action_id, system_id, kind, occurred_at, received_at) values ($1, $2, $3, $4, $5, $6, $6)`,
        [uuidv7(), record, of, systemId, kind, at],
      );
    await retain(db, KEEP);
    expect(await db.query('select n from action_attempt')).toEqual([{ n: 2 }]);
    expect(await db.query('select kind, action_id from outcome')).toEqual([{ kind: 'opened', action_id: action }]);
  });

  it('keeps a day of events as long as one of them is not delivered', async () => {
    for (const day of ['2020-02-03', '2020-02-04']) {
      const next = `2020-02-0${Number(day.at(-1)) + 1}`;
      await db.query(
        `create table event_${day.replaceAll('-', '_')} partition of event for values from ('${day}') to ('${next}')`,
      );
      await db.query(
        `insert into event (day, id, type, subject, origin, data) values ('${day}', $1, 'test', 's', 'live', '{}')`,
        [randomUUID()],
      );
    }
    await db.query("insert into event_unrouted select seq, day from event where day = '2020-02-04'");
    await retain(db, KEEP);
    expect(await db.query("select day from event where day < '2021-01-01'")).toEqual([{ day: '2020-02-04' }]);
    await db.query('delete from event_unrouted');
    await retain(db, KEEP);
    expect(await count("event where day < '2021-01-01'")).toBe(0);
  });

  it('drops pins that ended long ago, and keeps what stands, however old', async () => {
    const [client] = await db.query<{ id: string }>(
      "insert into client (id, founder) values (gen_random_uuid(), 'id:user_id:1') returning id",
    );
    const [identity] = await db.query<{ id: number }>(
      "insert into source_identity (type, key, client_id) values ('user_id', '1', $1) returning id",
      [client!.id],
    );
    const year = 365;
    for (const [field, endedDaysAgo] of [
      ['name', 9 * year],
      ['tier', 8 * year],
      ['gender', null],
    ] as const)
      await db.query(
        `insert into field_pin (id, identity_id, field, fields, reason, pinned_by, pinned_at, ended_at, end_cause)
         values ($1, $2, $3, '{}', 'r', 'admin', '2010-01-01', now() - make_interval(days => $4::integer),
           case when $4::integer is not null then 'removed' end)`,
        [uuidv7(), identity!.id, field, endedDaysAgo],
      );
    await retain(db, KEEP);
    expect(await db.query('select field from field_pin order by field')).toEqual([
      { field: 'gender' },
      { field: 'tier' },
    ]);
  });

  it('drops months of facts that have wholly passed', async () => {
    await db.query("create table fact_2020_02 partition of fact for values from ('2020-02-01Z') to ('2020-03-01Z')");
    for (const [id, at] of [
      [1, '2020-02-10T00:00:00Z'],
      [2, '1999-01-01T00:00:00Z'],
      [3, new Date().toISOString()],
    ] as const)
      await db.query(
        `insert into fact (id, occurred_at, identity_id, kind, system_id, origin, data) values ($1, $2, 1, 'visit', $3, 'live', '{}')`,
        [id, at, systemId],
      );
    await retain(db, KEEP);
    expect(await db.query('select id from fact')).toEqual([{ id: 3 }]);
  });
});
