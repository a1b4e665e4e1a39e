import { rm } from 'node:fs/promises';

export default async function teardown() {
  const { server, dir } = globalThis.__isthmusTest ?? {};
  await server?.stop();
  if (dir) await rm(dir, { recursive: true, force: true });
}
