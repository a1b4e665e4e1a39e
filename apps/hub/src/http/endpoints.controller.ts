import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Actor, AuditedWrites } from '#access';
import { EVENT_TYPES } from '#canonical';
import { publicId } from '#platform';
import { type Endpoint, EndpointsService } from '#webhooks';
import { z } from 'zod';
import { By, Needs } from './auth.guard.js';
import { cursorQuery, idParam, iso, page, pageOf, timestamp } from './schemas.js';

const fields = {
  name: z.string().min(1).max(100),
  url: z.url().max(2000),
  types: z.array(z.string().max(60)).max(50),
  concurrency: z.int().min(1).max(64),
  timeoutMs: z.int().min(1000).max(60_000),
};
const createBody = z
  .strictObject({
    name: fields.name,
    url: fields.url,
    types: fields.types.optional(),
    concurrency: fields.concurrency.optional(),
    timeoutMs: fields.timeoutMs.optional(),
  })
  .meta({ id: 'CreateEndpoint' });
const updateBody = z
  .strictObject({
    version: z.int(),
    name: fields.name.optional(),
    url: fields.url.optional(),
    types: fields.types.optional(),
    concurrency: fields.concurrency.optional(),
    timeoutMs: fields.timeoutMs.optional(),
    state: z.enum(['enabled', 'disabled']).optional(),
  })
  .meta({ id: 'UpdateEndpoint' });
const endpointView = z
  .object({
    id: z.string(),
    name: z.string(),
    url: z.string(),
    types: fields.types,
    state: z.enum(['enabled', 'disabled']),
    disabledReason: z.string(),
    concurrency: z.int(),
    timeoutMs: z.int(),
    version: z.int(),
    createdBy: z.string(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Endpoint' });
const createdView = endpointView
  .extend({ secret: z.string().meta({ description: 'Standard Webhooks secret; shown this once' }) })
  .meta({ id: 'CreatedEndpoint' });
const deliveryView = z
  .object({
    id: z.string(),
    state: z.enum(['ready', 'claimed', 'delivered', 'failed']),
    type: z.string(),
    eventId: z.string(),
    attempts: z.int(),
    createdAt: timestamp,
    deliveredAt: timestamp.nullable(),
    nextAt: timestamp,
    lastError: z.string(),
  })
  .meta({ id: 'Delivery' });
const attemptView = z
  .object({
    n: z.int(),
    at: timestamp,
    ms: z.int(),
    status: z.int().nullable(),
    errorClass: z.string(),
    error: z.string(),
    body: z.string(),
  })
  .meta({ id: 'DeliveryAttempt' });
const endpointId = idParam('ep');
const deliveryId = idParam('msg');
const deliveriesQuery = z.strictObject({
  ...cursorQuery,
  state: z.enum(['ready', 'claimed', 'delivered', 'failed']).optional(),
});

@ApiTags('webhooks')
@Controller()
export class EndpointsController {
  constructor(
    private readonly endpoints: EndpointsService,
    private readonly writes: AuditedWrites,
  ) {}

  @Get('event-types')
  @ApiOperation({ operationId: 'listEventTypes', summary: 'What can be received, with the schema of its data' })
  @ApiResponse({
    status: 200,
    standardSchema: z
      .object({ items: z.array(z.object({ type: z.string(), en: z.string(), zh: z.string(), schema: z.unknown() })) })
      .meta({ id: 'EventTypeList' }),
  })
  types() {
    return {
      items: Object.entries(EVENT_TYPES).map(([type, t]) => ({
        type,
        en: t.en,
        zh: t.zh,
        schema: z.toJSONSchema(t.data),
      })),
    };
  }

  @Get('endpoints')
  @ApiOperation({ operationId: 'listEndpoints', summary: 'Downstream endpoints' })
  @ApiResponse({ status: 200, standardSchema: z.object({ items: z.array(endpointView) }).meta({ id: 'EndpointList' }) })
  async list() {
    return { items: (await this.endpoints.list()).map(view) };
  }

  @Post('endpoints')
  @ApiOperation({ operationId: 'createEndpoint', summary: 'Register an endpoint; its secret is shown this once' })
  @ApiResponse({ status: 201, standardSchema: createdView })
  create(@Body({ schema: createBody }) body: z.output<typeof createBody>, @By() actor: Actor) {
    return this.writes.run(actor, 'endpoint.create', async (tx) => {
      const { endpoint, secret } = await this.endpoints.create(tx, body, actor.login);
      const shown = view(endpoint);
      return {
        object: `endpoint/${shown.id}`,
        detail: { url: endpoint.url, types: endpoint.types },
        result: { ...shown, secret },
      };
    });
  }

  @Get('endpoints/:id')
  @ApiOperation({ operationId: 'getEndpoint', summary: 'One endpoint' })
  @ApiResponse({ status: 200, standardSchema: endpointView })
  async get(@Param('id', { schema: endpointId }) id: string) {
    return view(await this.endpoints.get(id));
  }

  @Patch('endpoints/:id')
  @ApiOperation({
    operationId: 'updateEndpoint',
    summary: 'Change, disable or enable an endpoint; what waits for it is kept',
  })
  @ApiResponse({ status: 200, standardSchema: endpointView })
  update(
    @Param('id', { schema: endpointId }) id: string,
    @Body({ schema: updateBody }) { version, ...change }: z.output<typeof updateBody>,
    @By() actor: Actor,
  ) {
    return this.writes.run(actor, 'endpoint.update', async (tx) => {
      const endpoint = view(await this.endpoints.update(tx, id, version, change));
      return { object: `endpoint/${endpoint.id}`, detail: { ...change, version: endpoint.version }, result: endpoint };
    });
  }

  @Delete('endpoints/:id')
  @HttpCode(204)
  @ApiOperation({ operationId: 'deleteEndpoint', summary: 'Remove an endpoint and its delivery log' })
  @ApiResponse({ status: 204 })
  remove(@Param('id', { schema: endpointId }) id: string, @By() actor: Actor) {
    return this.writes.run(actor, 'endpoint.delete', async (tx) => {
      await this.endpoints.remove(tx, id);
      return { object: `endpoint/${publicId('ep', id)}`, result: undefined };
    });
  }

  @Get('endpoints/:id/deliveries')
  @ApiOperation({ operationId: 'listDeliveries', summary: 'The delivery log of an endpoint, newest first' })
  @ApiResponse({ status: 200, standardSchema: pageOf(deliveryView, 'Delivery') })
  async deliveries(
    @Param('id', { schema: endpointId }) id: string,
    @Query({ schema: deliveriesQuery }) q: z.output<typeof deliveriesQuery>,
  ) {
    const rows = await this.endpoints.deliveries(id, q.state, q.limit + 1, q.cursor);
    const { items, nextCursor } = page(rows, q.limit, (d) => d.id);
    return {
      items: items.map((d) => ({
        ...d,
        id: publicId('msg', d.id),
        eventId: publicId('evt', d.eventId),
        createdAt: iso(d.createdAt),
        deliveredAt: iso(d.deliveredAt),
        nextAt: iso(d.nextAt),
      })),
      nextCursor,
    };
  }

  @Get('deliveries/:id/attempts')
  @ApiOperation({
    operationId: 'listDeliveryAttempts',
    summary: 'Every attempt of a delivery, with what the endpoint answered',
  })
  @ApiResponse({
    status: 200,
    standardSchema: z.object({ items: z.array(attemptView) }).meta({ id: 'DeliveryAttemptList' }),
  })
  async attempts(@Param('id', { schema: deliveryId }) id: string) {
    return { items: (await this.endpoints.attempts(id)).map((a) => ({ ...a, at: iso(a.at) })) };
  }

  @Post('deliveries/:id/resend')
  @HttpCode(202)
  @Needs('write')
  @ApiOperation({ operationId: 'resendDelivery', summary: 'Send a delivery again now, with the same webhook-id' })
  @ApiResponse({ status: 202 })
  resend(@Param('id', { schema: deliveryId }) id: string, @By() actor: Actor) {
    return this.writes.run(actor, 'delivery.resend', async () => {
      await this.endpoints.resend(id);
      return { object: `delivery/${publicId('msg', id)}`, result: undefined };
    });
  }
}

function view(e: Endpoint) {
  return {
    id: publicId('ep', e.id),
    name: e.name,
    url: e.url,
    types: e.types,
    state: e.state,
    disabledReason: e.disabledReason,
    concurrency: e.concurrency,
    timeoutMs: e.timeoutMs,
    version: e.version,
    createdBy: e.createdBy,
    createdAt: iso(e.createdAt),
    updatedAt: iso(e.updatedAt),
  };
}
