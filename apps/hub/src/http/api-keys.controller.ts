import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AccessService, type Actor, ApiKeys, AuditedWrites, type KeyRow, SCOPES } from '#access';
import { publicId } from '#platform';
import { z } from 'zod';
import { By, Needs } from './auth.guard.js';
import { cursorQuery, idParam, iso, page, pageOf, timestamp } from './schemas.js';

const MOST_OVERLAP_HOURS = 720;
const USUAL_OVERLAP_HOURS = 24;

const keyBody = z
  .strictObject({
    name: z.string().trim().min(1).max(100),
    user: z.string().max(50).optional().meta({ description: 'Login of whom it acts for; whoever asks, when absent' }),
    scopes: z
      .array(z.enum(SCOPES))
      .min(1)
      .optional()
      .meta({ description: 'What it may do: no more than its owner; all that its owner may, when absent' }),
    expiresAt: z.iso.datetime({ offset: true }).optional().meta({ description: 'Without it, it never expires' }),
  })
  .meta({ id: 'CreateApiKey' });
const rotateBody = z
  .strictObject({
    overlapHours: z
      .int()
      .min(0)
      .max(MOST_OVERLAP_HOURS)
      .default(USUAL_OVERLAP_HOURS)
      .meta({ description: 'How long the old key works beside the new one' }),
  })
  .meta({ id: 'RotateApiKey' });
const listQuery = z.strictObject({
  ...cursorQuery,
  ended: z.stringbool().default(false).meta({ description: 'Also those that were revoked, replaced or have expired' }),
});
const keyView = z
  .object({
    id: z.string(),
    prefix: z.string().meta({ description: 'How it begins; the rest is not kept' }),
    name: z.string(),
    owner: z.string().meta({ description: 'Login of the person for whom it acts' }),
    scopes: z.array(z.enum(SCOPES)),
    state: z.enum(['active', 'retiring', 'replaced', 'expired', 'revoked']).meta({
      description: 'retiring: another has followed it, and it works until it expires; replaced: that time is over',
    }),
    createdBy: z.string().nullable(),
    createdAt: timestamp,
    expiresAt: timestamp.nullable(),
    lastUsedAt: timestamp.nullable().meta({ description: 'To the minute' }),
    revokedAt: timestamp.nullable(),
    successor: z.string().nullable().meta({ description: 'The key that followed it' }),
  })
  .meta({ id: 'ApiKey' });
const madeView = z
  .object({
    id: z.string(),
    key: z.string().meta({ description: 'Shown this once' }),
    expiresAt: timestamp.nullable(),
  })
  .meta({ id: 'CreatedApiKey' });
const rotatedView = madeView
  .extend({ retiresAt: timestamp.meta({ description: 'Until then the old key works' }) })
  .meta({ id: 'RotatedApiKey' });
const keyId = idParam('key');

/** Keys by which programs act for a person. */
@ApiTags('access')
@Needs('admin')
@Controller('api-keys')
export class ApiKeysController {
  constructor(
    private readonly access: AccessService,
    private readonly keys: ApiKeys,
    private readonly writes: AuditedWrites,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'listApiKeys', summary: 'API keys, newest first; the keys themselves are not kept' })
  @ApiResponse({ status: 200, standardSchema: pageOf(keyView, 'ApiKey') })
  async list(@Query({ schema: listQuery }) q: z.output<typeof listQuery>) {
    const rows = await this.keys.list({ limit: q.limit + 1, after: q.cursor, ended: q.ended });
    const { items, nextCursor } = page(rows, q.limit, (k) => k.id);
    return { items: items.map(view), nextCursor };
  }

  @Post()
  @ApiOperation({ operationId: 'createApiKey', summary: 'Make a key for a person; it is shown this once' })
  @ApiResponse({ status: 201, standardSchema: madeView })
  create(@Body({ schema: keyBody }) body: z.output<typeof keyBody>, @By() actor: Actor) {
    const expiresAt = body.expiresAt === undefined ? undefined : new Date(body.expiresAt);
    return this.writes.run(actor, 'api_key.create', async (tx) => {
      const owner = await this.access.userByLogin(body.user ?? actor.login);
      const { name, scopes } = body;
      const made = await this.keys.create(tx, owner, { name, scopes, expiresAt }, actor.login);
      return {
        object: `api_key/${publicId('key', made.id)}`,
        detail: { name, user: owner.login, scopes, expiresAt: iso(made.expiresAt) },
        result: { id: publicId('key', made.id), key: made.key, expiresAt: iso(made.expiresAt) },
      };
    });
  }

  @Post(':id/rotate')
  @ApiOperation({
    operationId: 'rotateApiKey',
    summary: 'Make a key that follows another, which works on for a while; it is shown this once',
  })
  @ApiResponse({ status: 201, standardSchema: rotatedView })
  rotate(
    @Param('id', { schema: keyId }) id: string,
    @Body({ schema: rotateBody }) { overlapHours }: z.output<typeof rotateBody>,
    @By() actor: Actor,
  ) {
    return this.writes.run(actor, 'api_key.rotate', async (tx) => {
      const made = await this.keys.rotate(tx, id, overlapHours, actor.login);
      const [successor, retiresAt] = [publicId('key', made.id), iso(made.retiresAt)];
      return {
        object: `api_key/${publicId('key', id)}`,
        detail: { successor, retiresAt },
        result: { id: successor, key: made.key, expiresAt: iso(made.expiresAt), retiresAt },
      };
    });
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ operationId: 'revokeApiKey', summary: 'Revoke a key; it stops working within five seconds' })
  @ApiResponse({ status: 204 })
  revoke(@Param('id', { schema: keyId }) id: string, @By() actor: Actor) {
    return this.writes.run(actor, 'api_key.revoke', async (tx) => {
      await this.keys.revoke(tx, id);
      return { object: `api_key/${publicId('key', id)}`, result: undefined };
    });
  }
}

function view(k: KeyRow): z.input<typeof keyView> {
  return {
    id: publicId('key', k.id),
    prefix: k.prefix,
    name: k.name,
    owner: k.owner,
    scopes: k.scopes,
    state: k.state,
    createdBy: k.createdBy,
    createdAt: iso(k.createdAt),
    expiresAt: iso(k.expiresAt),
    lastUsedAt: iso(k.lastUsedAt),
    revokedAt: iso(k.revokedAt),
    successor: k.successor === null ? null : publicId('key', k.successor),
  };
}
