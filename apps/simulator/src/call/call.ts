import type { Person, Random, World } from '../people/person.js';
import { pick } from '../people/random.js';
import type { AddressBook } from './address-book.js';

export type Disposition = 'ANSWERED' | 'INTERESTED' | 'REFUSED' | 'NO_ANSWER' | 'BUSY' | 'INVALID_NUMBER';

/** A call that has ended, as it stands in the history and goes to the hub. */
export interface Call {
  readonly event: 'call.ended';
  readonly eventId: string;
  readonly callId: string;
  /** The hub's id of the call, when the hub asked for it. */
  readonly taskId?: string;
  readonly phone: string;
  readonly customerNo?: string;
  readonly contactNo?: string;
  readonly disposition: Disposition;
  readonly agent: string;
  readonly startedAt: string;
  readonly endedAt: string;
  /** Spoken seconds. */
  readonly seconds: number;
}

const SHARES: readonly (readonly [Disposition, number])[] = [
  ['ANSWERED', 0.45],
  ['INTERESTED', 0.1],
  ['REFUSED', 0.1],
  ['NO_ANSWER', 0.25],
  ['BUSY', 0.07],
  ['INVALID_NUMBER', 0.03],
];
const SPOKEN = new Set<Disposition>(['ANSWERED', 'INTERESTED', 'REFUSED']);

/** @param draw in [0, 1). */
export function dispositionOf(draw: number): Disposition {
  let upTo = 0;
  return SHARES.find(([, share]) => draw < (upTo += share))?.[0] ?? 'INVALID_NUMBER';
}

/** Whether somebody was spoken to. */
export function reaches(disposition: Disposition): boolean {
  return SPOKEN.has(disposition);
}

/** One of the past: they lie evenly over half a year before `asOf`, oldest first, and follow from the seed. */
export function pastCall(world: World, book: AddressBook, index: number, of: number): Call {
  const random = world.random('call', 'past', index);
  const disposition = dispositionOf(random());
  const daysAgo = 180 * (1 - (index + random() * 0.9) / of);
  const startedAt = world.asOf.getTime() - daysAgo * 86_400_000;
  return {
    ...ended(`C${String(index + 1).padStart(8, '0')}`),
    ...caller(book, pick(book.listed, random)),
    disposition,
    agent: agentOf(random),
    ...times(startedAt, reaches(disposition) ? 20 + Math.floor(random() ** 2 * 580) : 0),
  };
}

/** A client calls in, now; the call has just ended. */
export function inboundCall(world: World, book: AddressBook, index: number, now: number): Call {
  const random = world.random('call', 'inbound', index);
  const disposition = random() < 0.92 ? 'ANSWERED' : 'NO_ANSWER';
  const seconds = disposition === 'ANSWERED' ? 30 + Math.floor(random() * 270) : 0;
  return {
    ...ended(`I${String(index + 1).padStart(8, '0')}`),
    ...caller(book, pick(book.listed, random)),
    disposition,
    agent: agentOf(random),
    ...times(now - seconds * 1000, seconds),
  };
}

/** The call that the hub asked for. In the pretend firm a second of the clock is a hundred spoken ones. */
export function taskCall(
  book: AddressBook,
  task: { id: string; phone: string; agent: string },
  person: Person | undefined,
  startedAt: number,
  now: number,
): Call {
  const disposition = person ? dispositionOf(person.draws.call) : 'INVALID_NUMBER';
  return {
    ...ended(`T-${task.id}`),
    taskId: task.id,
    ...(person?.contactNo === undefined ? {} : caller(book, person)),
    phone: task.phone,
    disposition,
    agent: task.agent,
    startedAt: new Date(startedAt).toISOString(),
    endedAt: new Date(now).toISOString(),
    seconds: reaches(disposition) ? Math.max(1, Math.round((now - startedAt) / 10)) : 0,
  };
}

export function agentOf(random: Random): string {
  return `A${String(1 + Math.floor(random() * 300)).padStart(3, '0')}`;
}

function ended(callId: string) {
  return { event: 'call.ended' as const, eventId: `ended-${callId}`, callId };
}

/** What the address book says of who called; the number shown is the true one. */
function caller(book: AddressBook, person: Person) {
  const { contactNo, customerNo, phone } = book.contact(person);
  return { phone: person.mobile ?? phone, ...(customerNo === undefined ? {} : { customerNo }), contactNo };
}

function times(startedAt: number, seconds: number) {
  return {
    startedAt: new Date(startedAt).toISOString(),
    endedAt: new Date(startedAt + seconds * 1000).toISOString(),
    seconds,
  };
}
