import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { InjectQueue } from '@nestjs/bullmq';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Queue } from 'bullmq';
import { type Actor, AuditedWrites } from '#access';
import { CampaignsService } from '#campaigns';
import { QUEUES } from '#canonical';
import {
  Audits,
  expectationAt,
  LIMITED,
  limitWords,
  type MatchModel,
  type ModelRow,
  Models,
  type WeightCounts,
} from '#identity';
import { bilingual, publicId, type Tx } from '#platform';
import { z } from 'zod';
import { By, Needs } from './auth.guard.js';
import { campaignTouched, clientsOf, viewPassages, words } from './identity-views.js';
import { count, idParam, iso, timestamp } from './schemas.js';

const modelView = z
  .object({
    version: z.int(),
    state: z.enum(['training', 'ready', 'active', 'retired', 'failed']),
    origin: z.record(z.string(), z.unknown()),
    task: z.enum(['train', 'preview', 'reconcile']).nullable(),
    done: count,
    total: count,
    failure: z.string().nullable(),
    previewedAt: timestamp.nullable(),
    createdBy: z.string(),
    createdAt: timestamp,
    activatedBy: z.string().nullable(),
    activatedAt: timestamp.nullable(),
  })
  .meta({ id: 'MatchModel' });
const passage = z.object({ from: z.string(), into: z.string() });
const comparison = z.object({
  comparison: z.string(),
  levels: z.array(z.object({ m: z.number(), u: z.number(), bits: z.number() })),
});
const settingsView = z
  .object({
    prior: z.number(),
    link: z.number(),
    review: z.number(),
    calibration: z.object({ scale: z.number(), offset: z.number() }),
    clusterLimit: z.int(),
    diameterLimit: z.int().nullable(),
    blockLimit: z.int(),
    valueLimits: z.array(z.object({ name: z.string(), nameText: words, most: count.nullable() })),
    blocked: z.record(z.string(), z.array(z.string())),
    comparisons: z.array(comparison),
  })
  .meta({ id: 'MatchSettings', description: 'What decides: thresholds as expected precision, limits, weights' });
const expectation = z
  .object({ link: z.number(), pairs: count, precision: z.number(), wrong: z.number(), asked: count })
  .meta({
    id: 'MatchExpectation',
    description:
      'What a threshold is expected to bring: pairs linked, the share and number of them that are right and wrong, pairs left to a person at most',
  });
const previewView = z
  .object({
    clients: count,
    clientsAfter: count,
    counts: z.object({ joining: count, parting: count, review: count, reviewNow: count }),
    joining: z.array(passage),
    parting: z.array(passage),
    campaigns: z.array(campaignTouched),
    expected: z.array(expectation),
  })
  .meta({ id: 'MatchPreview', description: 'What a model would change; lists hold the first thousand' });
const detailView = modelView
  .extend({ settings: settingsView.nullable(), preview: previewView.nullable() })
  .meta({ id: 'MatchModelDetail' });
const activeView = z.object({ version: z.int(), settings: settingsView }).meta({ id: 'ActiveMatchModel' });
const valueLimits = z
  .record(z.string().max(60), z.int().min(1).max(10_000).nullable())
  .superRefine((limits, c) => {
    for (const name of Object.keys(limits))
      if (!LIMITED.includes(name))
        c.addIssue({
          code: 'custom',
          path: [name],
          message: bilingual(
            `found a limit on "${name}"; needed: one of ${LIMITED.join(', ')}`,
            `实际为对 "${name}" 的限制；需要：${LIMITED.join('、')} 其中之一`,
          ),
        });
  })
  .meta({
    description: `Most different values that one client may have without a person's word, by what is limited; null: no limit. What is not named stays as it is. Of ${LIMITED.join(', ')}`,
  });
const share = z.number().gt(0).lt(1);
const tuneBody = z
  .strictObject({
    from: z.int().min(0),
    link: share.optional(),
    precision: share.optional(),
    review: share.optional(),
    clusterLimit: z.int().min(2).max(100_000).optional(),
    diameterLimit: z.int().min(1).max(100).optional(),
    blockLimit: z.int().min(2).max(10_000).optional(),
    valueLimits: valueLimits.optional(),
    blocked: z.record(z.string().max(60), z.array(z.string().max(200)).max(10_000)).optional(),
  })
  .refine((b) => b.link === undefined || b.precision === undefined, {
    path: ['precision'],
    error: bilingual('found link as well; needed: one of the two', '同时给出了 link；两者只能选一'),
  })
  .meta({ id: 'TuneMatchModel' });
const calibrateBody = z
  .strictObject({ audit: idParam('aud'), from: z.int().min(0).optional() })
  .meta({ id: 'CalibrateMatchModel' });
const version = z.coerce.number().pipe(z.int().min(1));

/** Models of who is who: trained, tuned, previewed, put in force. */
@ApiTags('identity')
@Controller('identity/models')
export class ModelsController {
  constructor(
    private readonly models: Models,
    private readonly audits: Audits,
    private readonly campaigns: CampaignsService,
    private readonly writes: AuditedWrites,
    @InjectQueue(QUEUES.identity) private readonly queue: Queue,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listMatchModels',
    summary: 'All versions, newest first; without one, the shipped model decides',
  })
  @ApiResponse({ status: 200, standardSchema: z.object({ items: z.array(modelView) }).meta({ id: 'MatchModelList' }) })
  async list() {
    return { items: (await this.models.list()).map(view) };
  }

  @Get('active')
  @ApiOperation({
    operationId: 'activeMatchModel',
    summary: 'The model that decides now; version 0 is the shipped one',
  })
  @ApiResponse({ status: 200, standardSchema: activeView })
  async active() {
    const active = await this.models.active();
    return { version: active.version, settings: settings(active.model) };
  }

  @Get(':version')
  @ApiOperation({ operationId: 'getMatchModel', summary: 'One version: its settings, and what it would change' })
  @ApiResponse({ status: 200, standardSchema: detailView })
  async get(@Param('version', { schema: version }) v: number): Promise<z.input<typeof detailView>> {
    const row = await this.models.get(v);
    const p = row.preview;
    const touched = p ? await this.campaigns.touching(clientsOf({ merged: p.joining, split: p.parting })) : [];
    return {
      ...view(row),
      settings: row.model && settings(row.model),
      preview: p && {
        clients: p.clients,
        clientsAfter: p.clientsAfter,
        counts: p.counts,
        expected: row.model && p.weights ? expectations(row.model, p.weights) : [],
        joining: viewPassages(p.joining),
        parting: viewPassages(p.parting),
        campaigns: touched.map((c) => ({ ...c, id: publicId('cmp', c.id) })),
      },
    };
  }

  @Post()
  @HttpCode(202)
  @Needs('admin')
  @ApiOperation({ operationId: 'trainMatchModel', summary: "Train a version from the firm's own records" })
  @ApiResponse({ status: 202, standardSchema: modelView })
  train(@By() actor: Actor) {
    return this.give(actor, 'identity.train', (tx) => this.models.train(tx, actor.login));
  }

  @Post('tune')
  @HttpCode(201)
  @Needs('admin')
  @ApiOperation({ operationId: 'tuneMatchModel', summary: 'A version with other thresholds, limits or blocked values' })
  @ApiResponse({ status: 201, standardSchema: modelView })
  tune(@Body({ schema: tuneBody }) { from, ...tuning }: z.output<typeof tuneBody>, @By() actor: Actor) {
    return this.give(actor, 'identity.tune', (tx) => this.models.tune(tx, from, tuning, actor.login));
  }

  @Post('calibrate')
  @HttpCode(201)
  @Needs('admin')
  @ApiOperation({
    operationId: 'calibrateMatchModel',
    summary: 'A version whose probabilities follow what people said of the pairs of an audit',
  })
  @ApiResponse({ status: 201, standardSchema: modelView })
  async calibrate(
    @Body({ schema: calibrateBody }) { audit, from }: z.output<typeof calibrateBody>,
    @By() actor: Actor,
  ) {
    const judged = await this.audits.judged(audit);
    return this.give(actor, 'identity.calibrate', (tx) => this.models.calibrate(tx, judged, from, actor.login));
  }

  @Post(':version/preview')
  @HttpCode(202)
  @ApiOperation({ operationId: 'previewMatchModel', summary: 'Compute what a version would change' })
  @ApiResponse({ status: 202, standardSchema: modelView })
  preview(@Param('version', { schema: version }) v: number, @By() actor: Actor) {
    return this.give(actor, 'identity.preview', async (tx) => {
      await this.models.preview(tx, v);
      return v;
    });
  }

  @Post(':version/activate')
  @HttpCode(202)
  @Needs('admin')
  @ApiOperation({
    operationId: 'activateMatchModel',
    summary: 'Put a previewed version in force; everybody is then looked at under it',
  })
  @ApiResponse({ status: 202, standardSchema: modelView })
  activate(@Param('version', { schema: version }) v: number, @By() actor: Actor) {
    return this.give(actor, 'identity.activate', async (tx) => {
      await this.models.activate(tx, v, actor.login);
      return v;
    });
  }

  private async give(actor: Actor, action: string, work: (tx: Tx) => Promise<number>) {
    const made = await this.writes.run(actor, action, async (tx) => {
      const result = await work(tx);
      tx.afterCommit(() => void this.queue.add('models', {}).catch(() => {}));
      return { object: `match_model/${result}`, result };
    });
    return view(await this.models.get(made));
  }
}

function view({ version: v, state, origin, task, done, total, failure, createdBy, activatedBy, ...r }: ModelRow) {
  return {
    version: v,
    state,
    origin,
    task,
    done,
    total,
    failure,
    createdBy,
    activatedBy,
    previewedAt: iso(r.previewedAt),
    createdAt: iso(r.createdAt),
    activatedAt: iso(r.activatedAt),
  };
}

/** The threshold in use among those that people ask about. */
function expectations(m: MatchModel, weights: WeightCounts): z.input<typeof expectation>[] {
  const asked = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999];
  const { link, review } = m.thresholds;
  return [...new Set([...asked.filter((p) => p >= review), link])]
    .sort((a, b) => a - b)
    .map((p) => {
      const e = expectationAt(p, weights, m.calibration);
      return { ...e, precision: Number(e.precision.toFixed(5)), wrong: Number(e.wrong.toFixed(1)) };
    });
}

function settings(m: Awaited<ReturnType<Models['active']>>['model']): z.input<typeof settingsView> {
  return {
    prior: m.prior,
    link: m.thresholds.link,
    review: m.thresholds.review,
    calibration: m.calibration,
    clusterLimit: m.limits.cluster,
    diameterLimit: m.limits.diameter ?? null,
    blockLimit: m.limits.block,
    valueLimits: valueLimitsOf(m.limits.values),
    blocked: Object.fromEntries(Object.entries(m.hot).map(([slot, values]) => [slot, [...values]])),
    comparisons: m.comparisons.map((c) => ({
      comparison: c.comparison,
      levels: c.m.map((mm, i) => ({ m: mm, u: c.u[i]!, bits: Math.round(Math.log2(mm / c.u[i]!) * 100) / 100 })),
    })),
  };
}

/** Everything that may be limited; null: no limit. */
function valueLimitsOf(limits: MatchModel['limits']['values'] = {}): z.input<typeof settingsView>['valueLimits'] {
  return LIMITED.map((name) => ({ name, nameText: limitWords(name), most: limits[name] ?? null }));
}
