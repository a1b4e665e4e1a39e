import type { FastifyInstance } from 'fastify';
import { Database, errorCatalogue } from '#platform';

/** Liveness, readiness, version, and a page for every error code. No details without signing in. */
export function healthRoutes(db: Database, version: string, ready: () => boolean) {
  return async (app: FastifyInstance): Promise<void> => {
    const live = () => ({ status: 'ok' });
    app.get('/livez', live);
    app.get('/healthz', live);
    app.get('/version', () => ({ name: 'isthmus', version }));

    /** Ready to take work: started, and the database answers within two seconds. */
    app.get('/readyz', async (_request, reply) => {
      const database = await Promise.race([
        db.query('select 1').then(
          () => true,
          () => false,
        ),
        new Promise<boolean>((r) => setTimeout(() => r(false), 2000)),
      ]);
      const checks = { started: ready(), database };
      const ok = Object.values(checks).every(Boolean);
      return reply.status(ok ? 200 : 503).send({ status: ok ? 'ok' : 'unavailable', checks });
    });
    app.get('/startupz', (_request, reply) =>
      reply.status(ready() ? 200 : 503).send({ status: ready() ? 'ok' : 'starting' }),
    );

    app.get('/errors/:code', (request, reply) => {
      const { code } = request.params as { code: string };
      const spec = errorCatalogue().find(([c]) => c === code)?.[1];
      if (!spec)
        return reply
          .status(404)
          .type('text/plain; charset=utf-8')
          .send(`There is no error code ${code.slice(0, 60).replaceAll(/[^\w]/g, '')}.\n`);
      return reply
        .type('text/plain; charset=utf-8')
        .send(`${code} (HTTP ${spec.status})\n\n${spec.en}\n\n${spec.zh}\n`);
    });
  };
}
