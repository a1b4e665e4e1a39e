import { mkdir } from 'node:fs/promises';
import { unreadable } from './counter/history.js';
import { join, resolve } from 'node:path';
import { startCallCentre } from './call/call-centre.js';
import { openControl } from './control/control.js';
import type { Reach } from './counter/exits.js';
import { startTradingCounter } from './counter/trading-counter.js';
import { startDownstream } from './downstream/downstream.js';
import { founding } from './founding.js';
import { keep, readKept } from './keeping.js';
import { Traffic } from './live/traffic.js';
import { startMailSystem } from './mail/mail-system.js';
import type { HubAddress, Peer } from './peer.js';
import type { Dirt } from './people/dirt.js';
import type { Person } from './people/person.js';
import { makeWorld } from './people/world.js';
import { writeTruth } from './truth.js';
import { startWebSite } from './web/web-site.js';
import { credential } from './wire/credential.js';

export interface FirmOptions {
  /** What the firm remembers; a second start on the same folder is the same firm, and goes on. */
  readonly dataDir: string;
  readonly clients: number;
  readonly seed: string;
  readonly dirt: Dirt;
  /** When history ends; counts at the first start only. */
  readonly asOf: Date;
  /** 0: the port of the last start, or a free one. */
  readonly controlPort: number;
  readonly tradingUrl?: string | undefined;
  /** Where to write what is true of everybody. */
  readonly truth?: string | undefined;
  /** Hears of what goes wrong while the firm runs. */
  readonly onError: (e: unknown) => void;
}

export interface RunningFirm {
  /** Address of the remote control. */
  readonly control: string;
  close(): Promise<void>;
}

/**
 * Starts the pretend firm: its people, four systems, a downstream, and the remote control.
 *
 * @throws Error when a part does not start; the parts that had started are stopped.
 */
export async function startFirm(o: FirmOptions): Promise<RunningFirm> {
  const dataDir = resolve(o.dataDir);
  await mkdir(dataDir, { recursive: true });
  const world = makeWorld(founding(dataDir, o));
  if (o.truth !== undefined) writeTruth(o.truth, world);

  const hubFile = join(dataDir, 'hub.json');
  let hub = readKept<HubAddress>(hubFile);
  const common = { world, dataDir, hub: () => hub };
  const started: { close(): Promise<unknown> }[] = [];
  const start = async <T extends { close(): Promise<unknown> }>(part: Promise<T>): Promise<T> => {
    const running = await part;
    started.push(running);
    return running;
  };
  const stop = async () => {
    for (const part of started.splice(0).toReversed()) await part.close();
  };

  try {
    const trading = await start(
      startTradingCounter({
        ...o,
        world,
        dataDir,
        url: o.tradingUrl,
        hubPassword: credential(world, 'trading', 'hub'),
      }),
    );
    const downstream = await start(startDownstream(common));
    const call = await start(startCallCentre(common));
    const mail = await start(startMailSystem(common));
    const web = await start(startWebSite(common));
    const peers = new Map([trading, call, mail, web].map((p): [Peer['name'], Peer] => [p.name, p]));
    const traffic = new Traffic([...peers.values()], world.random('live', Date.now()), o.onError);
    started.push({ close: () => traffic.run(0) });
    const reachOf = (p: Person): Reach =>
      call.reached().has(p.index) ? 'call' : mail.reached().has(p.index) ? 'mail' : 'none';
    const door = await start(
      openControl(
        {
          clients: world.people.length,
          atRisk: world.people.filter((p) => p.atRisk).length,
          unreadable: world.people.filter((p) => unreadable(world, p)).length,
          peers,
          downstream,
          hubIsAt(told) {
            // The secret is shown once, when the endpoint is made: a later address without one keeps it.
            hub = { ...(hub?.webhookSecret === undefined ? {} : { webhookSecret: hub.webhookSecret }), ...told };
            keep(hubFile, hub);
          },
          live: (factsPerSecond) => traffic.run(factsPerSecond),
          exits: (decide) => (decide ? trading.exit(reachOf) : trading.exits()),
        },
        { dataDir, port: o.controlPort, onError: o.onError },
      ),
    );
    return { control: door.url, close: stop };
  } catch (e) {
    await stop();
    throw e;
  }
}
