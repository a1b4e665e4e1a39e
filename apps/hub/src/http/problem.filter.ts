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
  const error = asIsthmusError(thrown, request);
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
        ...(errors
          ? {
              errors: errors.map((e) => ({
                ...e,
                detail: typeof e.detail === 'string' ? e.detail : e.detail[language],
              })),
            }
          : {}),
        traceId: request.id,
        retryable: retryable ?? false,
      }),
    );
}

function asIsthmusError(thrown: unknown, request: FastifyRequest): IsthmusError {
  if (thrown instanceof IsthmusError) return thrown;
  if (isDatabaseUnavailable(thrown)) return platformErrors.DATABASE_UNAVAILABLE({}, { cause: thrown });
  const { code } = thrown as { code?: unknown };
  // 22021 and 22P05: a text that PostgreSQL cannot hold, which is one with the character U+0000.
  if (code === '22021' || code === '22P05')
    return platformErrors.BAD_REQUEST({
      reason: { en: 'a text contains the character U+0000', zh: '文本中含有字符 U+0000' },
    });
  // 22P02 of a JSON that we wrote ourselves: half of a pair, such as \ud800 alone.
  if (code === '22P02' && /type jsonb?$/.test((thrown as Error).message))
    return platformErrors.BAD_REQUEST({
      reason: {
        en: 'a text contains half of a character (a lone surrogate)',
        zh: '文本中含有不完整的字符（单独的代理项）',
      },
    });
  const status = thrown instanceof HttpException ? thrown.getStatus() : (thrown as { statusCode?: unknown }).statusCode;
  if (typeof status !== 'number' || status < 400 || status >= 500)
    return platformErrors.INTERNAL({}, { cause: thrown });
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (status === 404) return platformErrors.PAGE_NOT_FOUND({ method: request.method, path: request.url.split('?')[0] });
  if (status === 413) return platformErrors.BODY_TOO_LARGE({ limit: request.routeOptions.bodyLimit });
  if (status === 415) return platformErrors.BODY_TYPE({ found: (request.headers['content-type'] ?? '').slice(0, 100) });
  if (thrown instanceof SyntaxError || code === 'FST_ERR_CTP_INVALID_JSON_BODY')
    return platformErrors.BODY_NOT_JSON({ reason: message });
  return platformErrors.BAD_REQUEST({ reason: message });
}

/** zh when the caller prefers it to English. */
export function languageOf(header: string | undefined): 'en' | 'zh' {
  const first = (header ?? '').split(',')[0]?.trim().toLowerCase() ?? '';
  return first.startsWith('zh') ? 'zh' : 'en';
}
