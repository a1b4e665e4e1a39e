import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Actor, AuditedWrites, mask } from '#access';
import { DRAINS } from '#canonical';
import { ingestErrors, QuarantineService } from '#ingest';
import { publicId, Wakes } from '#platform';
import { SystemsService } from '#systems';
import { z } from 'zod';
import { By, Needs } from './auth.guard.js';
import { count, cursorQuery, idParam, iso, page, pageOf, timestamp } from './schemas.js';

const entryView = z
  .object({
    id: z.string(),
    system: z.string(),
    stream: z.string(),
    key: z.string(),
    field: z.string(),
    reason: z.string(),
    mappingVersion: z.int().nullable(),
    state: z.enum(['open', 'replayed', 'discarded']),
    createdAt: timestamp,
    resolvedAt: timestamp.nullable(),
    resolvedBy: z.string().nullable(),
  })
  .meta({ id: 'QuarantineEntry' });
const causeView = z
  .object({
    system: z.string(),
    stream: z.string(),
    field: z.string(),
    n: count,
    newest: timestamp,
    example: z.string(),
  })
  .meta({ id: 'QuarantineCause' });
const quarantineId = idParam('qrn');
const filterBody = z
  .strictObject({
    system: z.string().optional(),
    stream: z.string().optional(),
    field: z.string().optional(),
    ids: z.array(quarantineId).max(10_000).optional(),
  })
  .meta({ id: 'QuarantineFilter' });
const discardBody = filterBody
  .extend({ everything: z.literal(true).optional().meta({ description: 'Needed where nothing else narrows it' }) })
  .meta({ id: 'QuarantineDiscard' });
const listQuery = z.strictObject({
  ...cursorQuery,
  system: z.string().optional(),
  stream: z.string().optional(),
  field: z.string().optional(),
  state: z.enum(['open', 'replayed', 'discarded']).optional(),
});

@ApiTags('quarantine')
@Controller()
export class QuarantineController {
  constructor(
    private readonly quarantine: QuarantineService,
    private readonly systems: SystemsService,
    private readonly writes: AuditedWrites,
    private readonly wakes: Wakes,
  ) {}

  @Get('quarantine')
  @ApiOperation({ operationId: 'listQuarantine', summary: 'Records that could not be read, newest first' })
  @ApiResponse({ status: 200, standardSchema: pageOf(entryView, 'QuarantineEntry') })
  async list(@Query({ schema: listQuery }) q: z.output<typeof listQuery>) {
    const rows = await this.quarantine.list({ ...(await this.filter(q)), state: q.state }, q.limit + 1, q.cursor);
    const { items, nextCursor } = page(rows, q.limit, (e) => e.id);
    return {
      items: items.map((e) => ({
        ...e,
        id: publicId('qrn', e.id),
        key: mask.key(e.key),
        reason: mask.text(e.reason),
        createdAt: iso(e.createdAt),
        resolvedAt: iso(e.resolvedAt),
      })),
      nextCursor,
    };
  }

  @Get('quarantine/causes')
  @ApiOperation({ operationId: 'quarantineCauses', summary: 'Open records by cause, most first' })
  @ApiResponse({
    status: 200,
    standardSchema: z.object({ items: z.array(causeView) }).meta({ id: 'QuarantineCauseList' }),
  })
  async causes() {
    return {
      items: (await this.quarantine.causes()).map((c) => ({
        ...c,
        newest: iso(c.newest),
        example: mask.text(c.example),
      })),
    };
  }

  @Get('quarantine/:id/raw')
  @Needs('write')
  @ApiProduces('application/octet-stream')
  @ApiOperation({
    operationId: 'quarantineRaw',
    summary: 'The raw bytes as they were received; reading them is audited',
  })
  @ApiResponse({ status: 200 })
  async raw(@Param('id', { schema: quarantineId }) id: string, @By() actor: Actor, @Res() reply: FastifyReply) {
    const raw = await this.writes.run(actor, 'quarantine.read_raw', async () => ({
      object: `quarantine/${id}`,
      result: await this.quarantine.raw(id),
    }));
    await reply
      .header('content-type', 'application/octet-stream')
      .header('content-disposition', 'attachment')
      .send(raw);
  }

  @Post('quarantine/replay')
  @HttpCode(202)
  @ApiOperation({
    operationId: 'replayQuarantine',
    summary: 'Apply records again after a fix; as history, so nothing is sent',
  })
  @ApiResponse({ status: 202, standardSchema: z.object({ queued: count, impossible: count }) })
  async replay(@Body({ schema: filterBody }) body: z.output<typeof filterBody>, @By() actor: Actor) {
    const filter = await this.filter(body);
    return this.writes.run(actor, 'quarantine.replay', async (tx) => {
      tx.afterCommit(() => this.wakes.wake(DRAINS.apply));
      const result = await this.quarantine.replay(tx, filter, actor.login);
      return { object: 'quarantine', detail: { ...body, ids: body.ids?.length, ...result }, result };
    });
  }

  @Post('quarantine/discard')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'discardQuarantine',
    summary: 'Say that these records are not wanted; their bytes are kept',
  })
  @ApiResponse({ status: 200, standardSchema: z.object({ discarded: count }) })
  async discard(
    @Body({ schema: discardBody }) { everything, ...body }: z.output<typeof discardBody>,
    @By() actor: Actor,
  ) {
    if (everything !== true && Object.values(body).every((v) => v === undefined))
      throw ingestErrors.DISCARD_UNBOUNDED();
    const filter = await this.filter(body);
    return this.writes.run(actor, 'quarantine.discard', async (tx) => {
      const result = await this.quarantine.discard(tx, filter, actor.login);
      return { object: 'quarantine', detail: { ...body, ids: body.ids?.length, ...result }, result };
    });
  }

  private async filter(f: {
    system?: string | undefined;
    stream?: string | undefined;
    field?: string | undefined;
    ids?: string[] | undefined;
  }) {
    const systemId = f.system === undefined ? undefined : (await this.systems.get(f.system)).id;
    return { systemId, stream: f.stream, field: f.field, ids: f.ids };
  }
}
