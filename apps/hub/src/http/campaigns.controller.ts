import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Actor, AuditedWrites } from '#access';
import {
  type Campaign,
  CAMPAIGN_STATES,
  type CampaignSource,
  CampaignsService,
  type Person,
  ResultsService,
} from '#campaigns';
import { publicId, type Tx } from '#platform';
import { z } from 'zod';
import { By, Needs } from './auth.guard.js';
import { codeOf, count, idOrCode, iso, timestamp } from './schemas.js';

const campaignCode = codeOf(60);
const specBody = z
  .record(z.string(), z.unknown())
  .meta({ description: 'Audience, control, steps, guards and goal; see docs/reference/campaigns.md' });
const createBody = z
  .strictObject({
    code: campaignCode,
    name: z.string().min(1).max(100),
    strategy: z.string().max(2000).optional(),
    spec: specBody,
  })
  .meta({ id: 'CreateCampaign' });
const updateBody = z
  .strictObject({
    version: z.int(),
    name: z.string().min(1).max(100).optional(),
    strategy: z.string().max(2000).optional(),
    spec: specBody.optional(),
  })
  .meta({ id: 'UpdateCampaign' });
const decisionBody = z.strictObject({ reason: z.string().max(1000).default('') }).meta({ id: 'Decision' });
/** Why it is stopped goes into the audit log; the command line may leave it out. */
const stopBody = z
  .strictObject({ reason: z.string().max(1000).default('') })
  .prefault({})
  .meta({ id: 'StopCampaign' });

const planView = z
  .object({
    audience: count,
    control: count,
    ready: count,
    suppressed: z.record(z.string(), count),
    segment: z.object({ code: z.string(), version: z.int(), rule: z.string() }),
  })
  .meta({ id: 'CampaignPlan' });

const campaignView = z
  .object({
    id: z.string(),
    code: campaignCode,
    name: z.string(),
    strategy: z.string(),
    version: z.int(),
    state: z.enum(CAMPAIGN_STATES),
    spec: specBody,
    plan: planView.nullable(),
    plannedAt: timestamp.nullable(),
    planHash: z.string().nullable(),
    launchedAt: timestamp.nullable(),
    haltedAt: timestamp.nullable(),
    stoppedAt: timestamp.nullable(),
    createdBy: z.string(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Campaign' });

const interval = z.object({ low: z.number(), high: z.number() });
const armView = z
  .object({ clients: count, successes: count, rate: z.number(), interval, amount: z.string() })
  .meta({ id: 'ArmResult' });
const resultsView = z
  .object({
    asOf: timestamp,
    clients: count,
    treatment: armView,
    control: armView,
    effect: interval.extend({ estimate: z.number(), significant: z.boolean() }),
  })
  .meta({ id: 'CampaignResults' });
const counts = z.record(z.string(), count);
const funnelView = z
  .object({
    items: z.array(
      z.object({
        step: z.string(),
        title: z.string(),
        channel: z.string(),
        states: counts,
        suppressed: counts,
        outcomes: counts,
      }),
    ),
    haltLatencyMs: z.number().nullable(),
    asOf: timestamp,
  })
  .meta({ id: 'CampaignFunnel' });
const scopeQuery = z.strictObject({ branch: z.string().max(100).optional(), manager: z.string().max(100).optional() });
const campaignId = idOrCode('cmp');

@ApiTags('campaigns')
@Controller('campaigns')
export class CampaignsController {
  constructor(
    private readonly campaigns: CampaignsService,
    private readonly outcome: ResultsService,
    private readonly writes: AuditedWrites,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'listCampaigns', summary: 'All campaigns, newest first' })
  @ApiResponse({ status: 200, standardSchema: z.object({ items: z.array(campaignView) }).meta({ id: 'CampaignList' }) })
  async list() {
    return { items: (await this.campaigns.list()).map(view) };
  }

  @Post()
  @ApiOperation({ operationId: 'createCampaign', summary: 'Make a draft' })
  @ApiResponse({ status: 201, standardSchema: campaignView })
  create(@Body({ schema: createBody }) body: z.output<typeof createBody>, @By() actor: Actor) {
    return this.write(actor, 'campaign.create', (tx) =>
      this.campaigns.create(tx, { ...body, spec: body.spec as unknown as CampaignSource }, person(actor)),
    );
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getCampaign', summary: 'One campaign, by id or code' })
  @ApiResponse({ status: 200, standardSchema: campaignView })
  async get(@Param('id', { schema: campaignId }) id: string) {
    return view(await this.campaigns.get(id));
  }

  @Patch(':id')
  @ApiOperation({
    operationId: 'updateCampaign',
    summary: 'Change a campaign that was not launched; approvals become void',
  })
  @ApiResponse({ status: 200, standardSchema: campaignView })
  async update(
    @Param('id', { schema: campaignId }) id: string,
    @Body({ schema: updateBody }) { version, ...change }: z.output<typeof updateBody>,
    @By() actor: Actor,
  ) {
    const campaign = await this.campaigns.get(id);
    return this.write(actor, 'campaign.update', (tx) =>
      this.campaigns.update(
        tx,
        campaign.id,
        version,
        { ...change, spec: change.spec as unknown as CampaignSource | undefined },
        person(actor),
      ),
    );
  }

  @Post(':id/plan')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'planCampaign',
    summary: 'Freeze the audience and its arms, and count what would happen',
  })
  @ApiResponse({ status: 200, standardSchema: campaignView })
  plan(@Param('id', { schema: campaignId }) id: string, @By() actor: Actor) {
    return this.step(id, actor, 'campaign.plan', (tx, c) => this.campaigns.plan(tx, c.id, person(actor)));
  }

  @Post(':id/submit')
  @HttpCode(200)
  @ApiOperation({ operationId: 'submitCampaign', summary: 'Ask a second person for approval' })
  @ApiResponse({ status: 200, standardSchema: campaignView })
  submit(@Param('id', { schema: campaignId }) id: string, @By() actor: Actor) {
    return this.step(id, actor, 'campaign.submit', (tx, c) => this.campaigns.submit(tx, c.id, person(actor)));
  }

  @Post(':id/approve')
  @HttpCode(200)
  @Needs('approve')
  @ApiOperation({ operationId: 'approveCampaign', summary: 'Approve exactly what is planned; never by its maker' })
  @ApiResponse({ status: 200, standardSchema: campaignView })
  approve(
    @Param('id', { schema: campaignId }) id: string,
    @Body({ schema: decisionBody }) body: z.output<typeof decisionBody>,
    @By() actor: Actor,
  ) {
    return this.step(id, actor, 'campaign.approve', (tx, c) =>
      this.campaigns.decide(tx, c.id, 'approved', body.reason, person(actor)),
    );
  }

  @Post(':id/reject')
  @HttpCode(200)
  @Needs('approve')
  @ApiOperation({ operationId: 'rejectCampaign', summary: 'Send it back to its maker' })
  @ApiResponse({ status: 200, standardSchema: campaignView })
  reject(
    @Param('id', { schema: campaignId }) id: string,
    @Body({ schema: decisionBody }) body: z.output<typeof decisionBody>,
    @By() actor: Actor,
  ) {
    return this.step(id, actor, 'campaign.reject', (tx, c) =>
      this.campaigns.decide(tx, c.id, 'rejected', body.reason, person(actor)),
    );
  }

  @Post(':id/launch')
  @HttpCode(200)
  @ApiOperation({ operationId: 'launchCampaign', summary: 'Start what was approved' })
  @ApiResponse({ status: 200, standardSchema: campaignView })
  launch(@Param('id', { schema: campaignId }) id: string, @By() actor: Actor) {
    return this.step(id, actor, 'campaign.launch', (tx, c) => this.campaigns.launch(tx, c.id));
  }

  @Post(':id/pause')
  @HttpCode(200)
  @ApiOperation({ operationId: 'pauseCampaign', summary: 'Send nothing more for now' })
  @ApiResponse({ status: 200, standardSchema: campaignView })
  pause(@Param('id', { schema: campaignId }) id: string, @By() actor: Actor) {
    return this.step(id, actor, 'campaign.pause', (tx, c) => this.campaigns.pause(tx, c.id));
  }

  @Post(':id/resume')
  @HttpCode(200)
  @ApiOperation({ operationId: 'resumeCampaign', summary: 'Go on after a pause' })
  @ApiResponse({ status: 200, standardSchema: campaignView })
  resume(@Param('id', { schema: campaignId }) id: string, @By() actor: Actor) {
    return this.step(id, actor, 'campaign.resume', (tx, c) => this.campaigns.resume(tx, c.id));
  }

  @Post(':id/stop')
  @HttpCode(200)
  @ApiOperation({ operationId: 'stopCampaign', summary: 'End it for good; what was not sent is cancelled' })
  @ApiResponse({ status: 200, standardSchema: campaignView })
  stop(
    @Param('id', { schema: campaignId }) id: string,
    @Body({ schema: stopBody }) { reason }: z.output<typeof stopBody>,
    @By() actor: Actor,
  ) {
    return this.step(id, actor, 'campaign.stop', (tx, c) => this.campaigns.stop(tx, c.id), { reason });
  }

  @Get(':id/funnel')
  @ApiOperation({ operationId: 'campaignFunnel', summary: 'Actions of each step by state, with reasons and outcomes' })
  @ApiResponse({ status: 200, standardSchema: funnelView })
  async funnel(@Param('id', { schema: campaignId }) id: string) {
    const campaign = await this.campaigns.get(id);
    const [items, haltLatencyMs] = await Promise.all([
      this.outcome.funnel(campaign),
      this.outcome.haltLatencyMs(campaign),
    ]);
    return { items, haltLatencyMs: haltLatencyMs ?? null, asOf: new Date().toISOString() };
  }

  @Get(':id/results')
  @ApiOperation({ operationId: 'campaignResults', summary: 'Outcome against control, with a 95 % confidence interval' })
  @ApiResponse({ status: 200, standardSchema: resultsView })
  async results(
    @Param('id', { schema: campaignId }) id: string,
    @Query({ schema: scopeQuery }) scope: z.output<typeof scopeQuery>,
  ) {
    return this.outcome.results(await this.campaigns.get(id), scope);
  }

  private async step(
    id: string,
    actor: Actor,
    action: string,
    work: (tx: Tx, c: Campaign) => Promise<Campaign>,
    more: { reason?: string } = {},
  ) {
    const campaign = await this.campaigns.get(id);
    return this.write(actor, action, (tx) => work(tx, campaign), more);
  }

  private write(actor: Actor, action: string, work: (tx: Tx) => Promise<Campaign>, more: { reason?: string } = {}) {
    return this.writes.run(actor, action, async (tx) => {
      const c = await work(tx);
      const detail = {
        version: c.version,
        state: c.state,
        ...(c.planHash ? { planHash: c.planHash.toString('hex') } : {}),
        ...(more.reason ? { reason: more.reason } : {}),
      };
      return { object: `campaign/${c.code}`, detail, result: view(c) };
    });
  }
}

function person(actor: Actor): Person {
  return { id: actor.userId, login: actor.login };
}

function view(c: Campaign) {
  return {
    id: publicId('cmp', c.id),
    code: c.code,
    name: c.name,
    strategy: c.strategy,
    version: c.version,
    state: c.state,
    spec: c.spec,
    plan: c.plan,
    plannedAt: iso(c.plannedAt ?? null),
    planHash: c.planHash?.toString('hex') ?? null,
    launchedAt: iso(c.launchedAt ?? null),
    haltedAt: iso(c.haltedAt ?? null),
    stoppedAt: iso(c.stoppedAt ?? null),
    createdBy: c.createdBy,
    createdAt: iso(c.createdAt),
    updatedAt: iso(c.updatedAt),
  };
}
