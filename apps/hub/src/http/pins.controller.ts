import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Actor, AuditedWrites, mask } from '#access';
import { ClientsService, type PinRow, Pins, type StatedValue, statedValue } from '#clients';
import { asPhone } from '#ingest';
import { publicId } from '#platform';
import { z } from 'zod';
import { By } from './auth.guard.js';
import { cursorQuery, idParam, iso, page, pageOf, timestamp } from './schemas.js';
import { maskedValue } from './show-field.js';

const clientId = idParam('cli');
const pinId = idParam('pin');
const version = z.int().meta({ description: 'The version of the client that was seen' });
const reason = z.string().trim().min(1).max(500);

export const pinView = z
  .object({
    id: z.string(),
    field: z.string(),
    value: z.union([z.string(), z.array(z.string())]).meta({ description: 'Personal fields are masked' }),
    state: z.enum(['wins', 'waits', 'removed', 'expired', 'replaced']),
    reason: z.string(),
    pinnedBy: z.string(),
    pinnedAt: timestamp,
    expiresAt: timestamp.nullable(),
    endedAt: timestamp.nullable(),
    endedBy: z.string().nullable(),
    endReason: z.string().nullable(),
    identity: z.object({ type: z.string(), key: z.string() }).meta({ description: 'What the pin hangs on' }),
  })
  .meta({ id: 'Pin', description: 'A value that a person set; waits: a newer pin stands for the same field' });
const pinBody = z
  .strictObject({
    version,
    field: z.string().min(1).max(60),
    value: z.union([z.string(), z.array(z.string()).max(100)]),
    reason,
    expiresAt: z.iso.datetime({ offset: true }).optional(),
  })
  .meta({ id: 'PinField' });
const unpinBody = z.strictObject({ version, reason }).meta({ id: 'UnpinField' });
const listQuery = z.strictObject({
  ...cursorQuery,
  ended: z.stringbool().default(false).meta({ description: 'Also those that ended' }),
});

/** Values that people set: they win over every source until they expire or are removed. */
@ApiTags('clients')
@Controller('clients/:id/pins')
export class PinsController {
  constructor(
    private readonly clients: ClientsService,
    private readonly pins: Pins,
    private readonly writes: AuditedWrites,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'listPins', summary: 'Pins of a client, newest first' })
  @ApiResponse({ status: 200, standardSchema: pageOf(pinView, 'Pin') })
  async list(
    @Param('id', { schema: clientId }) id: string,
    @Query({ schema: listQuery }) q: z.output<typeof listQuery>,
  ) {
    const client = await this.clients.get(id);
    const rows = await this.pins.list(client.id, { limit: q.limit + 1, after: q.cursor, ended: q.ended });
    const { items, nextCursor } = page(rows, q.limit, (p) => p.id);
    return { items: items.map(viewPin), nextCursor };
  }

  @Post()
  @ApiOperation({
    operationId: 'pinField',
    summary: 'Set a field of a client: it wins over every source until it expires or is removed',
  })
  @ApiResponse({ status: 201, standardSchema: pinView })
  async pin(
    @Param('id', { schema: clientId }) id: string,
    @Body({ schema: pinBody }) body: z.output<typeof pinBody>,
    @By() actor: Actor,
  ) {
    const expiresAt = body.expiresAt === undefined ? undefined : new Date(body.expiresAt);
    const value = asWritten(body.field, body.value);
    const pinned = await this.writes.run(actor, 'client.pin', async (tx) => {
      const result = await this.pins.pin(
        tx,
        id,
        body.version,
        { field: body.field, value, reason: body.reason, expiresAt },
        actor.login,
      );
      const detail = { pin: publicId('pin', result.id), field: body.field, expiresAt: body.expiresAt ?? null };
      return { object: `client/${publicId('cli', result.clientId)}`, detail, result };
    });
    return viewPin(await this.pins.get(pinned.clientId, pinned.id));
  }

  @Post(':pin/remove')
  @HttpCode(200)
  @ApiOperation({ operationId: 'unpinField', summary: 'Take a pin away: the sources decide again' })
  @ApiResponse({ status: 200, standardSchema: pinView })
  async unpin(
    @Param('id', { schema: clientId }) id: string,
    @Param('pin', { schema: pinId }) pin: string,
    @Body({ schema: unpinBody }) body: z.output<typeof unpinBody>,
    @By() actor: Actor,
  ) {
    const ended = await this.writes.run(actor, 'client.unpin', async (tx) => {
      const result = await this.pins.unpin(tx, id, body.version, pin, body.reason, actor.login);
      const detail = { pin: publicId('pin', result.id), field: result.field };
      return { object: `client/${publicId('cli', result.clientId)}`, detail, result };
    });
    return viewPin(await this.pins.get(ended.clientId, ended.id));
  }
}

/** Phone numbers as people write them become what records hold; what is no number is refused with the others. */
function asWritten(field: string, value: StatedValue): StatedValue {
  return field === 'phones' && typeof value !== 'string' ? value.map((v) => asPhone(v) ?? v) : value;
}

function viewPin(p: PinRow): z.input<typeof pinView> {
  const value = maskedValue(p.field, statedValue(p.fields, p.field) ?? '');
  return {
    id: publicId('pin', p.id),
    field: p.field,
    value: typeof value === 'string' ? value : [...value],
    state: p.endCause ?? (p.wins ? 'wins' : 'waits'),
    reason: p.reason,
    pinnedBy: p.pinnedBy,
    pinnedAt: iso(p.pinnedAt),
    expiresAt: iso(p.expiresAt),
    endedAt: iso(p.endedAt),
    endedBy: p.endedBy,
    endReason: p.endReason,
    identity: { type: p.type, key: mask.key(p.key) },
  };
}
