import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * One PostgreSQL cluster for the whole run; each test makes its own database in it. Other servers are used when they
 * are there: tests that need an absent one say that they are skipped.
 */
export default async function setup() {
  const { EmbeddedPostgres } = await import('../../libs/platform/database/embedded-postgres.ts');
  const { freePort } = await import('../../libs/platform/free-port.ts');
  const dir = await mkdtemp(join(tmpdir(), 'isthmus-test-'));
  await chmod(dir, 0o755);
  const server = await EmbeddedPostgres.start({
    dataDir: join(dir, 'postgres'),
    port: await freePort(),
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_connections: '300',
      shared_buffers: '128MB',
    },
  });
  globalThis.__isthmusTest = { server, dir };
  process.env.TEST_POSTGRES = JSON.stringify(server.connection('postgres'));
  process.env.TEST_REDIS ??= (await listens(6379)) ? 'redis://127.0.0.1:6379' : '';
  process.env.TEST_MARIADB ??= (await listens(3306)) ? 'mysql://root@127.0.0.1:3306' : '';
  process.env.TEST_NATS ??= (await listens(4222)) ? 'nats://127.0.0.1:4222' : '';
  process.env.TEST_KAFKA ??= compiles() ? 'mock cluster' : '';
  process.env.TEST_RABBITMQ ??= (await listens(5672)) ? 'amqp://guest:guest@127.0.0.1:5672' : '';
}

/** The Kafka side of the tests is a small C program, built when it is first needed. */
function compiles() {
  return ['gcc', 'make'].every((tool) => spawnSync(tool, ['--version'], { stdio: 'ignore' }).status === 0);
}

function listens(port) {
  return new Promise((done) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 500 });
    const end = (yes) => {
      socket.destroy();
      done(yes);
    };
    socket.on('connect', () => end(true));
    socket.on('error', () => end(false));
    socket.on('timeout', () => end(false));
  });
}
