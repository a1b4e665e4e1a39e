import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { dirname } from 'node:path';
import { freePort } from '#platform';

/**
 * Listens on loopback, on the port of the last start, which others have in their settings; on a free one at the first
 * start, and when the old one is taken.
 */
export async function listenOnKeptPort(server: Server, file: string): Promise<number> {
  const before = portIn(file);
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return port;
  };
  const port = await listen(before ?? (await freePort())).catch(async (e: NodeJS.ErrnoException) => {
    if (e.code !== 'EADDRINUSE' && e.code !== 'EACCES') throw e;
    return listen(await freePort());
  });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, String(port));
  return port;
}

function portIn(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}
