import type { FastifyInstance } from 'fastify';
import { platformErrors } from '#platform';

/**
 * Reads JSON bodies. An empty one is no body, whatever its content type says: some clients name the type on every
 * request. @throws BODY_NOT_JSON with the place.
 */
export function readJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.trim() === '') return done(null, undefined);
    void parse(request, body, (error, value) =>
      error ? done(platformErrors.BODY_NOT_JSON({ reason: faultOf(body) }, { cause: error })) : done(null, value),
    );
  });
}

function faultOf(body: string): string {
  try {
    JSON.parse(body);
    return 'it uses the name __proto__ or constructor';
  } catch (e) {
    return e instanceof Error ? e.message : String(e);
  }
}
