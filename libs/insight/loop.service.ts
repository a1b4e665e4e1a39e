import { Injectable } from '@nestjs/common';
import {
  type Campaign,
  campaignSpec,
  CampaignsService,
  type CampaignResults,
  ResultsService,
  type StepFunnel,
} from '#campaigns';
import { type FactKind, isOutcomeKind, OUTCOMES } from '#canonical';
import type { Connector } from '#connector-kit';
import { Database } from '#platform';
import { ConnectorCatalogue } from '#systems';
import { Paced } from './paced.js';

/** One island: a registered system, as the console shows it. */
export interface Island {
  readonly code: string;
  readonly name: string;
  readonly kind: Connector['kind'];
  readonly state: 'active' | 'paused';
  /** What it is doing now, apart from how its last read ended (`error`). */
  readonly phase: 'backfill' | 'live' | 'idle';
  readonly recordsPerSecond: number;
  readonly read: number;
  readonly applied: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly quarantined: number;
  /** Received and not yet applied. */
  readonly waiting: number;
  readonly rowsDone: number;
  readonly rowsExpected: number | null;
  /** Seconds since the system was last heard, or looked at without news; null when never. However long it is quiet. */
  readonly freshnessSeconds: number | null;
  readonly error: { readonly class: string; readonly message: string; readonly nextStep?: string } | null;
}

/** One step, with what its states and outcomes come to. */
export interface LoopStep extends StepFunnel {
  /** Code of the system that performs it. */
  readonly system: string;
  /** Clients who came to this step. */
  readonly clients: number;
  /** Actions that the target took, or that an outcome proves. */
  readonly sent: number;
  /** Clients whose outcome says that they were spoken to. */
  readonly reached: number;
}

export interface LoopCampaign {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly state: string;
  readonly launchedAt: string | null;
  readonly plan: { readonly audience: number; readonly control: number } | null;
  readonly goal: { readonly fact: FactKind; readonly is: 'avoided' | 'achieved'; readonly withinSeconds: number };
  readonly funnel: readonly LoopStep[];
  readonly results: CampaignResults | null;
}

/** The whole loop at one moment. */
export interface LoopSnapshot {
  readonly asOf: string;
  readonly islands: readonly Island[];
  readonly clients: number;
  readonly segments: readonly { readonly code: string; readonly name: string; readonly members: number }[];
  readonly campaign: LoopCampaign | null;
  readonly deliveries: {
    readonly endpoints: number;
    readonly delivered: number;
    readonly waiting: number;
    readonly failed: number;
  };
}

export interface FeedEvent {
  /** Place in the feed: pass it back to go on after it. */
  readonly cursor: string;
  readonly type: string;
  readonly at: Date;
  readonly clientId: string | null;
  readonly subject: string;
  readonly data: Record<string, unknown>;
}

/** Read models of the page "the loop, live". Read-only. */
@Injectable()
export class LoopService {
  private readonly paced = {
    islands: new Paced(() => this.islands()),
    clients: new Paced(() => this.clients()),
    segments: new Paced(() => this.segments()),
    campaign: new Paced(() => this.campaign()),
    deliveries: new Paced(() => this.deliveries()),
  };

  constructor(
    private readonly db: Database,
    private readonly campaigns: CampaignsService,
    private readonly outcome: ResultsService,
    private readonly catalogue: ConnectorCatalogue,
  ) {}

  /** Counted now. */
  async snapshot(): Promise<LoopSnapshot> {
    const asOf = new Date().toISOString();
    const [islands, clients, segments, campaign, deliveries] = await Promise.all([
      this.islands(),
      this.clients(),
      this.segments(),
      this.campaign(),
      this.deliveries(),
    ]);
    return { asOf, islands, clients, segments, campaign, deliveries };
  }

  /**
   * For those who watch: figures whose count is costly are counted less often. Every figure is a count of rows; `asOf`
   * is the moment of the oldest.
   */
  async watched(): Promise<LoopSnapshot> {
    const { islands, clients, segments, campaign, deliveries } = this.paced;
    const parts = await Promise.all([islands.get(), clients.get(), segments.get(), campaign.get(), deliveries.get()]);
    return {
      asOf: new Date(Math.min(...parts.map((p) => p.asOf.getTime()))).toISOString(),
      islands: parts[0].value,
      clients: parts[1].value,
      segments: parts[2].value,
      campaign: parts[3].value,
      deliveries: parts[4].value,
    };
  }

  /**
   * Events after a cursor, in an order in which none can appear later before one that was given: only those of
   * transactions older than every open one. Without a cursor: the newest `limit`.
   */
  async feed(after: string | undefined, limit: number): Promise<FeedEvent[]> {
    const [tx, seq] = /^(\d+)-(\d+)$/.exec(after ?? '')?.slice(1) ?? [];
    const columns = `tx::text || '-' || seq as cursor, type, at, client_id as "clientId", subject, data`;
    const settled = 'tx < pg_snapshot_xmin(pg_current_snapshot())';
    if (tx === undefined) {
      const latest = await this.db.query<FeedEvent>(
        `select ${columns} from event where ${settled} and origin = 'live' order by tx desc, seq desc limit ${limit}`,
      );
      return latest.toReversed();
    }
    return this.db.query<FeedEvent>(
      `select ${columns} from event where ${settled} and origin = 'live' and (tx, seq) > ($1::xid8, $2::bigint) order by tx, seq limit ${limit}`,
      [tx, seq],
    );
  }

  private async clients(): Promise<number> {
    const [row] = await this.db.query<{ n: number }>('select count(*)::int as n from client where merged_into is null');
    return row!.n;
  }

  private segments(): Promise<LoopSnapshot['segments'][number][]> {
    return this.db.query(
      `select s.code, s.name, coalesce(m.n, 0)::int as members
       from segment s left join (
         select m.segment_id, count(*) as n
         from segment_member m join client c on c.id = m.client_id and c.merged_into is null group by 1) m on m.segment_id = s.id
       order by s.id`,
    );
  }

  private async islands(): Promise<Island[]> {
    const rows = await this.db.query<Omit<Island, 'kind' | 'recordsPerSecond'> & { connector: string; recent: number }>(
      `select s.code, s.name, s.connector, s.state,
         case when st.backfilling then 'backfill' when st.streams > 0 or recent.n > 0 then 'live' else 'idle' end as phase,
         coalesce(recent.n, 0)::int as recent,
         coalesce(d.read, 0)::int + coalesce(w.n, 0)::int as read, coalesce(d.applied, 0)::int as applied, coalesce(d.unchanged, 0)::int as unchanged,
         coalesce(d.skipped, 0)::int as skipped, coalesce(d.quarantined, 0)::int as quarantined, coalesce(w.n, 0)::int as waiting,
         coalesce(st.done, 0)::int as "rowsDone", st.expected::int as "rowsExpected",
         extract(epoch from now() - greatest(st.good, heard.last))::float8 as "freshnessSeconds", st.error
       from system s
         left join lateral (
           select count(*) as streams, bool_or(phase = 'backfill') as backfilling, sum(rows_done) as done, sum(rows_expected) as expected,
             max(last_good_at) as good, (array_agg(error order by error ->> 'at' desc) filter (where error is not null))[1] as error
           from stream where system_id = s.id) st on true
         left join lateral (select sum(read) as read, sum(applied) as applied, sum(unchanged) as unchanged, sum(skipped) as skipped, sum(quarantined) as quarantined
           from inbox_day where system_id = s.id) d on true
         left join lateral (select sum(read) as n from inbox_batch where system_id = s.id and done_at is null) w on true
         left join lateral (select sum(read) as n from inbox_batch
           where system_id = s.id and received_at > now() - interval '10 seconds') recent on true
         left join lateral (select max(received_at) as last from inbox_batch where system_id = s.id) heard on true
       order by s.id`,
    );
    return rows.map(({ connector, recent, ...r }) => ({
      ...r,
      kind: this.catalogue.get(connector)?.kind ?? 'web',
      recordsPerSecond: recent / 10,
    }));
  }

  /** The campaign to look at: the one running, or the last that ran, or the newest. */
  private async campaign(): Promise<LoopCampaign | null> {
    const all = await this.campaigns.list();
    const shown = all.find((c) => c.state === 'running') ?? newest(all.filter((c) => c.launchedAt !== null)) ?? all[0];
    if (!shown) return null;
    const { goal, steps } = campaignSpec.parse(shown.spec);
    const [funnel, results] = await Promise.all([
      this.outcome.funnel(shown),
      shown.launchedAt ? this.outcome.results(shown) : null,
    ]);
    return {
      id: shown.id,
      code: shown.code,
      name: shown.name,
      state: shown.state,
      launchedAt: shown.launchedAt?.toISOString() ?? null,
      plan: shown.plan ? { audience: shown.plan.audience, control: shown.plan.control } : null,
      goal: { fact: goal.fact, is: goal.is, withinSeconds: goal.within / 1000 },
      funnel: funnel.map((f) => summed(f, steps.find((s) => s.key === f.step)?.system ?? '')),
      results,
    };
  }

  private async deliveries(): Promise<LoopSnapshot['deliveries']> {
    const [row] = await this.db.query<LoopSnapshot['deliveries']>(
      `select (select count(*)::int from endpoint) as endpoints, count(*) filter (where state = 'delivered')::int as delivered,
         (select count(*)::int from delivery) as waiting, count(*) filter (where state = 'failed')::int as failed
       from delivery_done`,
    );
    return row!;
  }
}

function summed(step: StepFunnel, system: string): LoopStep {
  const total = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0);
  return {
    ...step,
    system,
    clients: total(Object.values(step.states)),
    sent: (step.states['sent'] ?? 0) + (step.states['proved'] ?? 0),
    reached: total(
      Object.entries(step.outcomes)
        .filter(([kind]) => isOutcomeKind(kind) && OUTCOMES[kind].reached)
        .map(([, n]) => n),
    ),
  };
}

function newest(campaigns: readonly Campaign[]): Campaign | undefined {
  return [...campaigns].sort((a, b) => b.launchedAt!.getTime() - a.launchedAt!.getTime())[0];
}
