import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Database, uuidv7, Wakes } from '#platform';
import { OutcomesService } from '#effects';
import { GIVE_BACK, SWEEP } from '../../libs/effects/ledger.sql.js';
import { type ResultRow, writeResults } from '../../libs/effects/write-results.js';
import { startTestHub, type TestHub, until } from '../support/hub.js';

const WORKER = uuidv7();

interface Action {
  id: string;
  state: string;
  in_doubt: boolean;
  fence: number;
  attempts: number;
  external_id: string | null;
}

/** The ledger's own statements, with the test in place of the worker that claims, sends and dies. */
describe('the effect ledger between a worker and its successor', () => {
  let t: TestHub;
  let db: Database;
  let systemId: number;
  let campaignId: string;
  let clientId: string;

  beforeAll(async () => {
    // Nothing of this hub sends: the test is the worker.
    t = await startTestHub({ env: { ISTHMUS_ROLE: 'api' } });
    db = t.hub.app.get(Database);
    const settings = { writeKey: 'key-of-web' };
    await t.api('POST', '/systems', { code: 'web', name: 'Web', connector: 'web-segment', settings });
    [{ id: systemId }] = (await db.query<{ id: number }>('select id from system')) as [{ id: number }];
    campaignId = randomUUID();
    clientId = randomUUID();
    await db.query("insert into client (id, founder) values ($1, 'test')", [clientId]);
    await db.query(
      "insert into campaign (id, code, name, spec, state, created_by, updated_by) values ($1, 'races', 'Races', '{}', 'running', 'test', $2)",
      [campaignId, randomUUID()],
    );
  });
  afterAll(() => t.stop());

  /** An action that a worker has claimed. */
  async function claimed(idempotency: 'native' | 'probe' | 'none', worker = WORKER): Promise<string> {
    const id = uuidv7();
    await db.query(
      `insert into action (id, key, campaign_id, campaign_version, client_id, step, channel, name, system_id, params, state,
         idempotency, expires_at, lease_until, claimed_by, claimed_at, fence, attempts)
       values ($1, decode(md5($2), 'hex'), $3, 1, $4, 's', 'web', 'web.message', $5, '{}', 'claimed', $6,
         now() + interval '1 day', now() + interval '2 minutes', $7, now(), 1, 1)`,
      [id, id, campaignId, clientId, systemId, idempotency, worker],
    );
    return id;
  }

  async function action(id: string): Promise<Action> {
    const [row] = await db.query<Action>(
      'select id, state, in_doubt, fence, attempts, external_id from action where id = $1',
      [id],
    );
    return row!;
  }

  const attempts = async (id: string) =>
    (
      await db.query<{ status: string }>('select status from action_attempt where action_id = $1 order by fence', [id])
    ).map((a) => a.status);

  const result = (id: string, more: Partial<ResultRow> = {}): ResultRow => ({
    id,
    fence: 1,
    n: 1,
    state: 'sent',
    reason: '',
    in_doubt: false,
    delay_ms: 0,
    external_id: null,
    outcome: null,
    outcome_final: null,
    sent: true,
    kind: 'perform',
    status: 'accepted',
    detail: '',
    started_at: new Date().toISOString(),
    ended_at: new Date().toISOString(),
    ...more,
  });
  const write = (row: ResultRow) => db.tx((tx) => writeResults(tx, [row]));

  it('takes back from a silent worker, in doubt, and keeps its result when it comes after all', async () => {
    for (const idempotency of ['native', 'probe', 'none'] as const) {
      const id = await claimed(idempotency, uuidv7());
      await db.query(SWEEP, [WORKER]);
      expect(await action(id)).toMatchObject({
        state: idempotency === 'none' ? 'unknown' : 'ready',
        in_doubt: true,
        fence: 2,
      });
      expect(await attempts(id)).toEqual(['lost']);
      expect(await write(result(id))).toHaveLength(1);
      expect(await action(id)).toMatchObject({ state: 'sent', in_doubt: false });
      expect(await attempts(id)).toEqual(['accepted']);
    }
  });

  it('takes nothing from itself while its lease lasts, however late its sign of life is', async () => {
    const id = await claimed('native');
    await db.query(SWEEP, [WORKER]);
    expect(await action(id)).toMatchObject({ state: 'claimed', fence: 1 });
    await db.query("update action set lease_until = now() - interval '1 second' where id = $1", [id]);
    await db.query(SWEEP, [WORKER]);
    expect(await action(id)).toMatchObject({ state: 'ready', fence: 2 });
  });

  it('lets no late result change what another has claimed since', async () => {
    const id = await claimed('native', uuidv7());
    await db.query(SWEEP, [WORKER]);
    await db.query("update action set state = 'claimed', fence = fence + 1, claimed_by = $2 where id = $1", [
      id,
      WORKER,
    ]);
    expect(await write(result(id))).toEqual([]);
    expect(await action(id)).toMatchObject({ state: 'claimed', fence: 3 });
  });

  it('lets no late result change what was given back unsent', async () => {
    const id = await claimed('native');
    await db.query(GIVE_BACK, [WORKER, [], [], 12]);
    expect(await action(id)).toMatchObject({ state: 'ready', in_doubt: false, fence: 2, attempts: 0 });
    expect(await write(result(id))).toEqual([]);
  });

  it('gives back what is not held, and doubts only what may have been sent', async () => {
    const held = await claimed('native');
    const unsent = await claimed('none');
    const maybe = await claimed('native');
    const maybeOnce = await claimed('none');
    const others = await claimed('native', uuidv7());
    await db.query(GIVE_BACK, [WORKER, [held], [maybe, maybeOnce], 12]);
    expect(await action(held)).toMatchObject({ state: 'claimed' });
    expect(await action(others)).toMatchObject({ state: 'claimed' });
    expect(await action(unsent)).toMatchObject({ state: 'ready', in_doubt: false });
    expect(await action(maybe)).toMatchObject({ state: 'ready', in_doubt: true });
    expect(await action(maybeOnce)).toMatchObject({ state: 'unknown', in_doubt: true });
    expect(await attempts(maybe)).toEqual(['lost']);
    expect(await attempts(unsent)).toEqual([]);
  });

  describe.each(['the result', 'the outcome'] as const)(
    'an outcome that names only the reference, %s first',
    (first) => {
      it('finds its action although both commit together', async () => {
        const id = await claimed('native');
        const reference = `ref-${id}`;
        const recordId = first === 'the result' ? 1001 : 1002;
        const outcomes = new OutcomesService(t.hub.app.get(Wakes));
        const report = {
          recordId,
          systemId,
          origin: 'live' as const,
          data: { externalId: reference, kind: 'delivered', occurredAt: new Date().toISOString() },
        };
        const steps = [
          (tx: Parameters<typeof writeResults>[0]) => writeResults(tx, [result(id, { external_id: reference })]),
          (tx: Parameters<typeof writeResults>[0]) => outcomes.record(tx, [report]),
        ];
        if (first === 'the outcome') steps.reverse();
        let written = () => {};
        const earlierWrote = new Promise<void>((r) => (written = r));
        let commit = () => {};
        const mayCommit = new Promise<void>((r) => (commit = r));
        const earlier = db.tx(async (tx) => {
          await steps[0]!(tx);
          written();
          await mayCommit;
        });
        await earlierWrote;
        const later = db.tx(async (tx) => void (await steps[1]!(tx)));
        // The later one has come as far as it can before the earlier one commits.
        await Promise.race([later, waits()]);
        commit();
        await Promise.all([earlier, later]);
        const [outcome] = await db.query<{ action_id: string | null }>(
          'select action_id from outcome where record_id = $1',
          [recordId],
        );
        expect(outcome).toEqual({ action_id: id });
        expect(await action(id)).toMatchObject({ state: 'proved', external_id: reference });
      });
    },
  );

  const waits = () =>
    until('somebody waits for the references', async () => {
      const [row] = await db.query<{ n: number }>(
        "select count(*)::int as n from pg_locks where locktype = 'advisory' and not granted",
      );
      return row!.n > 0;
    });
});
