import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { Api } from '../../apps/hub/src/cli/api.js';
import { freePort } from './free-port.js';
import type { QueueDriver } from './servers.js';

const DIST = join(import.meta.dirname, '../../dist');

/** A program of the build, in a process of its own, which a test may kill and start again. */
export class Process<Ready> {
  private child: ChildProcess | undefined;
  private ended: Promise<void> = Promise.resolve();
  private words: string[] = [];

  constructor(
    private readonly script: string,
    private readonly env: Record<string, string>,
    private readonly readyLine: (line: string) => Ready | undefined,
  ) {}

  get running(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** What it printed last, for a failed test. */
  get lastWords(): string {
    return this.words.join('\n');
  }

  /** @throws Error with its last words when it ends before it is ready. */
  async start(): Promise<Ready> {
    const path = join(DIST, this.script);
    if (!existsSync(path)) throw new Error(`${path} is missing: run "npm test", which builds first`);
    const child = spawn(process.execPath, [path], {
      env: { ...withoutOurs(), ...this.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child = child;
    const hear = (line: string) => {
      this.words.push(line);
      if (this.words.length > 40) this.words.shift();
    };
    createInterface({ input: child.stderr! }).on('line', hear);
    this.ended = new Promise((done) => child.on('exit', () => done()));
    return new Promise<Ready>((ok, fail) => {
      createInterface({ input: child.stdout! }).on('line', (line) => {
        hear(line);
        const said = this.readyLine(line);
        if (said !== undefined) ok(said);
      });
      void this.ended.then(() => fail(new Error(`${this.script} ended before it was ready:\n${this.lastWords}`)));
    });
  }

  /** kill -9: no chance to finish anything. */
  async kill(): Promise<void> {
    this.child?.kill('SIGKILL');
    await this.ended;
  }

  async stop(): Promise<void> {
    this.child?.kill('SIGTERM');
    await this.ended;
  }
}

function withoutOurs(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ISTHMUS_')));
}

/** A folder that everybody may enter, as the account that runs PostgreSQL must. */
export async function testFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'isthmus-test-'));
  await chmod(dir, 0o755);
  return dir;
}

export interface HubProcess {
  readonly process: Process<string>;
  readonly url: string;
  readonly dataDir: string;
  api(as?: 'admin' | 'approver'): Api;
  /** Straight into its database, also while the hub is dead. */
  query<Row>(text: string): Promise<Row[]>;
  /** How to reach its database now. */
  connection(): pg.ClientConfig;
  /** Process id of its embedded PostgreSQL. */
  postmaster(): number;
  /** Ends it, whatever state it is in, and removes its folder. */
  remove(): Promise<void>;
}

/**
 * A hub of the build on a port that stays the same when it is killed and started again. Without `databaseUrl` it runs
 * its embedded database.
 */
export async function startHubProcess(
  o: { databaseUrl?: string; queue?: QueueDriver; env?: Record<string, string> } = {},
): Promise<HubProcess> {
  const dataDir = await testFolder();
  const port = await freePort();
  const hub = new Process(
    'apps/hub/src/main.js',
    {
      ISTHMUS_DATA_DIR: dataDir,
      ISTHMUS_PORT: String(port),
      ISTHMUS_EGRESS_ALLOW: '127.0.0.0/8,::1/128',
      ...(o.databaseUrl === undefined ? {} : { ISTHMUS_DATABASE_URL: o.databaseUrl }),
      ...(o.queue === 'redis'
        ? { ISTHMUS_QUEUE_URL: process.env['TEST_REDIS']!, ISTHMUS_QUEUE_PREFIX: `{t${randomUUID().slice(0, 8)}}` }
        : {}),
      ...o.env,
    },
    (line) => (line.includes('"msg":"the hub is ready"') ? (JSON.parse(line) as { url: string }).url : undefined),
  );
  const url = await hub.start();
  const pidFile = () => readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
  const connection = (): pg.ClientConfig =>
    o.databaseUrl === undefined
      ? {
          host: '127.0.0.1',
          port: Number(pidFile()[3]),
          user: 'isthmus',
          password: readFileSync(join(dataDir, 'postgres.password'), 'utf8'),
          database: 'isthmus',
        }
      : { connectionString: o.databaseUrl };
  return {
    process: hub,
    url,
    dataDir,
    query: async <Row>(text: string) => {
      const db = new pg.Client(connection());
      await db.connect();
      try {
        return (await db.query(text)).rows as Row[];
      } finally {
        await db.end();
      }
    },
    connection,
    postmaster: () => Number(pidFile()[0]),
    api: (as = 'admin') => new Api(url, readFileSync(join(dataDir, `${as}.key`), 'utf8').trim()),
    remove: async () => {
      if (!hub.running) await hub.start().catch(() => {});
      await hub.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export interface SimulatorProcess {
  readonly process: Process<string>;
  /** Address of its remote control. */
  readonly control: string;
  /** Who is who in truth: for tests only. */
  readonly truth: { readonly people: readonly TruePerson[] };
  remove(): Promise<void>;
}

export interface TruePerson {
  readonly index: number;
  readonly kind: 'person' | 'organisation';
  readonly kin?: { readonly of: number; readonly as: string };
  /** Two when the person was entered twice. */
  readonly customerNos: readonly string[];
  readonly userId?: string;
  readonly contactNo?: string;
  readonly subscriberNo?: string;
  readonly atRisk: boolean;
}

/** The pretend firm, its trading counter in the given database. */
export async function startSimulatorProcess(o: {
  clients: number;
  seed: string;
  tradingUrl: string;
  dirt?: string;
}): Promise<SimulatorProcess> {
  const dataDir = await testFolder();
  const truth = join(dataDir, 'truth.json');
  const simulator = new Process(
    'apps/simulator/src/main.js',
    {
      ISTHMUS_SIM_DATA_DIR: dataDir,
      ISTHMUS_SIM_CLIENTS: String(o.clients),
      ISTHMUS_SIM_SEED: o.seed,
      ISTHMUS_SIM_CONTROL_PORT: '0',
      ISTHMUS_SIM_TRADING_URL: o.tradingUrl,
      ISTHMUS_SIM_TRUTH: truth,
      ISTHMUS_SIM_DIRT: o.dirt ?? 'none',
    },
    (line) => (line.startsWith('{"ready":true') ? (JSON.parse(line) as { control: string }).control : undefined),
  );
  const control = await simulator.start();
  return {
    process: simulator,
    control,
    truth: JSON.parse(readFileSync(truth, 'utf8')) as SimulatorProcess['truth'],
    remove: async () => {
      await simulator.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
