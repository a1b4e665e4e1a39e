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

  it('gives every row of the counter to exactly one client', async () => {
    const { rows, planted } = await both.firm.counts();
    const held = await both.hub.query<{ what: string; n: number }>(
      `with s as (select id from system where code = 'trading'), owned as (
         select 'customer' as what, identity_id from source_record where stream = 'clients' and system_id = (table s)
         union all select case kind when 'fund' then 'fund_account' else 'security_account' end, identity_id from account
         union all select 'asset_daily', identity_id from asset_day
         union all select case kind when 'trade' then 'trade' when 'cash.in' then 'cash_transfer' when 'cash.out' then 'cash_transfer'
           else 'custody_transfer' end, identity_id from fact where system_id = (table s))
       select what, count(*)::int as n from owned o
         join source_identity i on i.id = o.identity_id join client c on c.id = i.client_id
       where c.merged_into is null group by what`,
    );
    const counted = Object.fromEntries(held.map((h) => [h.what, h.n]));
    expect(counted).toEqual({ ...rows['trading'], customer: rows['trading']!['customer']! - planted.unreadable });
  });

  it('takes records of one person for one client, and of two for two', async () => {
    const rows = await both.hub.query<{ key: string; client_id: string }>(
      "select key, client_id from source_identity where type = 'customer_no'",
    );
    const clientOf = new Map(rows.map((r) => [r.key, r.client_id]));
    const clients = both.simulator.truth.people.map((p) => new Set(p.customerNos.map((no) => clientOf.get(no))));
    expect(clients.filter((c) => c.size !== 1 || c.has(undefined))).toEqual([]);
    expect(new Set(clients.flatMap((c) => [...c])).size).toBe(clients.length);
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
