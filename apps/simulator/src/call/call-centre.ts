import { join } from 'node:path';
import { Arrivals } from '../arrivals.js';
import { Journal } from '../journal.js';
import type { HubAddress, ReachingPeer } from '../peer.js';
import type { World } from '../people/person.js';
import { credential } from '../wire/credential.js';
import { type Answer, type Asked, BadRequest, jsonObject, openDoor, textOf } from '../wire/http-door.js';
import { Outbox } from '../wire/outbox.js';
import { page } from '../wire/page.js';
import { Sickness } from '../wire/sickness.js';
import { AddressBook } from './address-book.js';
import { agentOf, type Call, inboundCall, pastCall, reaches, taskCall } from './call.js';

interface Task {
  readonly id: string;
  readonly phone: string;
  readonly name: string;
  readonly agent: string;
}

type Entry =
  | { readonly k: 'task'; readonly at: string; readonly task: Task }
  | { readonly k: 'again'; readonly at: string; readonly id: string }
  | { readonly k: 'ended'; readonly call: Call }
  | { readonly k: 'told'; readonly callId: string };

const PAST_CALLS_PER_CLIENT = 0.2;

/**
 * The call centre: HTTP in, signed webhooks out. A task is one call, however often it comes; agents make the calls by
 * themselves, and how each ends follows from whom it calls. Tasks, calls and what the hub has not yet taken survive a
 * restart. A call counts, and stands in `GET /calls`, from the moment it has ended.
 *
 * @param o.agents who make one call at a time.
 * @param o.mostWaiting tasks that may wait for an agent; further ones get 429.
 */
export async function startCallCentre(o: {
  world: World;
  dataDir: string;
  hub: () => HubAddress | undefined;
  agents?: number;
  mostWaiting?: number;
}): Promise<ReachingPeer> {
  const { world, agents = 300, mostWaiting = 5000 } = o;
  const book = new AddressBook(world);
  const token = credential(world, 'call', 'token');
  const webhookSecret = credential(world, 'call', 'webhook');
  const pastCalls = book.listed.length === 0 ? 0 : Math.round(world.people.length * PAST_CALLS_PER_CLIENT);
  const sickness = new Sickness(world.random('call', 'faults'));
  const { journal, past } = Journal.open<Entry>(join(o.dataDir, 'call.jsonl'));

  const arrivals = new Arrivals();
  const tasks = new Map<string, Task>();
  const undone = new Set<string>();
  const reached = new Set<number>();
  const calls: Call[] = [];
  let inbound = 0;

  const outbox = new Outbox<Call>({
    target: () => {
      const hub = o.hub();
      return hub && hub.url + hub.callWebhook;
    },
    secret: webhookSecret,
    random: world.random('call', 'outbox'),
    lanes: 16,
    batch: 1,
    body: ([call]) => call,
    accepted: ([call]) => call && journal.append({ k: 'told', callId: call.callId }),
    again: (call) => world.random('call', 'again', call.callId)() < 0.03,
  });

  function take(task: Task, at: string): void {
    arrivals.arrive(task.id, task.phone, at);
    tasks.set(task.id, task);
    undone.add(task.id);
  }

  function end(call: Call): void {
    calls.push(call);
    if (call.taskId === undefined) {
      inbound++;
      return;
    }
    undone.delete(call.taskId);
    arrivals.ended(call.taskId, call.disposition);
    const person = book.whoAnswers(call.phone, tasks.get(call.taskId)!.name);
    if (person && reaches(call.disposition)) reached.add(person.index);
  }

  const untold = new Map<string, Call>();
  for (const entry of past)
    if (entry.k === 'task') take(entry.task, entry.at);
    else if (entry.k === 'again') arrivals.arrive(entry.id, '', entry.at);
    else if (entry.k === 'ended') {
      end(entry.call);
      untold.set(entry.call.callId, entry.call);
    } else untold.delete(entry.callId);

  const queue = Array.from(undone, (id) => tasks.get(id)!);
  const busy = new Set<NodeJS.Timeout>();

  function assign(): void {
    while (busy.size < agents && queue.length > 0) {
      const task = queue.shift()!;
      const startedAt = Date.now();
      const agent = setTimeout(
        () => {
          busy.delete(agent);
          finish(taskCall(book, task, book.whoAnswers(task.phone, task.name), startedAt, Date.now()));
          assign();
        },
        300 + world.random('call', 'length', task.id)() * 1700,
      );
      busy.add(agent);
    }
  }

  function finish(call: Call): void {
    journal.append({ k: 'ended', call });
    end(call);
    outbox.add(call);
  }

  function postTask(asked: Asked): Answer {
    const body = jsonObject(asked.body);
    const id = textOf(body, 'taskId', 'needed');
    const phone = textOf(body, 'phone', 'needed');
    if (phone.replaceAll(/\D/g, '').length < 5) throw new BadRequest('phone', '"phone" is no phone number');
    const name = textOf(body, 'name', 'optional');
    textOf(body, 'script', 'optional');
    const agent = textOf(body, 'agent', 'optional') || agentOf(world.random('call', 'agent', id));
    const at = new Date().toISOString();
    if (arrivals.has(id)) {
      journal.append({ k: 'again', id, at });
      arrivals.arrive(id, phone, at);
      return { status: 200, body: { taskId: id, status: undone.has(id) ? 'queued' : 'ended', duplicate: true } };
    }
    if (busy.size >= agents && queue.length >= mostWaiting)
      return { status: 429, body: { error: 'too many tasks are waiting' }, headers: { 'retry-after': '1' } };
    const task: Task = { id, phone, name, agent };
    journal.append({ k: 'task', at, task });
    take(task, at);
    queue.push(task);
    assign();
    return { status: 202, body: { taskId: id, status: 'queued' } };
  }

  const door = await openDoor({
    portFile: join(o.dataDir, 'call.port'),
    token,
    sickness,
    routes: {
      'POST /tasks': postTask,
      'GET /calls': (asked) =>
        page(asked, pastCalls + calls.length, (i) =>
          i < pastCalls ? pastCall(world, book, i, pastCalls) : calls[i - pastCalls]!,
        ),
      'GET /contacts': (asked) => page(asked, book.listed.length, (i) => book.contact(book.listed[i]!)),
      'GET /health': () => ({ status: 200, body: { status: 'ok' } }),
    },
  });
  for (const call of untold.values()) outbox.add(call);
  assign();

  return {
    name: 'call',
    card: { url: door.url, token, webhookSecret },
    rows: async () => ({ calls: pastCalls + calls.length, contacts: book.listed.length }),
    effects: async () => arrivals.all(),
    reached: () => reached,
    setFaults: (faults) => sickness.set(faults),
    async act() {
      if (book.listed.length > 0) finish(inboundCall(world, book, inbound, Date.now()));
    },
    async close() {
      for (const agent of busy) clearTimeout(agent);
      await door.close();
      await outbox.close();
      journal.close();
    },
  };
}
