import { Inject, Injectable } from '@nestjs/common';
import { DRAINS } from '#canonical';
import { TargetsService } from '#effects';
import {
  CLOCK,
  type Clock,
  Database,
  type FieldError,
  fieldErrors,
  IsthmusError,
  platformErrors,
  type Tx,
  uuidv7,
  Wakes,
  wordsOf,
  writeEvents,
} from '#platform';
import { SegmentsService, type SegmentView } from '#segments';
import { campaignSpec, type CampaignSource, type CampaignSpec } from './campaign-spec.js';
import { Approval, Campaign, type CampaignState } from './campaign.entity.js';
import { campaignErrors, stateWords } from './campaigns.errors.js';
import { campaignEvent } from './events.js';
import { EXAMPLE_CLIENT, parseContents, renderContents } from './contents.js';
import { freezeAudience, planHash, previewPlan, stepRequest } from './plan.js';

/** Who does something: the person behind a session or an API key. */
export interface Person {
  readonly id: string;
  readonly login: string;
}

/**
 * The life of a campaign: draft → planned → submitted → approved → running ⇄ paused → stopped | completed.
 *
 * Guarantees: what runs is what was approved (the approval binds a hash over audience, arms, contents and rules, and
 * the launch computes it anew); nobody approves what they made, changed or submitted; a launch happens once, however
 * often it is clicked.
 */
@Injectable()
export class CampaignsService {
  constructor(
    private readonly db: Database,
    private readonly segments: SegmentsService,
    private readonly targets: TargetsService,
    private readonly wakes: Wakes,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async create(
    tx: Tx,
    c: { code: string; name: string; strategy?: string | undefined; spec: CampaignSource },
    person: Person,
  ): Promise<Campaign> {
    await this.check(tx, c.spec);
    if (await tx.manager.existsBy(Campaign, { code: c.code }))
      throw campaignErrors.CAMPAIGN_CODE_TAKEN({ code: c.code });
    const now = this.clock.now();
    return tx.manager.save(
      tx.manager.create(Campaign, {
        id: uuidv7(),
        code: c.code,
        name: c.name,
        strategy: c.strategy ?? '',
        version: 1,
        spec: c.spec,
        state: 'draft',
        createdBy: person.login,
        updatedBy: person.id,
        createdAt: now,
        updatedAt: now,
      }),
    );
  }

  /** Changes a campaign that has not been launched. It is a draft again, and earlier approvals are void. */
  async update(
    tx: Tx,
    id: string,
    version: number,
    change: { name?: string | undefined; strategy?: string | undefined; spec?: CampaignSource | undefined },
    person: Person,
  ): Promise<Campaign> {
    const campaign = await this.locked(tx, id, ['draft', 'planned', 'submitted', 'approved'], 'changed');
    if (campaign.version !== version)
      throw platformErrors.VERSION_MISMATCH({ what: 'campaign', sent: version, current: campaign.version });
    if (change.spec) await this.check(tx, change.spec);
    return this.save(tx, campaign, {
      name: change.name ?? campaign.name,
      strategy: change.strategy ?? campaign.strategy,
      spec: change.spec ?? campaign.spec,
      version: campaign.version + 1,
      state: 'draft',
      planHash: null,
      plan: null,
      plannedAt: null,
      updatedBy: person.id,
    });
  }

  /** Freezes the audience with its arms, and counts what the gates would say. Planning again replaces the plan. */
  async plan(tx: Tx, id: string, person: Person): Promise<Campaign> {
    const campaign = await this.locked(tx, id, ['draft', 'planned', 'submitted', 'approved'], 'planned');
    const { spec, segment } = await this.check(tx, campaign.spec);
    if (campaign.state !== 'draft') campaign.version++;
    const { audience, control } =
      spec.audience.mode === 'live'
        ? { audience: 0, control: 0 }
        : await freezeAudience(tx, campaign, spec, segment.id);
    if (spec.audience.mode === 'snapshot' && audience === 0)
      throw campaignErrors.CAMPAIGN_EMPTY({ segment: segment.code });
    const first = spec.steps[0]!;
    const target = await this.targets.find(tx, first.system, first.action);
    const request = stepRequest(campaign, spec, first, target, new Set(), this.clock.now());
    const about = { code: segment.code, version: segment.version, rule: segment.rule };
    return this.save(tx, campaign, {
      plan: { audience, control, ...(await previewPlan(tx, campaign, request)), segment: about },
      planHash: await planHash(tx, campaign, about),
      plannedAt: this.clock.now(),
      state: 'planned',
      updatedBy: person.id,
    });
  }

  /** Asks for approval of the plan as it stands. */
  async submit(tx: Tx, id: string, person: Person): Promise<Campaign> {
    const campaign = await this.locked(tx, id, ['planned'], 'submitted');
    await tx.manager.insert(Approval, {
      id: uuidv7(),
      campaignId: id,
      version: campaign.version,
      planHash: campaign.planHash!,
      maker: person.id,
      submittedAt: this.clock.now(),
      checker: null,
      decision: null,
      reason: '',
      decidedAt: null,
    });
    return this.move(tx, campaign, 'submitted', 'campaign.submitted');
  }

  /** @throws MAKER_CANNOT_APPROVE for whoever made, changed, planned or submitted it. */
  async decide(
    tx: Tx,
    id: string,
    decision: 'approved' | 'rejected',
    reason: string,
    person: Person,
  ): Promise<Campaign> {
    const campaign = await this.locked(tx, id, ['submitted'], decision);
    const approval = await tx.manager.findOneOrFail(Approval, {
      where: { campaignId: id, version: campaign.version },
      order: { id: 'desc' },
    });
    if (person.id === approval.maker || person.id === campaign.updatedBy || person.login === campaign.createdBy)
      throw campaignErrors.MAKER_CANNOT_APPROVE();
    await tx.manager.update(
      Approval,
      { id: approval.id },
      { checker: person.id, decision, reason, decidedAt: this.clock.now() },
    );
    return this.move(tx, campaign, decision === 'approved' ? 'approved' : 'draft', `campaign.${decision}`);
  }

  /**
   * Starts what was approved: the hash is computed anew from what is stored now. The first step of every client is put
   * in line; sending begins at once.
   *
   * @throws APPROVAL_VOID when anything differs, AUDIENCE_DRIFTED when too many have left the segment meanwhile.
   */
  async launch(tx: Tx, id: string): Promise<Campaign> {
    const campaign = await this.locked(tx, id, ['approved'], 'launched');
    const { spec, segment } = await this.check(tx, campaign.spec);
    await this.refuseChanged(tx, campaign, segment);
    await this.refuseDrifted(tx, campaign, spec, segment);
    const now = this.clock.now();
    await tx.query(
      'update campaign_client set next_step = $3, entered_at = $4 where campaign_id = $1 and version = $2',
      [id, campaign.version, spec.steps[0]!.key, now],
    );
    campaign.launchedAt = now;
    tx.afterCommit(() => this.wakes.wake(DRAINS.campaigns));
    return this.move(tx, campaign, 'running', 'campaign.launched');
  }

  /** Nothing more is claimed once this has committed; what is in flight ends. */
  async pause(tx: Tx, id: string): Promise<Campaign> {
    const campaign = await this.locked(tx, id, ['running'], 'paused');
    campaign.haltedAt = this.clock.now();
    return this.move(tx, campaign, 'paused', 'campaign.paused');
  }

  async resume(tx: Tx, id: string): Promise<Campaign> {
    const campaign = await this.locked(tx, id, ['paused'], 'resumed');
    tx.afterCommit(() => {
      this.wakes.wake(DRAINS.campaigns);
      this.wakes.wake(DRAINS.act);
    });
    return this.move(tx, campaign, 'running', 'campaign.resumed');
  }

  /** Ends a campaign for good: what was not sent is cancelled, and says so in the ledger. */
  async stop(tx: Tx, id: string): Promise<Campaign> {
    const campaign = await this.locked(tx, id, ['running', 'paused', 'approved', 'submitted', 'planned'], 'stopped');
    await tx.query(
      `update action set state = case when in_doubt then 'unknown' else 'cancelled' end, reason = 'the campaign was stopped',
         wait_until = null, updated_at = now()
       where campaign_id = $1 and state = 'ready'`,
      [id],
    );
    await tx.query('update action set wait_until = null where campaign_id = $1 and wait_until is not null', [id]);
    await tx.query('update campaign_client set next_step = null where campaign_id = $1 and next_step is not null', [
      id,
    ]);
    campaign.haltedAt = campaign.stoppedAt = this.clock.now();
    return this.move(tx, campaign, 'stopped', 'campaign.stopped');
  }

  async get(idOrCode: string): Promise<Campaign> {
    const campaign = await this.db.manager
      .createQueryBuilder(Campaign, 'c')
      .where('c.id::text = :x or c.code = :x', { x: idOrCode })
      .getOne();
    if (!campaign) throw platformErrors.NOT_FOUND({ what: 'campaign', id: idOrCode });
    return campaign;
  }

  list(): Promise<Campaign[]> {
    return this.db.manager.find(Campaign, { order: { id: 'desc' } });
  }

  /** The campaigns that are planned or running and have some of these clients among theirs. */
  touching(
    clientIds: readonly string[],
  ): Promise<{ id: string; code: string; name: string; state: string; clients: number }[]> {
    if (clientIds.length === 0) return Promise.resolve([]);
    return this.db.query(
      `select c.id, c.code, c.name, c.state, count(*)::int as clients
       from campaign_client p join campaign c on c.id = p.campaign_id and c.version = p.version
       where p.client_id = any($1::uuid[]) and c.state in ('planned', 'submitted', 'approved', 'running', 'paused')
       group by c.id order by clients desc, c.code`,
      [clientIds],
    );
  }

  approvals(campaignId: string): Promise<Approval[]> {
    return this.db.manager.find(Approval, { where: { campaignId }, order: { id: 'desc' } });
  }

  /** Checks a spec against what exists: segment, systems, what they can do, contents. @throws CAMPAIGN_INVALID. */
  private async check(tx: Tx, source: CampaignSource): Promise<{ spec: CampaignSpec; segment: SegmentView }> {
    const parsed = campaignSpec.safeParse(source);
    if (!parsed.success) throw invalid(fieldErrors(parsed.error.issues, source, '/spec'));
    const spec = parsed.data;
    const faults: FieldError[] = [];
    const note = (pointer: string) => (e: unknown) => {
      const detail =
        e instanceof IsthmusError
          ? { en: e.text('en'), zh: e.text('zh') }
          : wordsOf(e instanceof Error ? e.message : String(e));
      faults.push({ pointer, detail });
      return undefined;
    };
    const segment = await this.segments.get(spec.audience.segment).catch(note('/spec/audience/segment'));
    for (const [i, step] of spec.steps.entries()) {
      await this.targets.find(tx, step.system, step.action).catch(note(`/spec/steps/${i}/system`));
      try {
        renderContents(parseContents(step.params), EXAMPLE_CLIENT);
      } catch (e) {
        note(`/spec/steps/${i}/params`)(e);
      }
    }
    if (faults.length > 0 || !segment) throw invalid(faults);
    return { spec, segment };
  }

  private async refuseChanged(tx: Tx, campaign: Campaign, segment: SegmentView): Promise<void> {
    const approval = await tx.manager.findOne(Approval, {
      where: { campaignId: campaign.id, version: campaign.version, decision: 'approved' },
      order: { id: 'desc' },
    });
    const about = { code: segment.code, version: segment.version, rule: segment.rule };
    if (segment.version !== campaign.plan!.segment.version)
      throw campaignErrors.APPROVAL_VOID({
        what: { en: `the segment "${segment.code}"`, zh: `分群 "${segment.code}"` },
      });
    const now = await planHash(tx, campaign, about);
    if (!approval?.planHash.equals(now))
      throw campaignErrors.APPROVAL_VOID({
        what: { en: 'the audience or the content', zh: '受众或内容' },
      });
  }

  private async refuseDrifted(tx: Tx, campaign: Campaign, spec: CampaignSpec, segment: SegmentView): Promise<void> {
    const { audience } = campaign.plan!;
    if (audience === 0) return;
    const [row] = await tx.query<{ gone: number }>(
      `select count(*)::int as gone from campaign_client c
       where c.campaign_id = $1 and c.version = $2
         and not exists (select from segment_member m where m.segment_id = $3 and m.client_id = c.client_id)`,
      [campaign.id, campaign.version, segment.id],
    );
    const percent = (row!.gone / audience) * 100;
    if (percent > spec.drift)
      throw campaignErrors.AUDIENCE_DRIFTED({
        gone: row!.gone,
        audience,
        percent: percent.toFixed(1),
        limit: spec.drift,
      });
  }

  private async locked(tx: Tx, id: string, states: readonly CampaignState[], verb: string): Promise<Campaign> {
    const campaign = await tx.manager.findOne(Campaign, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!campaign) throw platformErrors.NOT_FOUND({ what: 'campaign', id });
    if (!states.includes(campaign.state)) throw campaignErrors.CAMPAIGN_STATE(stateWords(campaign.state, verb, states));
    return campaign;
  }

  private async move(tx: Tx, campaign: Campaign, state: CampaignState, event: string): Promise<Campaign> {
    const saved = await this.save(tx, campaign, { state });
    await writeEvents(tx, [campaignEvent(event, saved)]);
    return saved;
  }

  private save(tx: Tx, campaign: Campaign, change: Partial<Campaign>): Promise<Campaign> {
    return tx.manager.save(Object.assign(campaign, change, { updatedAt: this.clock.now() }));
  }
}

function invalid(errors: readonly FieldError[]) {
  return campaignErrors.CAMPAIGN_INVALID({}, { errors });
}
