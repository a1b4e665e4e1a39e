import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Actor, AuditedWrites, mask } from '#access';
import { CampaignsService } from '#campaigns';
import { ClientsService } from '#clients';
import { comparisonWords, type Decided, Decisions, IdentityCards } from '#identity';
import { publicId, type Tx } from '#platform';
import { z } from 'zod';
import { By } from './auth.guard.js';
import {
  cardView,
  changesView,
  clientsOf,
  decisionView,
  viewChanges,
  viewDecision,
  viewEvidence,
} from './identity-views.js';
import { cursorQuery, idParam, iso, page, pageOf } from './schemas.js';

const clientId = idParam('cli');
const decisionId = idParam('dec');
const reason = z.string().trim().min(1).max(500);
const dryRun = z.boolean().default(false);

const mergeBody = z
  .strictObject({ clients: z.array(clientId).min(2).max(20), reason, dryRun })
  .meta({ id: 'MergeClients' });
const unmergeBody = z
  .strictObject({ identities: z.array(z.int()).min(1).max(1000), reason, dryRun })
  .meta({ id: 'UnmergeClient' });
const revokeBody = z.strictObject({ dryRun }).meta({ id: 'RevokeDecision' });
const listQuery = z.object({ ...cursorQuery, client: clientId.optional() });

/** Who is who: why a client is one, and what people decided about it. */
@ApiTags('identity')
@Controller()
export class IdentityController {
  constructor(
    private readonly clients: ClientsService,
    private readonly cards: IdentityCards,
    private readonly decisions: Decisions,
    private readonly campaigns: CampaignsService,
    private readonly writes: AuditedWrites,
  ) {}

  @Get('clients/:id/identity')
  @ApiOperation({
    operationId: 'clientIdentity',
    summary: 'Which identities a client is, what ties them, how it came about',
  })
  @ApiResponse({ status: 200, standardSchema: cardView })
  async card(@Param('id', { schema: clientId }) id: string): Promise<z.input<typeof cardView>> {
    const client = await this.clients.get(id);
    const card = await this.cards.get(client.id);
    return {
      client: publicId('cli', client.id),
      formerIds: card.formerIds.map((f) => publicId('cli', f)),
      identities: card.identities.map((i) => ({
        id: i.id,
        type: i.type,
        key: mask.key(i.key),
        firstSeen: iso(i.firstSeen),
        rows: i.rows.map((r) => ({ ...r, key: mask.key(r.key) })),
        flags: i.flags.map((f) => ({ ...f, slotText: comparisonWords(f.slot) })),
        via: i.via && { ...i.via, evidence: i.via.evidence && viewEvidence(i.via.evidence) },
      })),
      history: card.history.map((h) => ({
        ...h,
        at: iso(h.at),
        from: publicId('cli', h.from),
        into: publicId('cli', h.into),
      })),
    };
  }

  @Post('clients/merge')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'mergeClients',
    summary: 'Say that clients are one; with dryRun, only what that would change',
  })
  @ApiResponse({ status: 200, standardSchema: changesView })
  async merge(@Body({ schema: mergeBody }) body: z.output<typeof mergeBody>, @By() actor: Actor) {
    const ids = await Promise.all(body.clients.map(async (id) => (await this.clients.get(id)).id));
    const said = { reason: body.reason, by: actor.login };
    return this.answer(body.dryRun, actor, 'identity.merge', (tx) => this.decisions.merge(tx, [...new Set(ids)], said));
  }

  @Post('clients/:id/unmerge')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'unmergeClient',
    summary: 'Say that some identities of a client are somebody else; with dryRun, only what that would change',
  })
  @ApiResponse({ status: 200, standardSchema: changesView })
  async unmerge(
    @Param('id', { schema: clientId }) id: string,
    @Body({ schema: unmergeBody }) body: z.output<typeof unmergeBody>,
    @By() actor: Actor,
  ) {
    const client = await this.clients.get(id);
    const said = { reason: body.reason, by: actor.login };
    return this.answer(body.dryRun, actor, 'identity.unmerge', (tx) =>
      this.decisions.unmerge(tx, client.id, body.identities, said),
    );
  }

  @Get('identity/decisions')
  @ApiOperation({ operationId: 'listIdentityDecisions', summary: 'What people decided about who is who, newest first' })
  @ApiResponse({ status: 200, standardSchema: pageOf(decisionView, 'IdentityDecision') })
  async list(@Query({ schema: listQuery }) q: z.output<typeof listQuery>) {
    const client = q.client === undefined ? undefined : (await this.clients.get(q.client)).id;
    const rows = await this.decisions.list(q.limit + 1, q.cursor, client);
    const { items, nextCursor } = page(rows, q.limit, (d) => d.id);
    return { items: items.map(viewDecision), nextCursor };
  }

  @Post('identity/decisions/:id/revoke')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'revokeIdentityDecision',
    summary: 'Take a decision back: the clients are as if it had not been made',
  })
  @ApiResponse({ status: 200, standardSchema: changesView })
  revoke(
    @Param('id', { schema: decisionId }) id: string,
    @Body({ schema: revokeBody }) body: z.output<typeof revokeBody>,
    @By() actor: Actor,
  ) {
    return this.answer(body.dryRun, actor, 'identity.revoke', (tx) => this.decisions.revoke(tx, id, actor.login));
  }

  private async answer(
    dry: boolean,
    actor: Actor,
    action: string,
    work: (tx: Tx) => Promise<Decided>,
  ): Promise<z.input<typeof changesView>> {
    const done = dry
      ? await this.decisions.dryRun(work)
      : await this.writes.run(actor, action, async (tx) => {
          const result = await work(tx);
          const object = `decision/${result.decisions.map((d) => publicId('dec', d)).join(',')}`;
          const { merged, split } = viewChanges(result.changes);
          return { object, detail: { merged, split }, result };
        });
    return changesOf(done, dry, await this.campaigns.touching(clientsOf(done.changes)));
  }
}

export function changesOf(
  done: Decided,
  dry: boolean,
  campaigns: Awaited<ReturnType<CampaignsService['touching']>>,
): z.input<typeof changesView> {
  return {
    decisions: done.decisions.map((d) => publicId('dec', d)),
    dryRun: dry,
    ...viewChanges(done.changes),
    campaigns: campaigns.map((c) => ({ ...c, id: publicId('cmp', c.id) })),
  };
}
