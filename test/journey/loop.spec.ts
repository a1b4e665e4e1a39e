import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { checkEffects, checkIntake, checkWebhooks } from '../../apps/hub/src/cli/demo/checks.js';
import { FirmAndHub } from '../support/firm-and-hub.js';
import { until } from '../support/hub.js';
import { onBothQueues } from '../support/servers.js';

interface Funnel {
  readonly items: readonly { step: string; states: Record<string, number> }[];
}
interface Results {
  readonly treatment: { clients: number; successes: number };
  readonly control: { clients: number; successes: number };
}

onBothQueues('the whole loop', (queue) => {
  let both: FirmAndHub;

  beforeAll(async () => {
    both = await FirmAndHub.start({ clients: 3000, queue });
  });
  afterAll(() => both.stop());

  it('reads every row of the firm, and sends nothing for it', async () => {
    const checks = await checkIntake(both.api(), both.firm);
    expect(checks.filter((c) => !c.ok)).toEqual([]);
    const { peers, webhooks } = await both.firm.counts();
    for (const peer of Object.values(peers)) expect(peer.distinct).toBe(0);
    expect(webhooks.received).toBe(0);
  });

  it('finds exactly the planted clients, acts on them once, and counts the same everywhere', async () => {
    const { firm } = both;
    await firm.live(20);
    const plan = await both.approvedCampaign(
      'keep',
      'status == "active" and assets(net, 30d) >= 500000 and assets(net) < 0.7 * assets(net, 30d) and count(web.login, 14d) == 0',
    );
    expect(plan.audience).toBe((await firm.counts()).planted.atRisk);
    await both.api().post('/campaigns/keep/launch');
    await until('the campaign carried out', async () => {
      const { items } = await both.api().get<Funnel>('/campaigns/keep/funnel');
      const calls = items.find((s) => s.step === 'call')?.states ?? {};
      const acted = items.reduce((sum, s) => sum + Object.values(s.states).reduce((a, b) => a + b, 0), 0);
      return acted >= plan.audience && !calls['ready'] && !calls['claimed'] && !calls['sent'];
    });
    await firm.live(0);
    const exits = await firm.exits();
    await until('the exits in the results', async () => {
      const r = await both.api().get<Results>('/campaigns/keep/results');
      const left = r.treatment.clients - r.treatment.successes + r.control.clients - r.control.successes;
      return left === exits.leave;
    });
    let wrong: unknown[] = [];
    await until(
      'all counts agree',
      async () => {
        const checks = [...(await checkEffects(both.api(), firm, 'keep')), ...(await checkWebhooks(both.api(), firm))];
        wrong = checks.filter((c) => !c.ok);
        return wrong.length === 0;
      },
      30_000,
    ).catch(() => expect(wrong).toEqual([]));
  });
});
