import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres, freePort, type PostgresConnection } from '#platform';
import pg from 'pg';
import { machine } from './report.js';
import { Program, type ProgramOptions } from '../support/program.js';

const HUB = join(import.meta.dirname, '../../apps/hub/src/main.js');
const SIMULATOR = join(import.meta.dirname, '../../apps/simulator/src/main.js');

/** Where a bench takes place: one PostgreSQL cluster (fsync on) for product and baseline, and a folder. */
export class Site {
  private n = 0;
  private readonly running = new Set<Program>();

  private constructor(
    readonly dir: string,
    private readonly server: EmbeddedPostgres,
  ) {}

  static async open(): Promise<Site> {
    const dir = await mkdtemp(join(tmpdir(), 'isthmus-bench-'));
    await chmod(dir, 0o755);
    // Commit times are how a bench knows when a row became visible to others.
    const server = await EmbeddedPostgres.start({
      dataDir: join(dir, 'postgres'),
      port: await freePort(),
      settings: { track_commit_timestamp: 'on' },
    });
    return new Site(dir, server);
  }

  async machine(): Promise<Record<string, string | number>> {
    return this.withDatabase('postgres', async (db) => {
      const { rows } = await db.query<{ v: string; s: string }>(
        `select current_setting('server_version') as v,
           format('fsync %s, synchronous_commit %s, shared_buffers %s', current_setting('fsync'), current_setting('synchronous_commit'), current_setting('shared_buffers')) as s`,
      );
      return machine(rows[0]!.v, rows[0]!.s);
    });
  }

  /** A new, empty database. */
  async database(): Promise<PostgresConnection> {
    const name = `bench_${++this.n}`;
    await this.server.createDatabase(name);
    return this.server.connection(name);
  }

  async withDatabase<T>(where: PostgresConnection | string, work: (db: pg.Client) => Promise<T>): Promise<T> {
    const db = new pg.Client(typeof where === 'string' ? this.server.connection(where) : where);
    await db.connect();
    try {
      return await work(db);
    } finally {
      await db.end();
    }
  }

  /** A hub in a process of its own, on the database. */
  async hub(
    database: PostgresConnection,
    env: Record<string, string> = {},
  ): Promise<{ program: Program; url: string; api: Api; dataDir: string }> {
    const dataDir = env['ISTHMUS_DATA_DIR'] ?? join(this.dir, database.database);
    const { program, ready: url } = await this.start(HUB, {
      env: {
        ISTHMUS_DATA_DIR: dataDir,
        ISTHMUS_DATABASE_URL: databaseUrl(database),
        ISTHMUS_PORT: '0',
        ISTHMUS_EGRESS_ALLOW: '127.0.0.0/8',
        ...env,
      },
      ready: (line) =>
        line.includes('"msg":"the hub is ready"') ? (JSON.parse(line) as { url: string }).url : undefined,
    });
    return { program, url, api: new Api(url, dataDir), dataDir };
  }

  /** The pretend firm, its trading counter in a database of this cluster. */
  async simulator(clients: number, counter: PostgresConnection): Promise<{ program: Program; control: string }> {
    const { program, ready: control } = await this.start(SIMULATOR, {
      env: {
        ISTHMUS_SIM_DATA_DIR: join(this.dir, 'simulator'),
        ISTHMUS_SIM_CLIENTS: String(clients),
        ISTHMUS_SIM_SEED: 'bench',
        ISTHMUS_SIM_CONTROL_PORT: '0',
        ISTHMUS_SIM_TRADING_URL: databaseUrl(counter),
      },
      ready: (line) =>
        line.startsWith('{"ready":true') ? (JSON.parse(line) as { control: string }).control : undefined,
    });
    return { program, control };
  }

  /** A program in a process of its own, stopped with the site at the latest. */
  async start<Ready>(script: string, o: ProgramOptions<Ready>): Promise<{ program: Program<Ready>; ready: Ready }> {
    const program = new Program(script, o);
    this.running.add(program);
    return { program, ready: await program.start() };
  }

  async stop(program: Program): Promise<void> {
    this.running.delete(program);
    await program.stop();
  }

  /** Stops everything that was started here, and leaves nothing on the disk. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.running].map((p) => p.stop()));
    await this.server.stop();
    await rm(this.dir, { recursive: true, force: true });
  }
}

/** The hub's API with the key that its first start left in the data folder. */
export class Api {
  private readonly keys = new Map<string, string>();

  constructor(
    private readonly url: string,
    private readonly dataDir: string,
  ) {}

  async call<T>(
    method: string,
    path: string,
    body: unknown = method === 'GET' ? undefined : {},
    as = 'admin',
  ): Promise<T> {
    if (!this.keys.has(as)) this.keys.set(as, (await readFile(join(this.dataDir, `${as}.key`), 'utf8')).trim());
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${this.keys.get(as)}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}

export function databaseUrl(c: PostgresConnection): string {
  return `postgres://${c.user}:${encodeURIComponent(c.password)}@${c.host}:${c.port}/${c.database}`;
}

/** Waits until `probe` holds. Throws with `what` after five minutes. */
export async function until(what: string, probe: () => Promise<boolean>, everyMs = 50): Promise<void> {
  const end = Date.now() + 300_000;
  while (!(await probe())) {
    if (Date.now() > end) throw new Error(`it did not happen within five minutes: ${what}`);
    await new Promise((r) => setTimeout(r, everyMs));
  }
}
