import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { IsthmusError, isDatabaseUnavailable, LOGGER, type Logger, platformErrors } from '#platform';

/**
 * Every error as an RFC 9457 problem document. A caller's mistake says what was found and what is needed, in the
 * caller's language; our own mistakes say nothing but a trace id, and are logged with their cause.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly log: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), this.log);
  }
}

/** Also used by the routes that do not pass through Nest. */
export function sendProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply, log: Logger): void {
  const error = asIsthmusError(thrown);
  const { status, retryable } = error.spec;
  if (status === 503)
    // Hundreds a second while the database is away: a line each, and whoever noticed the outage logged its cause.
    log.warn({ code: error.code, traceId: request.id, url: request.routeOptions.url }, 'a request must come again');
  else if (status >= 500)
    log.error(
      { err: thrown, traceId: request.id, method: request.method, url: request.routeOptions.url },
      'a request failed',
    );
  else
    log.debug(
      { code: error.code, traceId: request.id, method: request.method, url: request.routeOptions.url },
      'a request was refused',
    );
  if (reply.sent || reply.raw.headersSent) return;
  const { retryAfterMs, errors } = error.more;
  if (retryAfterMs !== undefined || status === 503)
    void reply.header('retry-after', String(Math.max(1, Math.ceil((retryAfterMs ?? 1000) / 1000))));
  const language = languageOf(request.headers['accept-language']);
  void reply
    .status(status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('content-language', language === 'zh' ? 'zh-CN' : 'en')
    .send(
      JSON.stringify({
        type: `/errors/${error.code}`,
        title: error.code,
        status,
        detail: error.text(language),
        instance: request.url.split('?')[0],
        code: error.code,
        ...(errors ? { errors } : {}),
        traceId: request.id,
        retryable: retryable ?? false,
      }),
    );
}

function asIsthmusError(thrown: unknown): IsthmusError {
  if (thrown instanceof IsthmusError) return thrown;
  if (isDatabaseUnavailable(thrown)) return platformErrors.DATABASE_UNAVAILABLE({}, { cause: thrown });
  if (thrown instanceof HttpException) {
    const status = thrown.getStatus();
    if (status === 404) return platformErrors.NOT_FOUND({ what: 'page', id: thrown.message });
    if (status < 500) return platformErrors.BAD_REQUEST({ reason: thrown.message });
  }
  // Fastify's own refusals: body too large, malformed JSON, unsupported type.
  const { statusCode, message } = thrown as { statusCode?: unknown; message?: unknown };
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return platformErrors.BAD_REQUEST({ reason: String(message) });
  return platformErrors.INTERNAL({}, { cause: thrown });
}

/** zh when the caller prefers it to English. */
export function languageOf(header: string | undefined): 'en' | 'zh' {
  const first = (header ?? '').split(',')[0]?.trim().toLowerCase() ?? '';
  return first.startsWith('zh') ? 'zh' : 'en';
}
