import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Listens on the port of the last start, which others have in their settings; on a free one at the first start, and
 * when the old one is taken.
 *
 * @param listen listens on loopback and gives the port; 0 asks for a free one.
 */
export async function keptPort(file: string, listen: (port: number) => Promise<number>): Promise<number> {
  const before = portIn(file);
  const port = await listen(before).catch((e: NodeJS.ErrnoException) => {
    if (before === 0 || (e.code !== 'EADDRINUSE' && e.code !== 'EACCES')) throw e;
    return listen(0);
  });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, String(port));
  return port;
}

function portIn(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
}
