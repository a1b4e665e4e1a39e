import { Inject, Injectable } from '@nestjs/common';
import { DRAINS, OUTCOMES, type OutcomeKind } from '#canonical';
import { reserveActions, TargetsService } from '#effects';
import { CLOCK, type Clock, Database, type Tx, Wakes, writeEvents } from '#platform';
import { armSql } from './arms.js';
import { campaignSpec, type CampaignSpec } from './campaign-spec.js';
import { Campaign } from './campaign.entity.js';
import { TAKE_ENTRIES } from './entries.sql.js';
import { campaignEvent } from './events.js';
import { stepRequest } from './plan.js';

const CHUNK = 500;

/** A step that a crash of the database loses is taken again. What is sent has been claimed, and that waits for the disk. */
const REDONE = { durable: false } as const;

interface Decided {
  id: string;
  campaign_id: string;
  campaign_version: number;
  client_id: string;
  step: string;
  state: string;
  outcome: OutcomeKind | null;
}

/**
 * Moves running campaigns forward: who entered a listening campaign's segment, whose step is next, whose step has its
 * outcome or has waited long enough. Each round works on at most 500 clients per campaign and is one transaction, so
 * that several workers share a large launch and a crash repeats nothing.
 */
@Injectable()
export class AdvanceService {
  constructor(
    private readonly db: Database,
    private readonly targets: TargetsService,
    private readonly wakes: Wakes,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns how many clients moved. */
  async round(): Promise<number> {
    const running = await this.db.manager.findBy(Campaign, { state: 'running' });
    const specs = new Map(running.map((c) => [c.id, campaignSpec.parse(c.spec)]));
    const waiting = await this.waiting(running);
    let moved = waiting.entries ? await this.enter(running, specs) : 0;
    for (const campaign of running)
      if (waiting.decisions.has(campaign.id)) moved += await this.decide(campaign, specs.get(campaign.id)!);
    let reserved = 0;
    for (const campaign of running)
      if (moved > 0 || waiting.steps.has(campaign.id))
        reserved += await this.reserve(campaign, specs.get(campaign.id)!);
    for (const campaign of running) await this.complete(campaign, specs.get(campaign.id)!);
    if (reserved > 0) this.wakes.wake(DRAINS.act);
    return moved + reserved;
  }

  /** What there is to do at all: most rounds have one thing to do, and open no transaction for the others. */
  private async waiting(
    running: readonly Campaign[],
  ): Promise<{ entries: boolean; decisions: ReadonlySet<string>; steps: ReadonlySet<string> }> {
    const [row] = await this.db.query<{ entries: boolean; decisions: string[]; steps: string[] }>(
      {
        name: 'campaigns.waiting',
        text: `
          with c as (select * from unnest($1::uuid[], $2::integer[]) as t(id, version))
          select exists (select from segment_entry) as entries,
            array(select id from c where exists (select from action a where a.campaign_id = c.id and a.wait_until <= now())) as decisions,
            array(select id from c where exists (select from campaign_client p
              where p.campaign_id = c.id and p.version = c.version and p.next_step is not null)) as steps`,
      },
      [running.map((c) => c.id), running.map((c) => c.version)],
    );
    return { entries: row!.entries, decisions: new Set(row!.decisions), steps: new Set(row!.steps) };
  }

  /** Live entries become clients of the campaigns that listen to their segment. */
  private async enter(running: readonly Campaign[], specs: ReadonlyMap<string, CampaignSpec>): Promise<number> {
    const listening = running.filter((c) => specs.get(c.id)!.audience.mode === 'live');
    return this.db.tx(async (tx) => {
      const entries = await tx.query<{ segment: string; client_id: string; entered_at: Date }>(TAKE_ENTRIES);
      for (const campaign of listening) {
        const spec = specs.get(campaign.id)!;
        const mine = entries.filter((e) => e.segment === spec.audience.segment);
        if (mine.length === 0) continue;
        await tx.query(
          `insert into campaign_client (campaign_id, version, client_id, arm, entered_at, next_step)
           select $1, $2, client_id, ${armSql('$5::text', 'client_id', '$6::numeric')}, entered_at, $7
           from unnest($3::uuid[], $4::timestamptz[]) as t(client_id, entered_at)
           on conflict do nothing`,
          [
            campaign.id,
            campaign.version,
            mine.map((e) => e.client_id),
            mine.map((e) => e.entered_at),
            campaign.id,
            spec.control,
            spec.steps[0]!.key,
          ],
        );
      }
      return entries.length;
    }, REDONE);
  }

  /** Steps whose wait is over: by an outcome, by the clock, or because nothing could be sent. */
  private decide(campaign: Campaign, spec: CampaignSpec): Promise<number> {
    return this.db.tx(async (tx) => {
      if (!(await stillRunning(tx, campaign))) return 0;
      const decided = await tx.query<Decided>(
        {
          name: 'campaigns.decided',
          text: `
            with due as materialized (
              select id from action where wait_until <= now() and campaign_id = $1
              order by wait_until limit ${CHUNK} for update skip locked)
            update action a set wait_until = null
            from due where a.id = due.id
            returning a.id, a.campaign_id, a.campaign_version, a.client_id, a.step, a.state, a.outcome`,
        },
        [campaign.id],
      );
      for (const next of spec.steps) {
        const clients = decided
          .filter((d) => d.campaign_version === campaign.version && leadsTo(spec, d, next.key))
          .map((d) => d.client_id);
        if (clients.length === 0) continue;
        await tx.query(
          "update campaign_client set next_step = $4 where campaign_id = $1 and version = $2 and client_id = any($3::uuid[]) and arm = 'treatment'",
          [campaign.id, campaign.version, clients, next.key],
        );
      }
      return decided.length;
    }, REDONE);
  }

  /** The next chunk of clients whose step is to be reserved. */
  private reserve(campaign: Campaign, spec: CampaignSpec): Promise<number> {
    return this.db.tx(async (tx) => {
      if (!(await stillRunning(tx, campaign))) return 0;
      let n = 0;
      for (const step of spec.steps) {
        const chunk = await tx.query<{ client_id: string; arm: string }>(
          {
            name: 'campaigns.next_chunk',
            text: `
              with due as materialized (
                select client_id from campaign_client
                where campaign_id = $1 and version = $2 and next_step = $3
                order by client_id limit ${CHUNK} for update skip locked)
              update campaign_client p set next_step = null
              where p.campaign_id = $1 and p.version = $2 and p.client_id = any(array(select client_id from due))
              returning p.client_id, p.arm`,
          },
          [campaign.id, campaign.version, step.key],
        );
        if (chunk.length === 0) continue;
        const target = await this.targets.find(tx, step.system, step.action);
        const heldOut = new Set(chunk.filter((c) => c.arm === 'control').map((c) => c.client_id));
        const request = stepRequest(campaign, spec, step, target, heldOut, this.clock.now());
        await reserveActions(
          tx,
          request,
          chunk.map((c) => c.client_id),
        );
        n += chunk.length;
      }
      return n;
    }, REDONE);
  }

  /** A snapshot campaign is complete when no step is to come, under way or waiting. */
  private async complete(campaign: Campaign, spec: CampaignSpec): Promise<void> {
    if (spec.audience.mode === 'live') return;
    await this.db.tx(async (tx) => {
      const done = await tx.query(
        `update campaign c set state = 'completed', updated_at = now()
         where c.id = $1 and c.state = 'running'
           and not exists (select from campaign_client p where p.campaign_id = c.id and p.version = c.version and p.next_step is not null)
           and not exists (select from action a where a.campaign_id = c.id and (a.state in ('ready', 'claimed') or a.wait_until is not null))
         returning c.id`,
        [campaign.id],
      );
      if (done.length > 0)
        await writeEvents(tx, [campaignEvent('campaign.completed', { ...campaign, state: 'completed' })]);
    });
  }
}

/** A pause or stop that has committed holds from the next chunk on. */
async function stillRunning(tx: Tx, campaign: Campaign): Promise<boolean> {
  const [row] = await tx.query<{ state: string }>('select state from campaign where id = $1 for share', [campaign.id]);
  return row?.state === 'running';
}

function leadsTo(spec: CampaignSpec, d: Decided, stepKey: string): boolean {
  const follows = spec.steps.find((s) => s.key === stepKey)?.follows;
  if (follows?.step !== d.step || d.state === 'unknown') return false;
  const reached = d.outcome !== null && OUTCOMES[d.outcome].reached;
  return follows.when === 'always' || reached === (follows.when === 'reached');
}
