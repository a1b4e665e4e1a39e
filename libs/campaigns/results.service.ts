import { Injectable } from '@nestjs/common';
import { Database } from '#platform';
import { campaignSpec } from './campaign-spec.js';
import type { Campaign } from './campaign.entity.js';
import { difference, type Interval, wilson } from './statistics.js';

/** One step of the funnel: how many actions are in each state, with the reasons and outcomes behind them. */
export interface StepFunnel {
  readonly step: string;
  readonly title: string;
  readonly channel: string;
  readonly states: Readonly<Record<string, number>>;
  readonly suppressed: Readonly<Record<string, number>>;
  readonly outcomes: Readonly<Record<string, number>>;
}

export interface ArmResult {
  readonly clients: number;
  readonly successes: number;
  readonly rate: number;
  readonly interval: Interval;
  /** Sum of the goal fact's amounts, a decimal string. */
  readonly amount: string;
}

export interface CampaignResults {
  readonly asOf: string;
  readonly clients: number;
  readonly treatment: ArmResult;
  readonly control: ArmResult;
  /** Treatment minus control, in success rate, with the 95 % interval. */
  readonly effect: Interval & { readonly estimate: number; readonly significant: boolean };
}

/** What became of a campaign: counts of rows, computed when asked, each with its "as of". */
@Injectable()
export class ResultsService {
  constructor(private readonly db: Database) {}

  async funnel(campaign: Campaign): Promise<StepFunnel[]> {
    const rows = await this.db.query<{
      step: string;
      channel: string;
      state: string;
      reason: string;
      outcome: string | null;
      n: number;
    }>(
      `select step, channel, state, case when state = 'suppressed' then reason else '' end as reason, outcome, count(*)::int as n
       from action where campaign_id = $1 and campaign_version = $2 group by 1, 2, 3, 4, 5`,
      [campaign.id, campaign.version],
    );
    const { steps } = campaignSpec.parse(campaign.spec);
    return steps.map((s) => {
      const mine = rows.filter((r) => r.step === s.key);
      return {
        step: s.key,
        title: s.title,
        channel: mine[0]?.channel ?? '',
        states: sums(mine, (r) => r.state),
        suppressed: sums(mine, (r) => (r.state === 'suppressed' ? r.reason : undefined)),
        outcomes: sums(mine, (r) => r.outcome ?? undefined),
      };
    });
  }

  /**
   * Outcome against control, by intention to treat: everybody who was drawn for treatment counts there, reached or
   * not. A success is the goal's fact happening, or not happening, between a client's entry and the end of the window.
   *
   * @param by results of one branch or one manager only.
   */
  async results(
    campaign: Campaign,
    by: { branch?: string | undefined; manager?: string | undefined } = {},
  ): Promise<CampaignResults> {
    const { goal } = campaignSpec.parse(campaign.spec);
    const rows = await this.db.query<{
      arm: 'treatment' | 'control';
      clients: number;
      hits: number;
      amount: string;
      as_of: Date;
    }>(
      // The measures say which few identities have a goal fact at all; only their facts are read.
      `with entered as materialized (
         select p.arm, p.client_id, coalesce(c.merged_into, c.id) as known_as, p.entered_at
         from campaign_client p join client c on c.id = p.client_id
         where p.campaign_id = $1 and p.version = $2 and p.entered_at is not null
           and ($5::text is null or c.branch = $5) and ($6::text is null or c.manager = $6)
       ), goal as materialized (
         select distinct identity_id from measure_day
         where kind = $3 and day >= (select (min(entered_at) at time zone 'UTC')::date - 1 from entered)
       ), hit as (
         select e.client_id, sum(f.amount) as amount
         from goal g join source_identity i on i.id = g.identity_id
           join entered e on e.known_as = i.client_id
           join fact f on f.identity_id = i.id
         where f.kind = $3 and f.occurred_at > e.entered_at and f.occurred_at <= e.entered_at + make_interval(secs => $4)
         group by e.client_id
       )
       select e.arm, count(*)::int as clients, count(h.client_id)::int as hits,
         trim_scale(coalesce(sum(h.amount), 0))::text as amount, now() as as_of
       from entered e left join hit h on h.client_id = e.client_id
       group by e.arm`,
      [campaign.id, campaign.version, goal.fact, goal.within / 1000, by.branch ?? null, by.manager ?? null],
    );
    const arm = (name: 'treatment' | 'control'): ArmResult => {
      const row = rows.find((r) => r.arm === name) ?? { clients: 0, hits: 0, amount: '0' };
      const successes = goal.is === 'achieved' ? row.hits : row.clients - row.hits;
      const total = row.clients;
      return {
        clients: total,
        successes,
        rate: total === 0 ? 0 : successes / total,
        interval: wilson({ successes, total }),
        amount: row.amount,
      };
    };
    const treatment = arm('treatment');
    const control = arm('control');
    const effect = difference(
      { successes: treatment.successes, total: treatment.clients },
      { successes: control.successes, total: control.clients },
    );
    return {
      asOf: (rows[0]?.as_of ?? new Date()).toISOString(),
      clients: treatment.clients + control.clients,
      treatment,
      control,
      effect: { ...effect, significant: effect.low > 0 || effect.high < 0 },
    };
  }

  /** Between the click on pause or stop and the end of the last send, in milliseconds; undefined when nothing was sent after it. */
  async haltLatencyMs(campaign: Campaign): Promise<number | undefined> {
    if (!campaign.haltedAt) return undefined;
    const [row] = await this.db.query<{ ms: number | null }>(
      `select (extract(epoch from max(t.ended_at) - $2) * 1000)::float8 as ms from action_attempt t
       join action a on a.id = t.action_id where a.campaign_id = $1 and t.ended_at > $2`,
      [campaign.id, campaign.haltedAt],
    );
    return row?.ms ?? undefined;
  }
}

function sums<R extends { n: number }>(
  rows: readonly R[],
  nameOf: (r: R) => string | undefined,
): Record<string, number> {
  const out: Record<string, number> = {};
  for (const r of rows) {
    const name = nameOf(r);
    if (name !== undefined) out[name] = (out[name] ?? 0) + r.n;
  }
  return out;
}
