import { join } from 'node:path';
import { Arrivals } from '../arrivals.js';
import { Journal } from '../journal.js';
import type { HubAddress, ReachingPeer } from '../peer.js';
import type { World } from '../people/person.js';
import { credential } from '../wire/credential.js';
import { openDoor } from '../wire/http-door.js';
import { Outbox } from '../wire/outbox.js';
import { page } from '../wire/page.js';
import { Sickness } from '../wire/sickness.js';
import { bounceReason, course, type MailEvent, newsletterEvent } from './mail-event.js';
import { MailingList } from './mailing-list.js';
import { type HandedIn, openSmtp } from './smtp-door.js';

type Entry =
  | { readonly k: 'mail'; readonly at: string; readonly mail: HandedIn }
  | { readonly k: 'again'; readonly at: string; readonly id: string }
  /** `id`: the hub's mail that it is of; none for newsletters. */
  | { readonly k: 'event'; readonly id?: string; readonly event: MailEvent }
  | { readonly k: 'told'; readonly eventIds: readonly string[] };

const PAST_EVENTS_PER_CLIENT = 0.2;
const USER = 'isthmus';

/**
 * The mail system: SMTP and HTTP in, signed batches of events out. A mail of the hub is one mail, however often its
 * command id comes; what becomes of it follows from whom it is for. Mails, events and what the hub has not yet taken
 * survive a restart. An event counts, and stands in `GET /events`, from the moment it happens.
 */
export async function startMailSystem(o: {
  world: World;
  dataDir: string;
  hub: () => HubAddress | undefined;
}): Promise<ReachingPeer> {
  const { world } = o;
  const list = new MailingList(world);
  const token = credential(world, 'mail', 'token');
  const webhookSecret = credential(world, 'mail', 'webhook');
  const password = credential(world, 'mail', 'smtp');
  const pastEvents = list.willing.length === 0 ? 0 : Math.round(world.people.length * PAST_EVENTS_PER_CLIENT);
  const sickness = new Sickness(world.random('mail', 'faults'));
  const { journal, past } = Journal.open<Entry>(join(o.dataDir, 'mail.jsonl'));

  const arrivals = new Arrivals();
  const mails = new Map<string, { mail: HandedIn; at: string; steps: number }>();
  const idOfMessage = new Map<string, string>();
  const reached = new Set<number>();
  const leftAt = new Map<string, string>();
  const events: MailEvent[] = [];
  let newsletters = 0;

  const outbox = new Outbox<MailEvent>({
    target: () => {
      const hub = o.hub();
      return hub && hub.url + hub.mailWebhook;
    },
    secret: webhookSecret,
    random: world.random('mail', 'outbox'),
    lanes: 2,
    batch: 100,
    body: (batch) => ({ events: batch }),
    accepted: (batch) => journal.append({ k: 'told', eventIds: batch.map((e) => e.eventId) }),
  });

  function take(mail: HandedIn, at: string): void {
    arrivals.arrive(mail.id, mail.recipient, at);
    mails.set(mail.id, { mail, at, steps: 0 });
    idOfMessage.set(mail.messageId, mail.id);
  }

  function happen(event: MailEvent, id: string | undefined): void {
    events.push(event);
    if (id === undefined) {
      newsletters++;
      return;
    }
    mails.get(id)!.steps++;
    arrivals.ended(id, event.type);
    const person = list.reads(event.recipient);
    if (person && event.type === 'delivered') reached.add(person.index);
    if (event.subscriberNo !== undefined && (event.type === 'unsubscribed' || event.type === 'complained'))
      leftAt.set(event.subscriberNo, event.occurredAt);
  }

  const untold = new Map<string, MailEvent>();
  for (const entry of past)
    if (entry.k === 'mail') take(entry.mail, entry.at);
    else if (entry.k === 'again') arrivals.arrive(entry.id, '', entry.at);
    else if (entry.k === 'event') {
      happen(entry.event, entry.id);
      untold.set(entry.event.eventId, entry.event);
    } else for (const id of entry.eventIds) untold.delete(id);

  const timers = new Set<NodeJS.Timeout>();

  /** The next step of a mail, at its time; after a restart what is overdue comes at once. */
  function goOn(id: string): void {
    const { mail, at, steps } = mails.get(id)!;
    const person = list.reads(mail.recipient);
    const step = course(person, world.random('mail', 'course', id))[steps];
    if (!step) return;
    const waitMs = Math.max(0, new Date(at).getTime() + step.afterMs - Date.now());
    const timer = setTimeout(() => {
      timers.delete(timer);
      const subscriberNo = person?.subscriberNo;
      const event: MailEvent = {
        eventId: `${id}.${step.type}`,
        type: step.type,
        messageId: mail.messageId,
        recipient: mail.recipient,
        ...(subscriberNo === undefined ? {} : { subscriberNo }),
        occurredAt: new Date().toISOString(),
        ...(step.type === 'bounced' ? { reason: bounceReason(world.random('mail', 'bounce', id)) } : {}),
      };
      publish(event, id);
      goOn(id);
    }, waitMs);
    timers.add(timer);
  }

  function publish(event: MailEvent, id?: string): void {
    journal.append({ k: 'event', ...(id === undefined ? {} : { id }), event });
    happen(event, id);
    outbox.add(event);
  }

  const pastEvent = (i: number) => {
    const daysAgo = 180 * (1 - (i + 0.5) / pastEvents);
    const at = world.asOf.getTime() - daysAgo * 86_400_000;
    return newsletterEvent(world, list, { eventId: `N${i + 1}`, issue: 1 + Math.floor((i / pastEvents) * 12), at });
  };

  /** @param given the id of the command or of the message, with or without angle brackets. */
  function statusOf(given: string): { messageId: string; status: string } | undefined {
    const id = arrivals.has(given) ? given : idOfMessage.get(`<${given.replace(/^<|>$/g, '')}>`);
    const mail = id === undefined ? undefined : mails.get(id)?.mail;
    return mail && { messageId: mail.messageId, status: arrivals.get(mail.id)?.outcome ?? 'accepted' };
  }

  const door = await openDoor({
    portFile: join(o.dataDir, 'mail.port'),
    token,
    sickness,
    routes: {
      'GET /messages/*': ({ id }) => {
        const body = statusOf(id);
        return body ? { status: 200, body } : { status: 404, body: { error: 'there is no such message' } };
      },
      'GET /subscribers': (asked) =>
        page(asked, list.listed.length, (i) => {
          const person = list.listed[i]!;
          return list.subscriber(person, leftAt.get(person.subscriberNo!));
        }),
      'GET /events': (asked) =>
        page(asked, pastEvents + events.length, (i) => (i < pastEvents ? pastEvent(i) : events[i - pastEvents]!)),
      'GET /health': () => ({ status: 200, body: { status: 'ok' } }),
    },
  });
  const smtp = await openSmtp({
    portFile: join(o.dataDir, 'smtp.port'),
    user: USER,
    password,
    sickness,
    received(mail) {
      const at = new Date().toISOString();
      if (arrivals.has(mail.id)) {
        journal.append({ k: 'again', id: mail.id, at });
        arrivals.arrive(mail.id, mail.recipient, at);
        return;
      }
      journal.append({ k: 'mail', at, mail });
      take(mail, at);
      goOn(mail.id);
    },
  });
  for (const event of untold.values()) outbox.add(event);
  for (const id of mails.keys()) goOn(id);

  return {
    name: 'mail',
    card: {
      url: door.url,
      token,
      webhookSecret,
      smtp: { host: '127.0.0.1', port: smtp.port, user: USER, password, from: 'service@firm.example' },
    },
    rows: async () => ({ subscribers: list.listed.length, events: pastEvents + events.length }),
    effects: async () => arrivals.all(),
    reached: () => reached,
    setFaults: (faults) => sickness.set(faults),
    async act() {
      if (list.willing.length === 0) return;
      publish(newsletterEvent(world, list, { eventId: `L${newsletters + 1}`, issue: 13, at: Date.now(), live: true }));
    },
    async close() {
      for (const timer of timers) clearTimeout(timer);
      await Promise.all([door.close(), smtp.close()]);
      await outbox.close();
      journal.close();
    },
  };
}
