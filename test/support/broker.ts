import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#platform';

/** Where Debian keeps the server's own script; the one on the path changes to another account. */
const SERVER = '/usr/lib/rabbitmq/bin/rabbitmq-server';

/** True when this machine has a RabbitMQ that a test can start for itself. */
export function brokerIsInstalled(): Promise<boolean> {
  return access(SERVER).then(
    () => true,
    () => false,
  );
}

/** A RabbitMQ node of a test's own, so that it can be killed: on free ports, with its data in a folder of its own. */
export class PrivateBroker {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly dir: string,
    private readonly node: string,
    private readonly distribution: number,
    readonly port: number,
  ) {}

  static async start(): Promise<PrivateBroker> {
    const dir = await mkdtemp(join(tmpdir(), 'isthmus-broker-'));
    await writeFile(join(dir, 'plugins'), '[].');
    const node = `isthmus${randomBytes(4).toString('hex')}@localhost`;
    const broker = new PrivateBroker(dir, node, await freePort(), await freePort());
    await broker.again();
    return broker;
  }

  get url(): string {
    return `amqp://guest:guest@127.0.0.1:${this.port}`;
  }

  /** Starts the node on what it left on disk; resolves when it takes connections. */
  async again(): Promise<void> {
    const child = spawn(SERVER, {
      cwd: this.dir,
      detached: true,
      stdio: 'ignore',
      env: {
        PATH: process.env['PATH'],
        HOME: this.dir,
        RABBITMQ_NODENAME: this.node,
        RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
        RABBITMQ_NODE_PORT: String(this.port),
        RABBITMQ_DIST_PORT: String(this.distribution),
        RABBITMQ_MNESIA_BASE: join(this.dir, 'data'),
        RABBITMQ_LOG_BASE: join(this.dir, 'log'),
        RABBITMQ_ENABLED_PLUGINS_FILE: join(this.dir, 'plugins'),
        RABBITMQ_CONFIG_FILE: join(this.dir, 'none'),
      },
    });
    this.child = child;
    const deadline = Date.now() + 60_000;
    while (!(await listens(this.port))) {
      if (child.exitCode !== null) throw new Error(`RabbitMQ ended with code ${child.exitCode}`);
      if (Date.now() > deadline) throw new Error('RabbitMQ did not start within a minute');
      await new Promise((r) => setTimeout(r, 100));
    }
  }

  /** kill -9 of the node, which is a group of processes of its own. */
  async kill(): Promise<void> {
    const { child } = this;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((r) => child.once('exit', r));
    process.kill(-child.pid, 'SIGKILL');
    await ended;
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.dir, { recursive: true, force: true });
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1000 });
    const end = (yes: boolean) => {
      socket.destroy();
      done(yes);
    };
    socket.on('connect', () => end(true));
    socket.on('error', () => end(false));
    socket.on('timeout', () => end(false));
  });
}
