import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** The paths of the console's own router (apps/console/src/app.tsx), besides `/`. */
const PAGES = [
  '/sign-in',
  '/sign-in/*',
  '/clients',
  '/clients/:id',
  '/review',
  '/review/audits',
  '/review/models',
  '/developers',
  '/developers/events',
  '/developers/signatures',
  '/developers/endpoints/new',
  '/developers/endpoints/:id',
  '/developers/endpoints/:id/settings',
  '/keys',
];

/**
 * Serves the built console. Its files have hashes in their names and are cached for ever; the page itself never is.
 * The page has its own router: its paths lead to the page, and what neither it nor the API knows is not found.
 */
export function consoleRoutes(folder: string) {
  return async (app: FastifyInstance): Promise<void> => {
    if (!existsSync(join(folder, 'index.html'))) {
      app.get('/', (_request, reply) =>
        reply
          .status(503)
          .type('text/plain; charset=utf-8')
          .send('The console is not built. Run "npm run build".\n控制台尚未构建，请执行 "npm run build"。\n'),
      );
      return;
    }
    await app.register(fastifyStatic, {
      root: folder,
      preCompressed: true,
      wildcard: false,
      index: ['index.html'],
      setHeaders: (reply, path) => {
        const hashed = /\/assets\//.test(path);
        reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
    for (const page of PAGES) app.get(page, (_request, reply) => reply.sendFile('index.html', { cacheControl: false }));
  };
}
