import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Api } from '../../apps/hub/src/cli/api.js';
import { freePort } from '#platform';
import { Program } from './program.js';
import type { QueueDriver } from './servers.js';

/** A program of the product, as it is built. */
export const built = (app: 'hub' | 'agent' | 'simulator') =>
  join(import.meta.dirname, `../../dist/apps/${app}/src/main.js`);

/** A folder that everybody may enter, as the account that runs PostgreSQL must. */
export async function testFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'isthmus-test-'));
  await chmod(dir, 0o755);
  return dir;
}

export interface HubProcess {
  readonly process: Program<string>;
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
  const hub = new Program(built('hub'), {
    env: {
      ISTHMUS_DATA_DIR: dataDir,
      ISTHMUS_PORT: String(port),
      ISTHMUS_EGRESS_ALLOW: '127.0.0.0/8,::1/128',
      ...(o.databaseUrl === undefined ? {} : { ISTHMUS_DATABASE_URL: o.databaseUrl }),
      ...(o.queue === 'redis'
        ? { ISTHMUS_QUEUE_URL: process.env['TEST_REDIS']!, ISTHMUS_QUEUE_PREFIX: `{t${randomUUID().slice(0, 8)}}` }
        : {}),
      ...o.env,
    },
    ready: (line) =>
      line.includes('"msg":"the hub is ready"') ? (JSON.parse(line) as { url: string }).url : undefined,
  });
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
  readonly process: Program<string>;
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
  const simulator = new Program(built('simulator'), {
    env: {
      ISTHMUS_SIM_DATA_DIR: dataDir,
      ISTHMUS_SIM_CLIENTS: String(o.clients),
      ISTHMUS_SIM_SEED: o.seed,
      ISTHMUS_SIM_CONTROL_PORT: '0',
      ISTHMUS_SIM_TRADING_URL: o.tradingUrl,
      ISTHMUS_SIM_TRUTH: truth,
      ISTHMUS_SIM_DIRT: o.dirt ?? 'none',
    },
    ready: (line) => (line.startsWith('{"ready":true') ? (JSON.parse(line) as { control: string }).control : undefined),
  });
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
