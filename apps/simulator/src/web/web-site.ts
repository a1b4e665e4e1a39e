import { join } from 'node:path';
import { Arrivals } from '../arrivals.js';
import { Journal } from '../journal.js';
import type { HubAddress, Peer } from '../peer.js';
import type { Person, World } from '../people/person.js';
import { credential } from '../wire/credential.js';
import { type Answer, type Asked, jsonObject, openDoor, textOf } from '../wire/http-door.js';
import { Sickness } from '../wire/sickness.js';
import { importHistory } from './history-import.js';
import { SdkSender } from './sdk-sender.js';
import { liveEvent, pastEvents, type SiteEvent, siteEvent } from './site-event.js';

type Entry =
  | { readonly k: 'message'; readonly at: string; readonly id: string; readonly userId: string }
  | { readonly k: 'again'; readonly at: string; readonly id: string }
  | { readonly k: 'event'; readonly event: SiteEvent }
  | { readonly k: 'taken'; readonly messageId: string }
  | { readonly k: 'imported'; readonly count: number };

/**
 * The web site: an inbox in, Segment events out. A message of the hub is one message, however often it is put. Half of
 * the people read theirs, a moment later. Messages, what was read, what the hub has not yet taken, and how far the
 * history is imported survive a restart. An event counts from when the hub has taken it.
 */
export async function startWebSite(o: {
  world: World;
  dataDir: string;
  hub: () => HubAddress | undefined;
}): Promise<Peer> {
  const { world } = o;
  const token = credential(world, 'web', 'token');
  const writeKey = credential(world, 'web', 'write key');
  const sickness = new Sickness(world.random('web', 'faults'));
  const byUserId = new Map<string, Person>();
  for (const person of world.people) if (person.userId !== undefined) byUserId.set(person.userId, person);
  const visitors = [...byUserId.values()].filter((p) => !p.atRisk);
  const { journal, past } = Journal.open<Entry>(join(o.dataDir, 'web.jsonl'));

  const arrivals = new Arrivals();
  const happened = new Map<string, SiteEvent>();
  const taken = new Set<string>();
  let imported = 0;
  let live = 0;

  function happen(event: SiteEvent): void {
    happened.set(event.messageId, event);
    if (event.messageId.startsWith('live-')) live++;
    else if (event.type === 'track') arrivals.ended(event.properties['messageId']!, 'read');
  }

  for (const entry of past)
    if (entry.k === 'message') arrivals.arrive(entry.id, entry.userId, entry.at);
    else if (entry.k === 'again') arrivals.arrive(entry.id, '', entry.at);
    else if (entry.k === 'event') happen(entry.event);
    else if (entry.k === 'taken') taken.add(entry.messageId);
    else imported = entry.count;

  const stop = new AbortController();
  const sender = new SdkSender({
    host: () => o.hub()?.url,
    writeKey,
    accepted({ messageId }) {
      if (stop.signal.aborted || taken.has(messageId)) return;
      taken.add(messageId);
      journal.append({ k: 'taken', messageId });
    },
  });
  const timers = new Set<NodeJS.Timeout>();

  function publish(event: SiteEvent): void {
    journal.append({ k: 'event', event });
    happen(event);
    sender.send(event);
  }

  /** Whoever reads their messages reads this one a moment after it came; after a restart at once. */
  function readLater(id: string, userId: string, at: string): void {
    const person = byUserId.get(userId);
    const messageId = `read-${id}`;
    if (!person || person.draws.web >= 0.5 || happened.has(messageId)) return;
    const due = new Date(at).getTime() + 300 + world.random('web', 'read', id)() * 2700;
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        const timestamp = new Date().toISOString();
        publish({ type: 'track', event: 'Message Read', messageId, timestamp, userId, properties: { messageId: id } });
      },
      Math.max(0, due - Date.now()),
    );
    timers.add(timer);
  }

  function putMessage({ id, body }: Asked): Answer {
    const message = jsonObject(body);
    const userId = textOf(message, 'userId', 'needed');
    for (const field of ['title', 'body', 'link'] as const) textOf(message, field, 'optional');
    const at = new Date().toISOString();
    const there = arrivals.has(id);
    journal.append(there ? { k: 'again', id, at } : { k: 'message', id, userId, at });
    arrivals.arrive(id, userId, at);
    if (!there) readLater(id, userId, at);
    return { status: there ? 200 : 201, body: { id } };
  }

  const door = await openDoor({
    portFile: join(o.dataDir, 'web.port'),
    token,
    sickness,
    routes: { 'PUT /messages/*': putMessage, 'GET /health': () => ({ status: 200, body: { status: 'ok' } }) },
  });
  const history = pastEvents(world);
  const importing = importHistory(
    {
      from: imported,
      size: history.length,
      at(i) {
        const { person, what, at } = history[i]!;
        return siteEvent(world, person, what, `past-${i}`, new Date(at));
      },
      hub: () => o.hub()?.url,
      writeKey,
      taken(count) {
        journal.append({ k: 'imported', count });
        imported = count;
      },
    },
    stop.signal,
  );
  for (const event of happened.values()) if (!taken.has(event.messageId)) sender.send(event);
  for (const { id, to, firstAt } of arrivals.all()) readLater(id, to, firstAt);

  return {
    name: 'web',
    card: { url: door.url, token, writeKey },
    rows: async () => ({ events: imported + taken.size }),
    effects: async () => arrivals.all(),
    setFaults: (faults) => sickness.set(faults),
    async act() {
      if (visitors.length > 0) publish(liveEvent(world, visitors, live, new Date()));
    },
    async close() {
      for (const timer of timers) clearTimeout(timer);
      await Promise.all([door.close(), sender.close()]);
      stop.abort();
      await importing;
      journal.close();
    },
  };
}
