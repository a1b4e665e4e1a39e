import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Actor, AuditedWrites } from '#access';
import { bilingual, publicId } from '#platform';
import { DELIVERY_STATES, DeliveryLog, type DeliveryView, SentBodies } from '#webhooks';
import { z } from 'zod';
import { By } from './auth.guard.js';
import { inLanguage, type Language, Reads } from './readers-language.js';
import { cursorQuery, idParam, iso, page, pageOf, timestamp } from './schemas.js';

const deliveryView = z
  .object({
    id: z.string(),
    endpoint: z.string(),
    state: z.enum(DELIVERY_STATES),
    type: z.string(),
    eventId: z.string(),
    subject: z.string(),
    attempts: z.int(),
    createdAt: timestamp,
    endedAt: timestamp.nullable(),
    nextAt: timestamp.nullable(),
    lastError: z.string().meta({ description: 'In the language of the reader (Accept-Language)' }),
  })
  .meta({ id: 'Delivery' });
const oneDelivery = deliveryView
  .extend({
    event: z.record(z.string(), z.unknown()).meta({ description: 'What it carries, as a thin body' }),
    sent: z
      .object({
        body: z.string(),
        asSent: z.boolean().meta({
          description:
            'The last attempt signed these very bytes; false: made with settings and client as they are now, personal fields masked',
        }),
      })
      .nullable()
      .meta({ description: 'The body; null when the transformation of the endpoint makes none of the event' }),
  })
  .meta({ id: 'DeliveryDetail' });
const attemptView = z
  .object({
    n: z.int(),
    at: timestamp,
    ms: z.int(),
    status: z.int().nullable(),
    errorClass: z.string().meta({ description: 'not_sent, maybe_sent, lost; empty when it was answered' }),
    error: z.string().meta({ description: 'In the language of the reader (Accept-Language)' }),
    body: z.string().meta({ description: 'What the endpoint answered, at most 16 KiB' }),
    ip: z.string().nullable().meta({ description: 'The address that was dialled' }),
    headers: z.record(z.string(), z.string()).meta({ description: 'As sent; … stands for what is secret' }),
    answerHeaders: z
      .record(z.string(), z.string())
      .meta({ description: 'Headers of the answer, at most 40 of 8 KiB in all; … stands for what may be secret' }),
  })
  .meta({ id: 'DeliveryAttempt' });

const endpointId = idParam('ep');
const deliveryId = idParam('msg');
const instant = z.iso.datetime({ offset: true }).transform((t) => new Date(t));
/** A span that ends before it begins holds nothing, and is never meant. */
function inOrder<T extends z.ZodType<{ since?: Date | undefined; until?: Date | undefined }>>(span: T): T {
  return span.refine(({ since, until }) => since === undefined || until === undefined || since < until, {
    path: ['until'],
    error: bilingual('found a time that is not after `since`; needed: a later one', '不晚于 since；需要更晚的时间'),
  });
}
const deliveriesQuery = inOrder(
  z.strictObject({
    ...cursorQuery,
    state: z.enum([...DELIVERY_STATES, 'undelivered']).optional(),
    type: z.string().max(60).optional(),
    since: instant.optional(),
    until: instant.optional(),
  }),
);
const span = {
  since: instant.meta({ description: 'RFC 3339' }),
  until: instant.optional(),
  dryRun: z.boolean().default(false).meta({ description: 'Only count' }),
};
const recoverBody = inOrder(z.strictObject(span)).meta({ id: 'RecoverDeliveries' });
const replayBody = inOrder(z.strictObject(span)).meta({ id: 'ReplayMissing' });
const recoveredView = z
  .object({
    deliveries: z.int(),
    more: z.boolean().meta({ description: 'There are more than one call takes: call again' }),
  })
  .meta({ id: 'Recovered' });
const replayedView = z
  .object({
    deliveries: z.int(),
    continueFrom: timestamp.nullable().meta({ description: 'There are more: call again with this as `since`' }),
  })
  .meta({ id: 'Replayed' });

@ApiTags('webhooks')
@Controller()
export class DeliveriesController {
  constructor(
    private readonly log: DeliveryLog,
    private readonly bodies: SentBodies,
    private readonly writes: AuditedWrites,
  ) {}

  @Get('endpoints/:id/deliveries')
  @ApiOperation({ operationId: 'listDeliveries', summary: 'The delivery log of an endpoint, newest event first' })
  @ApiResponse({ status: 200, standardSchema: pageOf(deliveryView, 'Delivery') })
  async list(
    @Param('id', { schema: endpointId }) id: string,
    @Query({ schema: deliveriesQuery }) { limit, cursor, ...filter }: z.output<typeof deliveriesQuery>,
    @Reads() language: Language,
  ) {
    const rows = await this.log.list(id, filter, limit + 1, cursor);
    const { items, nextCursor } = page(rows, limit, (d) => d.id);
    return { items: items.map((d) => view(d, language)), nextCursor };
  }

  @Get('deliveries/:id')
  @ApiOperation({ operationId: 'getDelivery', summary: 'One delivery, with the event it carries' })
  @ApiResponse({ status: 200, standardSchema: oneDelivery })
  async get(@Param('id', { schema: deliveryId }) id: string, @Reads() language: Language) {
    const d = await this.log.get(id);
    return { ...view(d, language), event: d.event, sent: (await this.bodies.of(id)) ?? null };
  }

  @Get('deliveries/:id/attempts')
  @ApiOperation({
    operationId: 'listDeliveryAttempts',
    summary: 'Every attempt of a delivery, with what was sent and what the endpoint answered',
  })
  @ApiResponse({
    status: 200,
    standardSchema: z.object({ items: z.array(attemptView) }).meta({ id: 'DeliveryAttemptList' }),
  })
  async attempts(@Param('id', { schema: deliveryId }) id: string, @Reads() language: Language) {
    const all = await this.log.attempts(id);
    return { items: all.map((a) => ({ ...a, at: iso(a.at), error: inLanguage(a.error, language) })) };
  }

  @Post('deliveries/:id/resend')
  @HttpCode(202)
  @ApiOperation({ operationId: 'resendDelivery', summary: 'Send a delivery again now, with the same webhook-id' })
  @ApiResponse({ status: 202 })
  resend(@Param('id', { schema: deliveryId }) id: string, @By() actor: Actor) {
    return this.writes.run(actor, 'delivery.resend', async (tx) => {
      await this.log.resend(tx, id);
      return { object: `delivery/${publicId('msg', id)}`, result: undefined };
    });
  }

  @Post('deliveries/:id/skip')
  @HttpCode(202)
  @ApiOperation({ operationId: 'skipDelivery', summary: 'Give a delivery up, so that those behind it go on' })
  @ApiResponse({ status: 202 })
  skip(@Param('id', { schema: deliveryId }) id: string, @By() actor: Actor) {
    return this.writes.run(actor, 'delivery.skip', async (tx) => {
      await this.log.skip(tx, id);
      return { object: `delivery/${publicId('msg', id)}`, result: undefined };
    });
  }

  @Post('endpoints/:id/recover')
  @HttpCode(202)
  @ApiOperation({
    operationId: 'recoverDeliveries',
    summary: 'Send again everything that was given up since a time, with the same webhook-ids',
  })
  @ApiResponse({ status: 202, standardSchema: recoveredView })
  recover(
    @Param('id', { schema: endpointId }) id: string,
    @Body({ schema: recoverBody }) b: z.output<typeof recoverBody>,
    @By() actor: Actor,
  ) {
    return this.writes.run(actor, 'endpoint.recover', async (tx) => {
      const { found, more } = await this.log.recover(tx, id, b.since, b.until ?? FAR, b.dryRun);
      const detail = { since: iso(b.since), dryRun: b.dryRun, deliveries: found };
      return { object: `endpoint/${publicId('ep', id)}`, detail, result: { deliveries: found, more } };
    });
  }

  @Post('endpoints/:id/replay-missing')
  @HttpCode(202)
  @ApiOperation({
    operationId: 'replayMissing',
    summary: 'Deliver events since a time that never became deliveries of this endpoint',
  })
  @ApiResponse({ status: 202, standardSchema: replayedView })
  replay(
    @Param('id', { schema: endpointId }) id: string,
    @Body({ schema: replayBody }) b: z.output<typeof replayBody>,
    @By() actor: Actor,
  ) {
    return this.writes.run(actor, 'endpoint.replay_missing', async (tx) => {
      const r = await this.log.replayMissing(tx, id, b.since, b.until ?? FAR, b.dryRun);
      const detail = { since: iso(b.since), dryRun: b.dryRun, deliveries: r.found };
      return {
        object: `endpoint/${publicId('ep', id)}`,
        detail,
        result: { deliveries: r.found, continueFrom: iso(r.continueFrom) },
      };
    });
  }
}

const FAR = new Date('9999-01-01T00:00:00Z');

function view({ endpointId: endpoint, ...d }: DeliveryView, language: Language) {
  return {
    id: publicId('msg', d.id),
    endpoint: publicId('ep', endpoint),
    state: d.state,
    type: d.type,
    eventId: publicId('evt', d.eventId),
    subject: d.subject,
    attempts: d.attempts,
    createdAt: iso(d.createdAt),
    endedAt: iso(d.endedAt),
    nextAt: iso(d.nextAt),
    lastError: inLanguage(d.lastError, language),
  };
}
