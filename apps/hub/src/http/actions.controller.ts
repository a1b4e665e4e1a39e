import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { mask } from '#access';
import { CampaignsService } from '#campaigns';
import { type OutcomeKind, OUTCOMES } from '#canonical';
import { ACTION_STATES, ActionsService, type ActionView } from '#effects';
import { publicId } from '#platform';
import { z } from 'zod';
import { cursorQuery, idParam, iso, page, pageOf, timestamp } from './schemas.js';

const actionView = z
  .object({
    id: z.string(),
    campaign: z.string(),
    client: z.string(),
    clientName: z.string().nullable(),
    step: z.string(),
    channel: z.string(),
    name: z.string(),
    system: z.string(),
    state: z.string(),
    reason: z.string(),
    attempts: z.int(),
    outcome: z.string().nullable(),
    outcomeAt: timestamp.nullable(),
    externalId: z.string().nullable(),
    sentAt: timestamp.nullable(),
    createdAt: timestamp,
  })
  .meta({ id: 'Action' });

const detailView = actionView
  .extend({
    attemptLog: z.array(
      z.object({
        n: z.int(),
        kind: z.string(),
        startedAt: timestamp,
        endedAt: timestamp,
        status: z.string(),
        detail: z.string(),
      }),
    ),
    outcomes: z.array(z.object({ kind: z.string(), occurredAt: timestamp, receivedAt: timestamp, detail: z.string() })),
  })
  .meta({ id: 'ActionDetail' });

const clientId = idParam('cli');
const actionId = idParam('act');
const listQuery = z.strictObject({
  ...cursorQuery,
  campaign: z.string().max(80).optional(),
  client: clientId.optional(),
  step: z.string().max(40).optional(),
  state: z.enum(ACTION_STATES).optional(),
  outcome: z.enum(Object.keys(OUTCOMES) as [OutcomeKind, ...OutcomeKind[]]).optional(),
});

@ApiTags('actions')
@Controller('actions')
export class ActionsController {
  constructor(
    private readonly actions: ActionsService,
    private readonly campaigns: CampaignsService,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'listActions', summary: 'The effect ledger, newest first' })
  @ApiResponse({ status: 200, standardSchema: pageOf(actionView, 'Action') })
  async list(@Query({ schema: listQuery }) q: z.output<typeof listQuery>) {
    const campaignId = q.campaign === undefined ? undefined : (await this.campaigns.get(q.campaign)).id;
    const rows = await this.actions.list(
      { campaignId, clientId: q.client, step: q.step, state: q.state, outcome: q.outcome },
      q.limit + 1,
      q.cursor,
    );
    const { items, nextCursor } = page(rows, q.limit, (a) => a.id);
    return { items: items.map(view), nextCursor };
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getAction', summary: 'One action: its intent, every attempt, every outcome' })
  @ApiResponse({ status: 200, standardSchema: detailView })
  async get(@Param('id', { schema: actionId }) id: string) {
    const { attemptLog, outcomes, ...action } = await this.actions.get(id);
    return {
      ...view(action),
      attemptLog: attemptLog.map((a) => ({
        ...a,
        startedAt: iso(a.startedAt),
        endedAt: iso(a.endedAt),
        detail: mask.text(a.detail),
      })),
      outcomes: outcomes.map((o) => ({
        ...o,
        occurredAt: iso(o.occurredAt),
        receivedAt: iso(o.receivedAt),
        detail: mask.text(o.detail),
      })),
    };
  }
}

function view({ campaignId: _, ...a }: ActionView) {
  const { clientId: client, ...rest } = a;
  return {
    ...rest,
    id: publicId('act', a.id),
    client: publicId('cli', client),
    clientName: mask.name(a.clientName),
    reason: mask.text(a.reason),
    outcomeAt: iso(a.outcomeAt),
    sentAt: iso(a.sentAt),
    createdAt: iso(a.createdAt),
  };
}
