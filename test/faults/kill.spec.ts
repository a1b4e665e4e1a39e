import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { dice } from '../support/dice.js';
import { FirmAndHub } from '../support/firm-and-hub.js';
import { until } from '../support/hub.js';
import { onBothQueues } from '../support/servers.js';

const KILLS = 10;
const random = dice();

onBothQueues('kill -9 of the hub at random moments of a running campaign', (queue) => {
  let both: FirmAndHub;

  beforeAll(async () => {
    both = await FirmAndHub.start({ clients: 2500, queue });
  });
  afterAll(() => both.stop());

  it('loses no action and makes none twice, counted at the peers', async () => {
    const { firm, db, hub } = both;
    const plan = await both.approvedCampaign('killed', 'status == "active"');
    // Slow enough to be under way when the last kill comes, and losing answers meanwhile.
    await firm.faults('call', { delayMs: 150, dropAnswerRatio: 0.02 });
    await firm.faults('mail', { delayMs: 50, dropAnswerRatio: 0.02 });
    await both.api().post('/campaigns/killed/launch');
    const unsent: number[] = [];
    for (let i = 0; i < KILLS; i++) {
      await sleep(200 + random() * 1200);
      await hub.process.kill();
      unsent.push((await toCome(db)).unsent);
      await hub.process.start();
    }
    expect(unsent.at(-1)).toBeGreaterThan(0);
    await firm.faults('call', {});
    await firm.faults('mail', {});
    await until(
      'every action has its end, and every call its outcome',
      async () => {
        const { unsent: n, undecided } = await toCome(db);
        return n + undecided === 0;
      },
      120_000,
    );

    const actions = await actionsOf(db);
    const arms = Map.groupBy(actions, (a) => a.state);
    expect([...arms.keys()].filter((s) => !['held_out', 'suppressed', 'sent', 'proved'].includes(s))).toEqual([]);
    const heldOut = actions.filter((a) => a.state === 'held_out');
    expect(new Set(heldOut.map((a) => a.client_id)).size).toBe(plan.control);
    for (const [channel, peer] of [
      ['call', 'call'],
      ['email', 'mail'],
    ] as const) {
      const made = actions.filter((a) => a.channel === channel && ['sent', 'proved'].includes(a.state));
      const arrived = await firm.effects(peer);
      expect(made.length).toBeGreaterThan(100);
      expect(arrived.map((e) => e.id).sort()).toEqual(made.map((a) => a.id).sort());
    }
    // A mail that arrived twice was sent twice; a task that arrived twice is still one call.
    expect((await firm.effects('mail')).filter((e) => e.arrivals > 1)).toEqual([]);
    const calls = await both.callsByTask();
    expect([...calls].filter(([, n]) => n !== 1)).toEqual([]);
    expect(calls.size).toBe((await firm.effects('call')).length);
  }, 240_000);
});

type Db = FirmAndHub['db'];

/** What is still to come: clients whose step is not reserved, actions not sent, calls whose end nobody knows yet. */
async function toCome(db: Db): Promise<{ unsent: number; undecided: number }> {
  const { rows } = await db.query<{ unsent: number; undecided: number }>(
    `select count(*) filter (where a.state in ('ready', 'claimed', 'unknown'))::int
         + (select count(*) from campaign_client where next_step is not null)::int as unsent,
       count(*) filter (where a.step = 'call' and (a.state = 'sent' or a.wait_until <= now()))::int as undecided
     from action a`,
  );
  return rows[0]!;
}

async function actionsOf(db: Db) {
  const { rows } = await db.query<{ id: string; channel: string; state: string; client_id: string }>(
    'select id, channel, state, client_id from action',
  );
  return rows;
}
