import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AccessService, type Actor, AuditedWrites, AuditService, ROLES, SCOPES, type User } from '#access';
import { bilingual, publicId } from '#platform';
import { z } from 'zod';
import { By, Needs } from './auth.guard.js';
import { count, idParam, iso, NOT_A_CURSOR, page, pageOf, timestamp } from './schemas.js';

const roles = z.array(z.enum(Object.keys(ROLES) as [string, ...string[]])).min(1);
const userBody = z
  .strictObject({
    login: z
      .string()
      .regex(
        /^[a-z][a-z0-9._-]{1,49}$/,
        bilingual(
          'needed: 2 to 50 of a–z, 0–9, ., _ and -, starting with a letter',
          '需要 2 至 50 个字符：a–z、0–9、.、_、-，以字母开头',
        ),
      ),
    name: z.string().min(1).max(100),
    roles,
    password: z.string().min(12).max(500).optional(),
  })
  .meta({ id: 'CreateUser' });
const userView = z
  .object({ id: z.string(), login: z.string(), name: z.string(), roles, disabled: z.boolean(), createdAt: timestamp })
  .meta({ id: 'User' });
const keyBody = z
  .strictObject({
    name: z.string().min(1).max(100),
    user: z.string().max(50).optional(),
    scopes: z.array(z.enum(SCOPES)).min(1).optional(),
  })
  .meta({ id: 'CreateApiKey' });
const keyView = z
  .object({
    id: z.string(),
    prefix: z.string(),
    name: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    createdAt: timestamp,
    lastUsedAt: timestamp.nullable(),
    revokedAt: timestamp.nullable(),
  })
  .meta({ id: 'ApiKey' });
const auditView = z
  .object({
    seq: z.int(),
    at: timestamp,
    actor: z.string(),
    action: z.string(),
    object: z.string(),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditEntry' });
const auditQuery = z.strictObject({
  limit: z.coerce.number().pipe(z.int().min(1).max(500)).default(50),
  cursor: z.coerce.number(NOT_A_CURSOR).pipe(z.int(NOT_A_CURSOR)).optional(),
});
const keyId = idParam('key');

@ApiTags('access')
@Needs('admin')
@Controller()
export class AccessController {
  constructor(
    private readonly access: AccessService,
    private readonly audit: AuditService,
    private readonly writes: AuditedWrites,
  ) {}

  @Get('users')
  @ApiOperation({ operationId: 'listUsers', summary: 'Who may use the hub' })
  @ApiResponse({ status: 200, standardSchema: z.object({ items: z.array(userView) }).meta({ id: 'UserList' }) })
  async users() {
    return { items: (await this.access.users()).map(view) };
  }

  @Post('users')
  @ApiOperation({ operationId: 'createUser', summary: 'Add a person' })
  @ApiResponse({ status: 201, standardSchema: userView })
  createUser(@Body({ schema: userBody }) body: z.output<typeof userBody>, @By() actor: Actor) {
    return this.writes.run(actor, 'user.create', async (tx) => {
      const user = await this.access.createUser(tx, body);
      return { object: `user/${user.login}`, detail: { roles: user.roles }, result: view(user) };
    });
  }

  @Post('users/:login/sign-in-link')
  @ApiOperation({ operationId: 'createSignInLink', summary: 'A link that signs this person in once, for half an hour' })
  @ApiResponse({ status: 201, standardSchema: z.object({ link: z.string() }) })
  signInLink(@Param('login') login: string, @By() actor: Actor) {
    return this.writes.run(actor, 'user.sign_in_link', async () => {
      const user = await this.access.userByLogin(login);
      return { object: `user/${login}`, result: { link: await this.access.createLink(user.id) } };
    });
  }

  @Get('api-keys')
  @ApiOperation({ operationId: 'listApiKeys', summary: 'API keys, newest first; the keys themselves are not kept' })
  @ApiResponse({ status: 200, standardSchema: z.object({ items: z.array(keyView) }).meta({ id: 'ApiKeyList' }) })
  async keys() {
    return {
      items: (await this.access.listKeys()).map((k) => ({
        id: publicId('key', k.id),
        prefix: k.prefix,
        name: k.name,
        scopes: k.scopes,
        createdAt: iso(k.createdAt),
        lastUsedAt: iso(k.lastUsedAt),
        revokedAt: iso(k.revokedAt),
      })),
    };
  }

  @Post('api-keys')
  @ApiOperation({ operationId: 'createApiKey', summary: 'Make a key for a person; it is shown this once' })
  @ApiResponse({
    status: 201,
    standardSchema: z.object({ id: z.string(), key: z.string() }).meta({ id: 'CreatedApiKey' }),
  })
  createKey(@Body({ schema: keyBody }) body: z.output<typeof keyBody>, @By() actor: Actor) {
    return this.writes.run(actor, 'api_key.create', async (tx) => {
      const owner = await this.access.userByLogin(body.user ?? actor.login);
      const { key, id } = await this.access.createKey(tx, owner, body.name, body.scopes);
      return {
        object: `api_key/${publicId('key', id)}`,
        detail: { user: owner.login, scopes: body.scopes },
        result: { id: publicId('key', id), key },
      };
    });
  }

  @Delete('api-keys/:id')
  @HttpCode(204)
  @ApiOperation({ operationId: 'revokeApiKey', summary: 'Revoke a key; it stops working within five seconds' })
  @ApiResponse({ status: 204 })
  revoke(@Param('id', { schema: keyId }) id: string, @By() actor: Actor) {
    return this.writes.run(actor, 'api_key.revoke', async (tx) => {
      await this.access.revokeKey(tx, id);
      return { object: `api_key/${publicId('key', id)}`, result: undefined };
    });
  }

  @Get('audit')
  @ApiOperation({ operationId: 'listAudit', summary: 'Every write by a person, newest first' })
  @ApiResponse({ status: 200, standardSchema: pageOf(auditView, 'AuditEntry') })
  async auditLog(@Query({ schema: auditQuery }) { limit, cursor }: z.output<typeof auditQuery>) {
    const { items, nextCursor } = page(await this.audit.list(limit + 1, cursor), limit, (e) => String(e.seq));
    return { items: items.map((e) => ({ ...e, at: iso(e.at) })), nextCursor };
  }

  @Get('audit/verify')
  @ApiOperation({ operationId: 'verifyAudit', summary: 'Walk the hash chain of the audit log' })
  @ApiResponse({ status: 200, standardSchema: z.object({ rows: count, brokenAt: z.int().nullable() }) })
  async verify() {
    const { rows, brokenAt } = await this.audit.verify();
    return { rows, brokenAt: brokenAt ?? null };
  }
}

function view(u: User) {
  return {
    id: publicId('usr', u.id),
    login: u.login,
    name: u.name,
    roles: u.roles,
    disabled: u.disabled,
    createdAt: iso(u.createdAt),
  };
}
