import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgres, freePort } from '#platform';
import { keep, readKept } from '../keeping.js';
import type { Person, World } from '../people/person.js';
import type { Peer } from '../peer.js';
import { CommissionDesk } from './commission-desk.js';
import { decideExits, type Exits, exitsSoFar, type Reach } from './exits.js';
import { makeHubUser } from './hub-user.js';
import { liveWrites } from './live-writes.js';
import { loadHistory } from './load.js';
import { TABLE_NAMES } from './schema.js';
import { connectSql, type SqlServer } from './sql-server.js';

export interface TradingCounter extends Peer {
  readonly name: 'trading';
  /** What those at risk decide; see `decideExits`. */
  exit(reachOf: (p: Person) => Reach): Promise<Exits>;
  exits(): Promise<Exits>;
}

export interface CounterOptions {
  readonly world: World;
  readonly dataDir: string;
  /** The database of a server that is there; without it, a PostgreSQL of the counter's own in the data folder. */
  readonly url: string | undefined;
  /** Of the user that the hub gets. */
  readonly hubPassword: string;
  readonly onError: (e: unknown) => void;
}

/** Starts the counter; at the first start its history is loaded. */
export async function startTradingCounter(o: CounterOptions): Promise<TradingCounter> {
  const own = o.url === undefined ? await ownServer(o.dataDir) : undefined;
  try {
    const server = await connectSql(o.url ?? own!.url);
    try {
      await loadHistory(server, o.world);
      const login = await makeHubUser(server, o.hubPassword);
      return running(o, server, login, own?.stop);
    } catch (e) {
      await server.close();
      throw e;
    }
  } catch (e) {
    await own?.stop();
    throw e;
  }
}

/** On the port of the last start, which the hub has in its settings; on a free one when that is taken. */
async function ownServer(dataDir: string): Promise<{ url: string; stop: () => Promise<void> }> {
  await mkdir(dataDir, { recursive: true });
  const portFile = join(dataDir, 'counter.port');
  const start = (port: number) =>
    EmbeddedPostgres.start({
      dataDir: join(dataDir, 'counter'),
      port,
      // Synthetic rows: what a power cut takes can be made again.
      settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', shared_buffers: '64MB' },
    });
  const before = readKept<number>(portFile);
  const server = await start(before ?? (await freePort())).catch(async (e: unknown) => {
    if (before === undefined) throw e;
    return start(await freePort());
  });
  keep(portFile, server.port);
  await server.createDatabase('counter');
  const c = server.connection('counter');
  return { url: `postgres://${c.user}:${c.password}@${c.host}:${c.port}/counter`, stop: () => server.stop() };
}

function running(
  o: CounterOptions,
  server: SqlServer,
  login: { user: string; password: string },
  stopServer: (() => Promise<void>) | undefined,
): TradingCounter {
  const live = liveWrites(server, o.world, o.world.random('counter', 'live', Date.now()));
  const desk = new CommissionDesk(server, o.world.random('counter', 'desk', Date.now()), o.onError);
  const counts = TABLE_NAMES.map((t) => `(select count(*) from ${t}) as ${t}`).join(', ');
  return {
    name: 'trading',
    card: { engine: server.engine, host: server.host, port: server.port, database: server.database, ...login },
    async rows() {
      const [row] = await server.rows(`select ${counts}`);
      return Object.fromEntries(TABLE_NAMES.map((t) => [t, Number(row![t])]));
    },
    effects: () => desk.effects(),
    setFaults: (faults) => void (desk.faults = faults),
    act: () => live.act(),
    exit: (reachOf) => decideExits(server, o.world, reachOf),
    exits: () => exitsSoFar(server),
    async close() {
      await desk.close();
      await server.close();
      await stopServer?.();
    },
  };
}
