import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { catchError, from, mergeMap, type Observable, of, throwError } from 'rxjs';
import { accessErrors, type Actor, IdempotencyService } from '#access';

const MOST_CHARACTERS = 255;

/** Honours Idempotency-Key on every POST: a repeat gets the first answer and causes nothing. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly keys: IdempotencyService) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    if (context.getType() !== 'http') return next.handle();
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest & { actor?: Actor }>();
    const reply = http.getResponse<FastifyReply>();
    const key = request.headers['idempotency-key'];
    if (request.method !== 'POST' || typeof key !== 'string' || key === '' || !request.actor) return next.handle();
    if (key.length > MOST_CHARACTERS)
      throw accessErrors.IDEMPOTENCY_KEY_LONG({ found: key.length, most: MOST_CHARACTERS });
    const who = request.actor.userId;
    const stored = await this.keys.begin(who, key, `${request.url}\n${JSON.stringify(request.body ?? null)}`);
    if (stored) {
      void reply.status(stored.status).header('idempotency-replayed', 'true');
      return of(stored.body === '' ? undefined : JSON.parse(stored.body));
    }
    return next.handle().pipe(
      mergeMap((body: unknown) =>
        from(this.keys.finish(who, key, reply.statusCode, body === undefined ? '' : JSON.stringify(body))).pipe(
          mergeMap(() => of(body)),
        ),
      ),
      catchError((e: unknown) =>
        from(this.keys.forget(who, key).catch(() => {})).pipe(mergeMap(() => throwError(() => e))),
      ),
    );
  }
}
