import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Actor, AuditedWrites } from '#access';
import { comparisonWords, type Surge, Surges } from '#identity';
import { publicId } from '#platform';
import { z } from 'zod';
import { By } from './auth.guard.js';
import { words } from './identity-views.js';
import { count, idParam, iso, timestamp } from './schemas.js';

const surgeView = z
  .object({
    id: z.string(),
    system: z.string(),
    stream: z.string(),
    evidence: z.string(),
    evidenceText: words,
    joins: count,
    records: count,
    usualJoins: count,
    usualRecords: count,
    samples: z.array(z.object({ from: z.string(), into: z.string() })),
    openedAt: timestamp,
    seenAt: timestamp,
    closedAt: timestamp.nullable(),
    closedBy: z.string().nullable(),
    note: z.string().nullable(),
  })
  .meta({
    id: 'JoinSurge',
    description:
      'Records of one stream that suddenly join many clients: joins and records of half an hour at their height, and what was usual before. `evidence` is `stated` (rows say so) or what was compared.',
  });
const listView = z.object({ items: z.array(surgeView) }).meta({ id: 'JoinSurgeList' });
const listQuery = z.object({ open: z.stringbool().optional() });
const closeBody = z.strictObject({ reason: z.string().trim().min(1).max(500) }).meta({ id: 'CloseJoinSurge' });
const surgeId = idParam('sur');
const MOST = 200;

/** Alarms: a mapping or a source that suddenly makes one client of many. */
@ApiTags('identity')
@Controller('identity/surges')
export class SurgesController {
  constructor(
    private readonly surges: Surges,
    private readonly writes: AuditedWrites,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'listJoinSurges', summary: 'Streams that suddenly join many clients, open ones first' })
  @ApiResponse({ status: 200, standardSchema: listView })
  async list(@Query({ schema: listQuery }) q: z.output<typeof listQuery>): Promise<z.input<typeof listView>> {
    return { items: (await this.surges.list({ open: q.open }, MOST)).map(view) };
  }

  @Post(':id/close')
  @HttpCode(204)
  @ApiOperation({ operationId: 'closeJoinSurge', summary: 'It was looked into; the reason is kept' })
  @ApiResponse({ status: 204 })
  async close(
    @Param('id', { schema: surgeId }) id: string,
    @Body({ schema: closeBody }) { reason }: z.output<typeof closeBody>,
    @By() actor: Actor,
  ): Promise<void> {
    await this.writes.run(actor, 'identity.surge_close', async (tx) => {
      await this.surges.close(tx, id, actor.login, reason);
      return { object: `surge/${publicId('sur', id)}`, detail: { reason }, result: undefined };
    });
  }
}

function view(s: Surge): z.input<typeof surgeView> {
  return {
    ...s,
    id: publicId('sur', s.id),
    evidenceText: comparisonWords(s.evidence),
    samples: s.samples.map(({ from, into }) => ({ from: publicId('cli', from), into: publicId('cli', into) })),
    openedAt: iso(s.openedAt),
    seenAt: iso(s.seenAt),
    closedAt: iso(s.closedAt),
  };
}
