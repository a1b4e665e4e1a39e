import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Exits } from '../counter/exits.js';
import type { Effect, Faults, HubAddress, Peer } from '../peer.js';
import {
  type Answer,
  type Asked,
  BadRequest,
  type Door,
  jsonObject,
  openDoor,
  type Routes,
} from '../wire/http-door.js';

/** The firm as its remote control sees it. */
export interface Controlled {
  readonly clients: number;
  readonly atRisk: number;
  /** How many rows of the counter no mapping can read. */
  readonly unreadable: number;
  readonly peers: ReadonlyMap<Peer['name'], Peer>;
  readonly downstream: {
    readonly url: string;
    counts(): { received: number; refused: number; distinct: number };
  };
  hubIsAt(told: HubAddress): void;
  live(factsPerSecond: number): Promise<void>;
  /** @param decide false: only how it stands. */
  exits(decide: boolean): Promise<Exits>;
}

const hubAddress = z.strictObject({
  url: z.url(),
  callWebhook: z.string().startsWith('/'),
  mailWebhook: z.string().startsWith('/'),
  webhookSecret: z.string().optional(),
});
const live = z.strictObject({ factsPerSecond: z.number().min(0).max(2000) });
const peerName = z.enum(['trading', 'call', 'mail', 'web']);
const ratio = z.number().min(0).max(1).optional();
const faults = z.strictObject({
  peer: peerName,
  delayMs: z.number().min(0).max(600_000).optional(),
  failRatio: ratio,
  dropAnswerRatio: ratio,
});

/**
 * The remote control of the demo and the tests, on loopback and without a password.
 *
 * @param o.port 0: the port of the last start, or a free one.
 */
export async function openControl(
  firm: Controlled,
  o: { dataDir: string; port: number; onError: (e: unknown) => void },
): Promise<Door> {
  const portFile = join(o.dataDir, 'control.port');
  if (o.port !== 0) writeFileSync(portFile, String(o.port));
  const door = await openDoor({ portFile, routes: tellingErrors(routes(firm), o.onError) });
  if (o.port === 0 || new URL(door.url).port === String(o.port)) return door;
  await door.close();
  throw new Error(`port ${o.port} is taken; set ISTHMUS_SIM_CONTROL_PORT to another, or to 0 for a free one`);
}

function routes(firm: Controlled): Routes {
  return {
    'GET /control/firm': () => {
      const cards = Object.fromEntries([...firm.peers].map(([name, p]) => [name, p.card]));
      return ok({ clients: firm.clients, ...cards, downstream: { url: firm.downstream.url } });
    },
    'GET /control/counts': async () => ok(await counts(firm)),
    'GET /control/effects': async ({ query }) => {
      const name = peerName.safeParse(query.get('peer'));
      const peer = name.success ? firm.peers.get(name.data) : undefined;
      if (!peer) throw new BadRequest('peer', `"peer" is one of ${[...firm.peers.keys()].join(', ')}`);
      return ok({ items: await peer.effects() });
    },
    'POST /control/hub': ({ body }) => {
      firm.hubIsAt(read(hubAddress, body) as HubAddress);
      return ok({});
    },
    'POST /control/live': async ({ body }) => {
      const { factsPerSecond } = read(live, body);
      await firm.live(factsPerSecond);
      return ok({ factsPerSecond });
    },
    'POST /control/exits': async () => ok(await firm.exits(true)),
    'POST /control/faults': ({ body }) => {
      const { peer, ...told } = read(faults, body);
      firm.peers.get(peer)?.setFaults(told as Faults);
      return ok({ peer, ...told });
    },
  };
}

async function counts(firm: Controlled) {
  const rows: Record<string, Readonly<Record<string, number>>> = {};
  const peers: Record<string, { distinct: number; repeated: number }> = {};
  for (const [name, peer] of firm.peers) {
    rows[name] = await peer.rows();
    peers[name] = repeats(await peer.effects());
  }
  const totalRows = Object.values(rows)
    .flatMap((tables) => Object.values(tables))
    .reduce((sum, n) => sum + n, 0);
  const { decided, leave } = await firm.exits(false);
  return {
    rows,
    totalRows,
    planted: { atRisk: firm.atRisk, unreadable: firm.unreadable },
    peers,
    webhooks: firm.downstream.counts(),
    exits: { decided, leave },
  };
}

function repeats(effects: readonly Effect[]): { distinct: number; repeated: number } {
  return { distinct: effects.length, repeated: effects.filter((e) => e.arrivals > 1).length };
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

/** @throws BadRequest naming the first field that is wrong. */
function read<T>(schema: z.ZodType<T>, body: Buffer): T {
  const parsed = schema.safeParse(jsonObject(body));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new BadRequest(issue!.path.join('.'), issue!.message);
}

/** The door answers 500 without the cause; whoever runs the firm hears it. */
function tellingErrors(given: Routes, onError: (e: unknown) => void): Routes {
  return Object.fromEntries(
    Object.entries(given).map(([route, perform]) => [
      route,
      async (asked: Asked) => {
        try {
          return await perform(asked);
        } catch (e) {
          if (!(e instanceof BadRequest)) onError(e);
          throw e;
        }
      },
    ]),
  );
}
