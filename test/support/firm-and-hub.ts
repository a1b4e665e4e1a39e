import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Api } from '../../apps/hub/src/cli/api.js';
import { Firm } from '../../apps/hub/src/cli/demo/firm.js';
import { registerFirm } from '../../apps/hub/src/cli/demo/registration.js';
import { until } from './hub.js';
import { type HubProcess, type SimulatorProcess, startHubProcess, startSimulatorProcess } from './processes.js';
import { connectionUrl, type QueueDriver, testDatabase } from './servers.js';

interface SystemView {
  readonly streams: readonly { readonly phase: string }[];
}

/** The pretend firm and a hub that has read all of its history: both in processes of their own. */
export class FirmAndHub {
  private constructor(
    readonly hub: HubProcess,
    readonly simulator: SimulatorProcess,
    readonly firm: Firm,
  ) {}

  /** @param o.embedded the hub runs its own PostgreSQL, with fsync, instead of a database of the test run's. */
  static async start(o: {
    clients: number;
    queue: QueueDriver;
    embedded?: boolean;
    seed?: string;
    dirt?: string;
  }): Promise<FirmAndHub> {
    const [databaseUrl, tradingUrl] = (await Promise.all([testDatabase(), testDatabase()])).map(connectionUrl);
    const [hub, simulator] = await Promise.all([
      startHubProcess({ ...(o.embedded ? {} : { databaseUrl: databaseUrl! }), queue: o.queue }),
      startSimulatorProcess({
        clients: o.clients,
        seed: o.seed ?? 'test',
        dirt: o.dirt ?? 'none',
        tradingUrl: tradingUrl!,
      }),
    ]);
    const both = new FirmAndHub(hub, simulator, new Firm(simulator.control));
    await registerFirm(both.api(), both.firm);
    await until('the backfill', () => both.caughtUp(), 90_000);
    return both;
  }

  api(as?: 'admin' | 'approver'): Api {
    return this.hub.api(as);
  }

  /** Every stream is live, every row of the firm is here, and nothing waits. */
  async caughtUp(): Promise<boolean> {
    const { items } = await this.api().get<{ items: SystemView[] }>('/systems');
    if (!items.every((s) => s.streams.every((x) => x.phase === 'live'))) return false;
    const [held] = await this.hub.query<{ waiting: string; keys: string }>(
      `select (select count(*) from inbox_batch where done_at is null) as waiting,
         (select count(distinct (b.system_id, r.stream, r.key)) from inbox_record r join inbox_batch b on b.id = r.id >> 16
          where r.stream <> '$outcome') as keys`,
    );
    const { totalRows } = await this.firm.counts();
    return held!.waiting === '0' && Number(held!.keys) >= totalRows;
  }

  /** The shipped campaign on a segment of its own, up to its approval by the second person. */
  async approvedCampaign(code: string, rule: string, change: (spec: CampaignFile['spec']) => void = () => {}) {
    const file = parse(
      readFileSync(join(import.meta.dirname, '../../config/demo/campaign.yaml'), 'utf8'),
    ) as CampaignFile;
    change(file.spec);
    await this.api().post('/segments', { code: `${code}-segment`, name: code, rule });
    await this.api().post('/campaigns', {
      ...file,
      code,
      spec: { ...file.spec, audience: { segment: `${code}-segment` } },
    });
    const planned = await this.api().post<{ plan: { audience: number; control: number } }>(`/campaigns/${code}/plan`);
    await this.api().post(`/campaigns/${code}/submit`);
    await this.api('approver').post(`/campaigns/${code}/approve`, { reason: 'test' });
    return planned.plan;
  }

  /** How many calls the call centre made for each task that it was given. */
  async callsByTask(): Promise<Map<string, number>> {
    const { call } = await this.firm.card();
    const calls = new Map<string, number>();
    for (let after: string | null = ''; after !== null;) {
      const response = await fetch(`${call.url}/calls?limit=1000&after=${encodeURIComponent(after)}`, {
        headers: { authorization: `Bearer ${call.token}` },
      });
      const page = (await response.json()) as { items: { taskId?: string }[]; next: string | null };
      for (const { taskId } of page.items) if (taskId !== undefined) calls.set(taskId, (calls.get(taskId) ?? 0) + 1);
      after = page.items.length > 0 ? page.next : null;
    }
    return calls;
  }

  async stop(): Promise<void> {
    await this.hub.remove();
    await this.simulator.remove();
  }
}

export interface CampaignFile {
  spec: Record<string, unknown> & { steps: Record<string, unknown>[] };
}
