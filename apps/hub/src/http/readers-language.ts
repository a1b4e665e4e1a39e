import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { wordsOf } from '#platform';
import { languageOf } from './problem.filter.js';

export type Language = 'en' | 'zh';

/** The language that the caller prefers (Accept-Language). */
export const Reads = createParamDecorator((_data: unknown, context: ExecutionContext): Language =>
  languageOf(context.switchToHttp().getRequest<FastifyRequest>().headers['accept-language']),
);

/** A text that is kept in both languages, in one. */
export function inLanguage(text: string, language: Language): string {
  return wordsOf(text)[language];
}
