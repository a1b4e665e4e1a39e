import { randomInt } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Actor, AuditedWrites } from '#access';
import { CampaignsService } from '#campaigns';
import { Audits, Decisions, identityErrors } from '#identity';
import { publicId } from '#platform';
import { z } from 'zod';
import {
  answer,
  answeredView,
  auditDetailView,
  auditPairView,
  auditResultView,
  auditView,
  revealedPairView,
  viewAudit,
  viewAuditPair,
  viewPairState,
  viewResult,
} from './audit-views.js';
import { By, Needs } from './auth.guard.js';
import { changesOf } from './identity.controller.js';
import { viewPlainSide } from './identity-side-view.js';
import { changesView, clientsOf, viewChanges } from './identity-views.js';
import { cursorQuery, idParam, page, pageOf } from './schemas.js';

const auditId = idParam('aud');
const place = z.coerce.number().pipe(z.int().min(1));
const MOST_SEEDS = 2 ** 31;
const startBody = z
  .strictObject({
    pairs: z.int().min(1).max(5000).default(100),
    seed: z
      .int()
      .min(0)
      .max(MOST_SEEDS - 1)
      .optional(),
  })
  .meta({ id: 'StartIdentityAudit' });
const listQuery = z.object(cursorQuery);
const answerBody = z
  .strictObject({
    /** Null takes an answer back. */
    answer: answer.nullable(),
  })
  .meta({ id: 'AnswerAuditPair' });
const decideBody = z
  .strictObject({ reason: z.string().trim().min(1).max(500), dryRun: z.boolean().default(false) })
  .meta({ id: 'DecideAuditPair' });

/** How often the hub is right about who is who, by samples that people judge. */
@ApiTags('identity')
@Controller('identity/audits')
export class AuditsController {
  constructor(
    private readonly audits: Audits,
    private readonly decisions: Decisions,
    private readonly campaigns: CampaignsService,
    private readonly writes: AuditedWrites,
  ) {}

  @Post()
  @HttpCode(201)
  @ApiOperation({
    operationId: 'startIdentityAudit',
    summary: 'Draw a random sample of the pairs that the model in force weighs, to be judged by people',
  })
  @ApiResponse({ status: 201, standardSchema: auditView })
  async start(@Body({ schema: startBody }) body: z.output<typeof startBody>, @By() actor: Actor) {
    const seed = body.seed ?? randomInt(MOST_SEEDS);
    const draft = await this.audits.draw(body.pairs, seed);
    const id = await this.writes.run(actor, 'identity.audit_start', async (tx) => {
      const result = await this.audits.start(tx, draft, actor.login);
      const detail = { pairs: draft.pairs.length, seed, model: draft.model.modelVersion };
      return { object: `identity_audit/${publicId('aud', result)}`, detail, result };
    });
    return viewAudit(await this.audits.get(id));
  }

  @Get()
  @ApiOperation({ operationId: 'listIdentityAudits', summary: 'Audits, newest first, with how far they are' })
  @ApiResponse({ status: 200, standardSchema: pageOf(auditView, 'IdentityAudit') })
  async list(@Query({ schema: listQuery }) q: z.output<typeof listQuery>) {
    const { items, nextCursor } = page(await this.audits.list(q.limit + 1, q.cursor), q.limit, (a) => a.id);
    return { items: items.map(viewAudit), nextCursor };
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getIdentityAudit', summary: 'One audit, with which of its pairs have an answer' })
  @ApiResponse({ status: 200, standardSchema: auditDetailView })
  async get(@Param('id', { schema: auditId }) id: string): Promise<z.input<typeof auditDetailView>> {
    const audit = await this.audits.get(id);
    return { ...viewAudit(audit), sample: (await this.audits.pairs(id)).map(viewPairState) };
  }

  @Get(':id/result')
  @ApiOperation({
    operationId: 'identityAuditResult',
    summary: 'How many links were found right, with a 95 % interval, beside what was expected',
  })
  @ApiResponse({ status: 200, standardSchema: auditResultView })
  async result(@Param('id', { schema: auditId }) id: string): Promise<z.input<typeof auditResultView>> {
    return viewResult(await this.audits.result(id));
  }

  @Get(':id/pairs/:n')
  @ApiOperation({
    operationId: 'getIdentityAuditPair',
    summary: 'One pair side by side with what was compared, masked; not what the hub makes of it',
  })
  @ApiResponse({ status: 200, standardSchema: auditPairView })
  async pair(
    @Param('id', { schema: auditId }) id: string,
    @Param('n', { schema: place }) n: number,
  ): Promise<z.input<typeof auditPairView>> {
    return viewAuditPair(await this.audits.pair(id, n));
  }

  @Get(':id/pairs/:n/revealed')
  @Needs('write')
  @ApiOperation({ operationId: 'revealIdentityAuditPair', summary: 'Both unmasked, for who has to judge; audited' })
  @ApiResponse({ status: 200, standardSchema: revealedPairView })
  revealed(@Param('id', { schema: auditId }) id: string, @Param('n', { schema: place }) n: number, @By() actor: Actor) {
    return this.writes.run(actor, 'identity.reveal', async () => {
      const { shown } = await this.audits.pair(id, n);
      if (!shown) throw identityErrors.AUDIT_PAIR_GONE({ n });
      return {
        object: objectOf(id, n),
        result: { left: viewPlainSide(shown.left), right: viewPlainSide(shown.right) },
      };
    });
  }

  @Post(':id/pairs/:n/answer')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'answerIdentityAuditPair',
    summary: 'Say what a pair is, or take the answer back (null); it measures, and changes nothing',
  })
  @ApiResponse({ status: 200, standardSchema: answeredView })
  answer(
    @Param('id', { schema: auditId }) id: string,
    @Param('n', { schema: place }) n: number,
    @Body({ schema: answerBody }) body: z.output<typeof answerBody>,
    @By() actor: Actor,
  ): Promise<z.input<typeof answeredView>> {
    return this.writes.run(actor, 'identity.audit_answer', async (tx) => {
      const { before, offer } = await this.audits.answer(tx, id, n, body.answer, actor.login);
      const detail = { answer: body.answer, before };
      return { object: objectOf(id, n), detail, result: { answer: body.answer, before, offer } };
    });
  }

  @Post(':id/pairs/:n/decide')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'decideIdentityAuditPair',
    summary: 'Make the answer of a pair a decision; with dryRun, only what that would change',
  })
  @ApiResponse({ status: 200, standardSchema: changesView })
  async decide(
    @Param('id', { schema: auditId }) id: string,
    @Param('n', { schema: place }) n: number,
    @Body({ schema: decideBody }) { reason, dryRun }: z.output<typeof decideBody>,
    @By() actor: Actor,
  ): Promise<z.input<typeof changesView>> {
    const said = { reason, by: actor.login };
    const done = dryRun
      ? await this.decisions.dryRun((tx) => this.audits.decide(tx, id, n, said))
      : await this.writes.run(actor, 'identity.audit_decide', async (tx) => {
          const result = await this.audits.decide(tx, id, n, said);
          const { merged, split } = viewChanges(result.changes);
          return { object: objectOf(id, n), detail: { merged, split }, result };
        });
    return changesOf(done, dryRun, await this.campaigns.touching(clientsOf(done.changes)));
  }
}

function objectOf(id: string, n: number): string {
  return `identity_audit/${publicId('aud', id)}/${n}`;
}
