import { InjectQueue } from '@nestjs/bullmq';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Queue } from 'bullmq';
import { type Actor, AuditedWrites } from '#access';
import { CampaignsService } from '#campaigns';
import { QUEUES } from '#canonical';
import { type BlockedChange, type BlockedValue, BlockedValues, comparisonWords, Decisions, TELLING } from '#identity';
import { publicId, type Tx } from '#platform';
import { z } from 'zod';
import { By, Needs } from './auth.guard.js';
import { changesOf } from './identity.controller.js';
import { changesView, clientsOf, maskValue, viewChanges, words } from './identity-views.js';
import { count, cursorQuery, idParam, iso, page, pageOf, timestamp } from './schemas.js';

const blockedView = z
  .object({
    id: z.string(),
    kind: z.enum(TELLING),
    kindText: words,
    value: z.string(),
    reason: z.string(),
    blockedBy: z.string(),
    blockedAt: timestamp,
    unblockedBy: z.string().nullable(),
    unblockedAt: timestamp.nullable(),
    unblockReason: z.string().nullable(),
  })
  .meta({ id: 'BlockedValue', description: 'A value that a person said is no evidence of who anybody is; masked' });
const changeView = z.object({ value: blockedView, stating: count, later: z.boolean(), changes: changesView }).meta({
  id: 'BlockedChange',
  description:
    'What blocking or unblocking did, or would do. `stating`: identities that state the value; `later`: they are too many for one moment and are looked at again step by step, so that `changes` is empty',
});
const listQuery = z.object({ ...cursorQuery, ended: z.stringbool().default(false) });
const blockedId = idParam('blk');
const reason = z.string().trim().min(1).max(500);
const dryRun = z.boolean().default(false);
const blockBody = z
  .strictObject({ kind: z.enum(TELLING), value: z.string().trim().min(1).max(200), reason, dryRun })
  .meta({ id: 'BlockValue' });
const unblockBody = z.strictObject({ reason, dryRun }).meta({ id: 'UnblockValue' });

/** Values that say nothing of who anybody is: a branch's landline, a number that stands for none. */
@ApiTags('identity')
@Controller('identity/blocked-values')
export class BlockedValuesController {
  constructor(
    private readonly blocked: BlockedValues,
    private readonly decisions: Decisions,
    private readonly campaigns: CampaignsService,
    private readonly writes: AuditedWrites,
    @InjectQueue(QUEUES.identity) private readonly queue: Queue,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listBlockedValues',
    summary: 'Values that people blocked, newest first; with ended, also those unblocked since',
  })
  @ApiResponse({ status: 200, standardSchema: pageOf(blockedView, 'BlockedValue') })
  async list(@Query({ schema: listQuery }) q: z.output<typeof listQuery>) {
    const { items, nextCursor } = page(await this.blocked.list(q, q.limit + 1, q.cursor), q.limit, (b) => b.id);
    return { items: items.map(view), nextCursor };
  }

  @Post()
  @HttpCode(200)
  @Needs('admin')
  @ApiOperation({
    operationId: 'blockValue',
    summary: 'A value is no evidence from now on; with dryRun, only what that would change',
  })
  @ApiResponse({ status: 200, standardSchema: changeView })
  block(@Body({ schema: blockBody }) b: z.output<typeof blockBody>, @By() actor: Actor) {
    const said = { reason: b.reason, by: actor.login };
    return this.answer(b.dryRun, actor, 'identity.block', (tx) =>
      this.blocked.block(tx, b.kind, b.value, maskValue(b.kind, b.value), said),
    );
  }

  @Post(':id/unblock')
  @HttpCode(200)
  @Needs('admin')
  @ApiOperation({
    operationId: 'unblockValue',
    summary: 'A value counts again: the clients are as if it had never been blocked',
  })
  @ApiResponse({ status: 200, standardSchema: changeView })
  unblock(
    @Param('id', { schema: blockedId }) id: string,
    @Body({ schema: unblockBody }) b: z.output<typeof unblockBody>,
    @By() actor: Actor,
  ) {
    const said = { reason: b.reason, by: actor.login };
    return this.answer(b.dryRun, actor, 'identity.unblock', (tx) => this.blocked.unblock(tx, id, said));
  }

  private async answer(
    dry: boolean,
    actor: Actor,
    action: string,
    work: (tx: Tx) => Promise<BlockedChange>,
  ): Promise<z.input<typeof changeView>> {
    const done = dry
      ? await this.decisions.dryRun(work)
      : await this.writes.run(actor, action, async (tx) => {
          const result = await work(tx);
          const { id, kind } = result.value;
          // Lost, it is left to the nightly pass.
          if (result.later) tx.afterCommit(() => void this.queue.add('blocked', { id }).catch(() => {}));
          const { merged, split } = viewChanges(result.changes);
          return { object: `blocked_value/${publicId('blk', id)}`, detail: { kind, merged, split }, result };
        });
    const { value, stating, later } = done;
    const touched = await this.campaigns.touching(clientsOf(done.changes));
    return { value: view(value), stating, later, changes: changesOf(done, dry, touched) };
  }
}

function view({ shown, ...b }: BlockedValue): z.input<typeof blockedView> {
  return {
    ...b,
    id: publicId('blk', b.id),
    kindText: comparisonWords(b.kind),
    value: shown,
    blockedAt: iso(b.blockedAt),
    unblockedAt: iso(b.unblockedAt),
  };
}
