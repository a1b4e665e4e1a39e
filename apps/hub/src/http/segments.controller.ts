import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Actor, AuditedWrites } from '#access';
import { publicId } from '#platform';
import { RULE_VOCABULARY, SegmentsService, type SegmentView } from '#segments';
import { z } from 'zod';
import { By } from './auth.guard.js';
import { codeOf, count, cursorQuery, idOrCode, iso, page, pageOf, timestamp } from './schemas.js';

const rule = z.string().min(1).max(8192);
const segmentCode = codeOf(60);

const segmentView = z
  .object({
    id: z.string(),
    code: segmentCode,
    name: z.string(),
    rule,
    version: z.int(),
    state: z.enum(['active', 'archived']),
    members: count,
    evaluatedAt: timestamp.nullable(),
    createdBy: z.string(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Segment' });

const createBody = z
  .strictObject({ code: segmentCode, name: z.string().min(1).max(100), rule })
  .meta({ id: 'CreateSegment' });
const updateBody = z
  .strictObject({ version: z.int(), name: z.string().min(1).max(100).optional(), rule: rule.optional() })
  .meta({ id: 'UpdateSegment' });
const countBody = z.strictObject({ rule }).meta({ id: 'CountSegment' });
const countView = z.object({ clients: count, asOf: timestamp }).meta({ id: 'SegmentCount' });
const memberView = z.object({ clientId: z.string(), enteredAt: timestamp }).meta({ id: 'SegmentMember' });
const memberQuery = z.strictObject(cursorQuery);
const segmentId = idOrCode('seg');

@ApiTags('segments')
@Controller('segments')
export class SegmentsController {
  constructor(
    private readonly segments: SegmentsService,
    private readonly writes: AuditedWrites,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'listSegments', summary: 'All segments' })
  @ApiResponse({ status: 200, standardSchema: z.object({ items: z.array(segmentView) }).meta({ id: 'SegmentList' }) })
  async list() {
    return { items: (await this.segments.list()).map(view) };
  }

  @Post()
  @ApiOperation({ operationId: 'createSegment', summary: 'Define a segment; its members are found at once' })
  @ApiResponse({ status: 201, standardSchema: segmentView })
  async create(@Body({ schema: createBody }) body: z.output<typeof createBody>, @By() actor: Actor) {
    const { id } = await this.writes.run(actor, 'segment.create', async (tx) => {
      const segment = await this.segments.create(tx, body, actor.login);
      return { object: `segment/${segment.code}`, detail: { rule: body.rule }, result: segment };
    });
    return view(await this.segments.get(id));
  }

  @Post('count')
  @HttpCode(200)
  @ApiOperation({ operationId: 'countSegment', summary: 'How many clients match a rule now, without storing it' })
  @ApiResponse({ status: 200, standardSchema: countView })
  async count(@Body({ schema: countBody }) body: z.output<typeof countBody>) {
    return { clients: await this.segments.count(body.rule), asOf: new Date().toISOString() };
  }

  @Get('vocabulary')
  @ApiOperation({
    operationId: 'segmentVocabulary',
    summary: 'The fields, measures and functions of the rule language',
  })
  @ApiResponse({ status: 200, standardSchema: z.record(z.string(), z.unknown()) })
  vocabulary() {
    return RULE_VOCABULARY;
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getSegment', summary: 'One segment, by id or code' })
  @ApiResponse({ status: 200, standardSchema: segmentView })
  async get(@Param('id', { schema: segmentId }) id: string) {
    return view(await this.segments.get(id));
  }

  @Patch(':id')
  @ApiOperation({
    operationId: 'updateSegment',
    summary: 'A new version of a segment; who enters by it is not acted on',
  })
  @ApiResponse({ status: 200, standardSchema: segmentView })
  async update(
    @Param('id', { schema: segmentId }) idOrName: string,
    @Body({ schema: updateBody }) { version, ...change }: z.output<typeof updateBody>,
    @By() actor: Actor,
  ) {
    const { id } = await this.segments.get(idOrName);
    await this.writes.run(actor, 'segment.update', async (tx) => {
      const segment = await this.segments.update(tx, id, version, change, actor.login);
      return { object: `segment/${segment.code}`, detail: { version: segment.version, ...change }, result: segment };
    });
    return view(await this.segments.get(id));
  }

  @Get(':id/members')
  @ApiOperation({ operationId: 'listSegmentMembers', summary: 'Who is in the segment' })
  @ApiResponse({ status: 200, standardSchema: pageOf(memberView, 'SegmentMember') })
  async members(
    @Param('id', { schema: segmentId }) idOrName: string,
    @Query({ schema: memberQuery }) { limit, cursor }: z.output<typeof memberQuery>,
  ) {
    const { id } = await this.segments.get(idOrName);
    const rows = await this.segments.members(id, limit + 1, cursor);
    const { items, nextCursor } = page(rows, limit, (m) => m.clientId);
    return {
      items: items.map((m) => ({ clientId: publicId('cli', m.clientId), enteredAt: iso(m.enteredAt) })),
      nextCursor,
    };
  }
}

function view(s: SegmentView) {
  return {
    id: publicId('seg', s.id),
    code: s.code,
    name: s.name,
    rule: s.rule,
    version: s.version,
    state: s.state,
    members: s.members,
    evaluatedAt: iso(s.evaluatedAt),
    createdBy: s.createdBy,
    createdAt: iso(s.createdAt),
    updatedAt: iso(s.updatedAt),
  };
}
