import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Actor, AuditedWrites, mask } from '#access';
import { CampaignsService } from '#campaigns';
import { type Client, ClientsService } from '#clients';
import { Decisions, REVIEW_CAUSES, Reviews, type ReviewView } from '#identity';
import { CLOCK, type Clock, publicId } from '#platform';
import { Inject } from '@nestjs/common';
import { z } from 'zod';
import { By, Needs } from './auth.guard.js';
import { clientView, viewClient } from './client-view.js';
import { changesOf } from './identity.controller.js';
import { plainSide, sideView, viewPlainSide, viewSide } from './identity-side-view.js';
import {
  changesView,
  clientsOf,
  evidenceView,
  limitHitView,
  reviewRowView,
  viewChanges,
  viewEvidence,
  viewLimitHit,
  viewReviewRow,
} from './identity-views.js';
import { count, cursorQuery, idParam, iso, page, pageOf, timestamp } from './schemas.js';

const reviewId = idParam('rev');
const listQuery = z.object({
  ...cursorQuery,
  cause: z.enum(REVIEW_CAUSES).optional(),
  client: idParam('cli').optional(),
  later: z.stringbool().default(false),
});
const reviewView = reviewRowView
  .extend({
    evidence: evidenceView,
    limits: z.array(limitHitView),
    leftClient: clientView,
    rightClient: clientView,
    contested: z.object({ side: sideView, left: evidenceView, right: evidenceView }).nullable(),
  })
  .meta({
    id: 'Review',
    description:
      'Both clients side by side, the evidence between them, where a limit on values stopped them, which and by which values, and of a `contested_record` that record, with the evidence that it is of the left client and of the right',
  });
const plainClient = z
  .object({
    id: z.string(),
    name: z.string().nullable(),
    nameLatin: z.string().nullable(),
    birthDate: z.string().nullable(),
    phones: z.array(z.string()),
    emails: z.array(z.string()),
    address: z.string().nullable(),
  })
  .meta({ id: 'RevealedClient' });
const revealedView = z
  .object({
    left: plainClient,
    right: plainClient,
    contested: plainSide.nullable(),
    limits: z.array(limitHitView),
  })
  .meta({ id: 'RevealedReview' });
const countsView = z
  .object({ items: z.array(z.object({ cause: z.string(), n: count, oldest: timestamp })) })
  .meta({ id: 'ReviewCounts' });
const decideBody = z
  .strictObject({
    /** `moves`, of a `contested_record`: that record is of the right client, and the two are not one. */
    verdict: z.enum(['same', 'different', 'moves', 'later']),
    reason: z.string().trim().min(1).max(500),
    /** Until when the pair is put off; a week when it is not said. */
    until: z.iso.datetime({ offset: true }).optional(),
    dryRun: z.boolean().default(false),
  })
  .meta({ id: 'DecideReview' });
const WEEK_MS = 7 * 86_400_000;

/** Pairs that only a person can judge. */
@ApiTags('identity')
@Controller('identity/reviews')
export class ReviewsController {
  constructor(
    private readonly reviews: Reviews,
    private readonly decisions: Decisions,
    private readonly clients: ClientsService,
    private readonly campaigns: CampaignsService,
    private readonly writes: AuditedWrites,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'listReviews', summary: 'Pairs that wait for a person, newest first' })
  @ApiResponse({ status: 200, standardSchema: pageOf(reviewRowView, 'ReviewPair') })
  async list(@Query({ schema: listQuery }) q: z.output<typeof listQuery>) {
    const clientId = q.client === undefined ? undefined : (await this.clients.get(q.client)).id;
    const rows = await this.reviews.list({ cause: q.cause, clientId, later: q.later }, q.limit + 1, q.cursor);
    const { items, nextCursor } = page(rows, q.limit, (r) => r.id);
    const names = await this.clients.names(items.flatMap((r) => [r.aClient, r.bClient]));
    return { items: items.map((r) => viewReviewRow(r, (id) => mask.name(names.get(id) ?? null))), nextCursor };
  }

  @Get('counts')
  @ApiOperation({ operationId: 'countReviews', summary: 'How many pairs wait, by cause' })
  @ApiResponse({ status: 200, standardSchema: countsView })
  async counts() {
    return { items: (await this.reviews.counts()).map((c) => ({ ...c, oldest: iso(c.oldest) })) };
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getReview', summary: 'One pair with the evidence; personal fields are masked' })
  @ApiResponse({ status: 200, standardSchema: reviewView })
  async get(@Param('id', { schema: reviewId }) id: string): Promise<z.input<typeof reviewView>> {
    const review = await this.reviews.get(id);
    const [left, right] = await this.both(review);
    const names = new Map([left, right].map((c) => [c.id, mask.name(c.name)]));
    return {
      ...viewReviewRow(review, (client) => names.get(client) ?? null),
      evidence: viewEvidence(review.evidence),
      limits: review.limits.map((h) => viewLimitHit(h)),
      leftClient: viewClient(left),
      rightClient: viewClient(right),
      contested: review.contested
        ? {
            side: viewSide(review.contested.side),
            left: viewEvidence(review.contested.left),
            right: viewEvidence(review.contested.right),
          }
        : null,
    };
  }

  @Get(':id/revealed')
  @Needs('write')
  @ApiOperation({ operationId: 'revealReview', summary: 'Both clients unmasked, for who has to judge; audited' })
  @ApiResponse({ status: 200, standardSchema: revealedView })
  revealed(@Param('id', { schema: reviewId }) id: string, @By() actor: Actor) {
    return this.writes.run(actor, 'identity.reveal', async () => {
      const review = await this.reviews.get(id);
      const [left, right] = await this.both(review);
      const limits = review.limits.map((h) => viewLimitHit(h, (_kind, value) => value));
      const contested = review.contested ? viewPlainSide(review.contested.side) : null;
      const result = { left: plain(left), right: plain(right), contested, limits };
      return { object: `review/${publicId('rev', id)}`, result };
    });
  }

  @Post(':id/decide')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'decideReview',
    summary:
      'The two are one, are not, a contested record is of the other, or they are looked at later; with dryRun, only what that would change',
  })
  @ApiResponse({ status: 200, standardSchema: changesView })
  async decide(
    @Param('id', { schema: reviewId }) id: string,
    @Body({ schema: decideBody }) body: z.output<typeof decideBody>,
    @By() actor: Actor,
  ): Promise<z.input<typeof changesView>> {
    const { verdict } = body;
    const object = `review/${publicId('rev', id)}`;
    if (verdict === 'later') {
      const until = body.until === undefined ? new Date(this.clock.now().getTime() + WEEK_MS) : new Date(body.until);
      if (!body.dryRun)
        await this.writes.run(actor, 'identity.review_later', async (tx) => {
          await this.reviews.later(tx, id, until);
          return { object, detail: { until: until.toISOString() }, result: undefined };
        });
      return { decisions: [], dryRun: body.dryRun, created: [], merged: [], split: [], clients: [], campaigns: [] };
    }
    const said = { reason: body.reason, by: actor.login };
    const done = body.dryRun
      ? await this.decisions.dryRun((tx) => this.reviews.decide(tx, id, verdict, said))
      : await this.writes.run(actor, 'identity.review', async (tx) => {
          const result = await this.reviews.decide(tx, id, verdict, said);
          const { merged, split } = viewChanges(result.changes);
          return { object, detail: { verdict, merged, split }, result };
        });
    return changesOf(done, body.dryRun, await this.campaigns.touching(clientsOf(done.changes)));
  }

  private both(r: ReviewView): Promise<[Client, Client]> {
    return Promise.all([this.clients.get(r.aClient), this.clients.get(r.bClient)]);
  }
}

function plain(c: Client): z.input<typeof plainClient> {
  const { name, nameLatin, birthDate, phones, emails, address } = c;
  return { id: publicId('cli', c.id), name, nameLatin, birthDate, phones, emails, address };
}
