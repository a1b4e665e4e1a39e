import { expect } from '@jest/globals';
import type { FirmAndHub } from './firm-and-hub.js';
import { until } from './hub.js';

/**
 * Carries out the shipped campaign over all active clients, with targets that are slow and lose answers, and disturbs
 * it meanwhile. Then counts at the peers: nothing lost, nothing made twice.
 *
 * @param disturb must end before the campaign does.
 */
export async function carryOutDisturbed(both: FirmAndHub, disturb: () => Promise<void>): Promise<void> {
  const { firm } = both;
  const plan = await both.approvedCampaign('disturbed', 'status == "active"');
  await firm.faults('call', { delayMs: 150, dropAnswerRatio: 0.02 });
  await firm.faults('mail', { delayMs: 50, dropAnswerRatio: 0.02 });
  await both.api().post('/campaigns/disturbed/launch');
  await disturb();
  await firm.faults('call', {});
  await firm.faults('mail', {});
  await until(
    'every action has its end, and every call its outcome',
    async () => {
      const { unsent, undecided } = await toCome(both);
      return unsent + undecided === 0;
    },
    60_000,
  );

  const actions = await both.hub.query<{ id: string; channel: string; state: string; client_id: string }>(
    'select id, channel, state, client_id from action',
  );
  const states = new Set(actions.map((a) => a.state));
  expect([...states].filter((s) => !['held_out', 'suppressed', 'sent', 'proved'].includes(s))).toEqual([]);
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
}

/** What is still to come: clients whose step is not reserved, actions not sent, calls whose end nobody knows yet. */
export async function toCome(both: FirmAndHub): Promise<{ unsent: number; undecided: number }> {
  const [row] = await both.hub.query<{ unsent: number; undecided: number }>(
    `select count(*) filter (where a.state in ('ready', 'claimed', 'unknown'))::int
         + (select count(*) from campaign_client where next_step is not null)::int as unsent,
       count(*) filter (where a.step = 'call' and (a.state = 'sent' or a.wait_until <= now()))::int as undecided
     from action a`,
  );
  return row!;
}
