// Erasable TypeScript only, and no imports of ours: Jest's global setup loads this file natively.
import { createServer } from 'node:net';

/**
 * Below the ranges from which systems give ports to sockets that name none (Linux from 32768, others from 49152): from
 * such a range another socket may be given the port before its server listens, or while it is down for a moment. And
 * below 27017, which is no port for HTTP: see `foreign-ports.ts`.
 */
const FIRST = 20_000;
const LAST = 27_000;

/** A port of the loopback on which nobody listens at this moment, for a server that must come back on the same one. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port was found between ${FIRST} and ${LAST}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((ok, fail) => {
    const server = createServer();
    server.once('error', (e: NodeJS.ErrnoException) =>
      e.code === 'EADDRINUSE' || e.code === 'EACCES' ? ok(false) : fail(e),
    );
    server.listen(port, '127.0.0.1', () => server.close(() => ok(true)));
  });
}
