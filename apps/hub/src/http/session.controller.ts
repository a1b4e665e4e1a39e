import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AccessService, type Actor, SCOPES } from '#access';
import { z } from 'zod';
import { HUB_OPTIONS, type HubOptions } from '../hub-options.js';
import { By, Needs, Public, SESSION_COOKIE } from './auth.guard.js';

const signInBody = z
  .union([
    z.strictObject({ login: z.string().max(100), password: z.string().max(500) }),
    z.strictObject({ link: z.string().max(200) }),
  ])
  .meta({ id: 'SignIn' });
const sessionView = z
  .object({
    login: z.string(),
    name: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    csrf: z.string().nullable().meta({ description: 'Send it as X-CSRF-Token with every write of a browser session' }),
  })
  .meta({ id: 'Session' });

@ApiTags('session')
@Controller('session')
export class SessionController {
  constructor(
    private readonly access: AccessService,
    @Inject(HUB_OPTIONS) private readonly hub: HubOptions,
  ) {}

  @Post()
  @Public()
  @HttpCode(204)
  @ApiOperation({ operationId: 'signIn', summary: 'Sign in by password, or once by a sign-in link' })
  @ApiResponse({ status: 204 })
  async signIn(
    @Body({ schema: signInBody }) body: z.output<typeof signInBody>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const token =
      'link' in body ? await this.access.signInByLink(body.link) : await this.access.signIn(body.login, body.password);
    void reply.setCookie(SESSION_COOKIE, token, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: this.hub.secureCookies(),
    });
  }

  @Get()
  @ApiOperation({ operationId: 'getSession', summary: 'Who is signed in' })
  @ApiResponse({ status: 200, standardSchema: sessionView })
  get(@By() actor: Actor) {
    return {
      login: actor.login,
      name: actor.name,
      scopes: actor.scopes,
      csrf: actor.via.kind === 'session' ? actor.via.csrf : null,
    };
  }

  @Delete()
  @Needs('read')
  @HttpCode(204)
  @ApiOperation({ operationId: 'signOut', summary: 'End this session' })
  @ApiResponse({ status: 204 })
  async signOut(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const token = request.cookies[SESSION_COOKIE];
    if (token !== undefined) await this.access.signOut(token);
    void reply.clearCookie(SESSION_COOKIE, { path: '/' });
  }
}
