import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#platform';

/** What a Redis keeps: every command on disk before it answers, as a database does, or nothing. */
export type Keeping = 'every command' | 'nothing';

/** A Redis in a folder and on a port of its own. */
export class OwnRedis {
  private constructor(
    readonly url: string,
    private readonly server: ReturnType<typeof spawn>,
    private readonly folder: string,
  ) {}

  /** @returns undefined on a machine without redis-server. */
  static async start(keeping: Keeping): Promise<OwnRedis | undefined> {
    const folder = await mkdtemp(join(tmpdir(), 'isthmus-redis-'));
    const port = await freePort();
    const aof =
      keeping === 'every command' ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];
    const server = spawn(
      'redis-server',
      ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', '', ...aof],
      { stdio: 'ignore' },
    );
    // A bench that fails half way leaves no server behind, and does not wait for it.
    server.unref();
    const end = () => void server.kill();
    process.once('exit', end);
    server.once('exit', () => process.off('exit', end));
    const redis = new OwnRedis(`redis://127.0.0.1:${port}`, server, folder);
    const missing = once(server, 'error').then(() => true);
    while (server.exitCode === null) {
      if (await Promise.race([missing, listens(port)])) break;
      await new Promise((r) => setTimeout(r, 50));
    }
    if (server.pid !== undefined && server.exitCode === null) return redis;
    await redis.stop();
    return undefined;
  }

  async stop(): Promise<void> {
    if (this.server.pid !== undefined && this.server.exitCode === null) {
      this.server.ref();
      const ended = once(this.server, 'exit');
      this.server.kill('SIGTERM');
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('connect', () => (socket.destroy(), done(true)));
    socket.on('error', () => done(false));
  });
}
