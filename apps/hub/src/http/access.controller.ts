import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AccessService, type Actor, AuditedWrites, AuditService, ROLES, SCOPES, scopesOf, type User } from '#access';
import { bilingual, publicId } from '#platform';
import { z } from 'zod';
import { By, Needs } from './auth.guard.js';
import { count, iso, NOT_A_CURSOR, page, pageOf, timestamp } from './schemas.js';

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
  .object({
    id: z.string(),
    login: z.string(),
    name: z.string(),
    roles,
    scopes: z.array(z.enum(SCOPES)).meta({ description: 'What the roles allow' }),
    disabled: z.boolean(),
    createdAt: timestamp,
  })
  .meta({ id: 'User' });
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
    scopes: scopesOf(u.roles),
    disabled: u.disabled,
    createdAt: iso(u.createdAt),
  };
}
