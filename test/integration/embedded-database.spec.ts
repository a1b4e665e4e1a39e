import { expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres, freePort } from '#platform';
import pg from 'pg';
import { until } from '../support/hub.js';

const KILLS = 4;
const CONNECTIONS = 30;

it('an embedded server that is killed under many connections starts again, and nothing is said to have failed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'isthmus-embedded-'));
  const server = await EmbeddedPostgres.start({
    dataDir: join(folder, 'postgres'),
    port: await freePort(),
    settings: { fsync: 'off' },
  });
  try {
    const restarts: unknown[] = [];
    server.watch((error) => restarts.push(error));
    for (let kill = 1; kill <= KILLS; kill++) {
      const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => connected(server)));
      // In the middle of something, so that each has last words for the log.
      const asked = clients.map((c) => c.query('select pg_sleep(30)').catch(() => undefined));
      process.kill((await server.pid())!, 'SIGKILL');
      await until('the server was started again', async () => restarts.length === kill);
      await Promise.all(asked);
      await (await connected(server)).end();
    }
    expect(restarts).toEqual(Array.from({ length: KILLS }, () => undefined));
  } finally {
    await server.stop();
    await rm(folder, { recursive: true });
  }
});

async function connected(server: EmbeddedPostgres): Promise<pg.Client> {
  const client = new pg.Client(server.connection('postgres'));
  client.on('error', () => {});
  await client.connect();
  return client;
}
