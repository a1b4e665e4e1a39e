import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';

export type { Logger } from 'pino';
export const LOGGER = Symbol('Logger');

/**
 * Keys whose values never reach a log line, wherever they stand in the first three levels of an object. Logs carry
 * ids; names, contact points, documents, account numbers and balances stay out.
 */
const PERSONAL = [
  'name',
  'nameLatin',
  'phone',
  'phones',
  'email',
  'emails',
  'address',
  'addresses',
  'idDocument',
  'birthDate',
  'key',
  'raw',
  'data',
  'body',
  'params',
  'password',
  'secret',
  'token',
  'authorization',
  'cookie',
];
const REDACT = PERSONAL.flatMap((k) => [k, `*.${k}`, `*.*.${k}`]);

export function createLogger(
  o: { level: string; service: string; version: string },
  destination?: DestinationStream,
): Logger {
  return pino(
    {
      level: o.level,
      base: { service: o.service, version: o.version },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: REDACT, censor: '[redacted]' },
      serializers: { err: safeError },
    },
    destination as DestinationStream,
  );
}

/** An error as a log may show it: connection strings lose their passwords, PostgreSQL's row details are left out. */
export function safeError(e: unknown): Record<string, unknown> {
  if (!(e instanceof Error)) return { message: maskCredentials(String(e)) };
  const { code } = e as { code?: unknown };
  return {
    type: e.name,
    code,
    message: maskCredentials(e.message),
    stack: e.stack ? maskCredentials(e.stack) : undefined,
    ...(e.cause === undefined ? {} : { cause: safeError(e.cause) }),
  };
}

/** `scheme://user:password@host` keeps the user and loses the password. */
export function maskCredentials(text: string): string {
  return text.replaceAll(/([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@/]*@/gi, '$1:***@');
}

/** Nest's own messages, in our log. Start-up chatter of the framework is only shown at level debug. */
export function nestLogger(log: Logger): LoggerService {
  const text = (m: unknown) => (m instanceof Error ? m.message : typeof m === 'string' ? m : JSON.stringify(m));
  return {
    log: (m: unknown, context?: unknown) => log.debug({ context }, text(m)),
    debug: (m: unknown, context?: unknown) => log.debug({ context }, text(m)),
    verbose: (m: unknown, context?: unknown) => log.trace({ context }, text(m)),
    warn: (m: unknown, context?: unknown) => log.warn({ context }, text(m)),
    error: (m: unknown, ...rest: unknown[]) =>
      log.error({ ...(m instanceof Error ? { err: m } : {}), context: rest.at(-1) }, text(m)),
    fatal: (m: unknown, context?: unknown) => log.fatal({ context }, text(m)),
  };
}
