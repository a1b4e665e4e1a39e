import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import '@fastify/cookie';
import type { FastifyRequest } from 'fastify';
import { accessErrors, AccessService, type Actor, ApiKeys, sameToken, type Scope } from '#access';

export const SESSION_COOKIE = 'isthmus_session';

const NEEDS = 'isthmus:needs';
const PUBLIC = 'isthmus:public';

/** The permission that a route needs; without it a route needs `read` to GET and `write` for everything else. */
export const Needs = (scope: Scope) => SetMetadata(NEEDS, scope);

/** A route that anybody may call. */
export const Public = () => SetMetadata(PUBLIC, true);

type Authenticated = FastifyRequest & { actor?: Actor };

/** Who makes this request. */
export const By = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Actor =>
    context.switchToHttp().getRequest<Required<Authenticated>>().actor,
);

/** Signs requests in by API key or session cookie, and checks the permission. Writes of a session need its CSRF token. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly access: AccessService,
    private readonly keys: ApiKeys,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (context.getType() !== 'http' || this.reflector.getAllAndOverride<boolean>(PUBLIC, targets)) return true;
    const request = context.switchToHttp().getRequest<Authenticated>();
    const actor = await this.actorOf(request);
    if (!actor) throw accessErrors.SIGN_IN_NEEDED();
    const reading = request.method === 'GET' || request.method === 'HEAD';
    if (actor.via.kind === 'session' && !reading && !sameToken(request.headers['x-csrf-token'], actor.via.csrf))
      throw accessErrors.CSRF_MISSING();
    const scope = this.reflector.getAllAndOverride<Scope | undefined>(NEEDS, targets) ?? (reading ? 'read' : 'write');
    if (!actor.scopes.includes(scope)) throw accessErrors.SCOPE_MISSING({ scope, who: actor.login });
    request.actor = actor;
    return true;
  }

  private async actorOf(request: FastifyRequest): Promise<Actor | undefined> {
    const bearer = bearerOf(request);
    if (bearer !== undefined) return this.keys.actorOf(bearer);
    const cookie = request.cookies[SESSION_COOKIE];
    return cookie === undefined ? undefined : this.access.actorOfSession(cookie);
  }
}

/** Whether who made a request may still read, asked while it is being answered; it does not count as use. */
export async function stillSignedIn(access: AccessService, keys: ApiKeys, request: FastifyRequest): Promise<boolean> {
  const bearer = bearerOf(request);
  if (bearer !== undefined) return (await keys.actorOf(bearer)) !== undefined;
  const cookie = request.cookies[SESSION_COOKIE];
  return cookie !== undefined && access.isSessionOpen(cookie);
}

function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
}
