import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Actor, AuditedWrites } from '#access';
import { ClientsService, Lineages } from '#clients';
import { InboxService } from '#ingest';
import { publicId } from '#platform';
import { SystemsService } from '#systems';
import { z } from 'zod';
import { By, Needs } from './auth.guard.js';
import { lineageView, viewLineage } from './lineage-view.js';
import { idParam } from './schemas.js';

const clientId = idParam('cli');
const recordId = z.coerce.number().pipe(z.int().min(1));

/** Why a client has the values that it has, down to the bytes that a source sent. */
@ApiTags('clients')
@Controller('clients/:id')
export class LineageController {
  constructor(
    private readonly clients: ClientsService,
    private readonly lineages: Lineages,
    private readonly systems: SystemsService,
    private readonly inbox: InboxService,
    private readonly writes: AuditedWrites,
  ) {}

  @Get('lineage')
  @ApiOperation({
    operationId: 'clientLineage',
    summary: 'Of each field: which record or pin won, by which rule, and who lost; values are masked',
  })
  @ApiResponse({ status: 200, standardSchema: lineageView })
  masked(@Param('id', { schema: clientId }) id: string) {
    return this.show(id, false);
  }

  @Get('lineage/revealed')
  @Needs('write')
  @ApiOperation({ operationId: 'revealLineage', summary: 'The same with its values in clear; audited' })
  @ApiResponse({ status: 200, standardSchema: lineageView })
  revealed(@Param('id', { schema: clientId }) id: string, @By() actor: Actor) {
    return this.writes.run(actor, 'client.reveal_lineage', async () => {
      const result = await this.show(id, true);
      return { object: `client/${result.client}`, result };
    });
  }

  @Get('records/:record/raw')
  @Needs('write')
  @ApiProduces('application/json')
  @ApiOperation({
    operationId: 'clientRecordRaw',
    summary: 'A record of this client exactly as its source sent it, while the inbox keeps it; audited',
  })
  @ApiResponse({ status: 200 })
  async raw(
    @Param('id', { schema: clientId }) id: string,
    @Param('record', { schema: recordId }) record: number,
    @By() actor: Actor,
    @Res() reply: FastifyReply,
  ) {
    const raw = await this.writes.run(actor, 'client.read_raw', async () => {
      const client = await this.clients.get(id);
      await this.lineages.expectRecord(client.id, record);
      const result = await this.inbox.raw(record);
      return { object: `client/${publicId('cli', client.id)}`, detail: { record }, result };
    });
    await reply.header('content-type', 'application/json').header('content-disposition', 'attachment').send(raw);
  }

  private async show(id: string, clear: boolean): Promise<z.input<typeof lineageView>> {
    const client = await this.clients.get(id);
    const [lineage, systems] = await Promise.all([this.lineages.get(client.id), this.systems.list()]);
    return {
      client: publicId('cli', client.id),
      version: client.version,
      policyVersion: lineage.policyVersion,
      items: viewLineage(lineage.fields, {
        systemOf: new Map(systems.map((s) => [s.id, s.code])),
        open: clear ? (sealed) => this.lineages.openDocument(sealed) : undefined,
      }),
    };
  }
}
