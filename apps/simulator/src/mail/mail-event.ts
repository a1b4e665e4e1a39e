import type { Person, Random, World } from '../people/person.js';
import { pick } from '../people/random.js';
import type { MailingList } from './mailing-list.js';

export type MailEventType = 'sent' | 'delivered' | 'bounced' | 'opened' | 'clicked' | 'unsubscribed' | 'complained';

export interface MailEvent {
  readonly eventId: string;
  readonly type: MailEventType;
  /** With its angle brackets. */
  readonly messageId: string;
  readonly recipient: string;
  readonly subscriberNo?: string;
  readonly occurredAt: string;
  /** Why it bounced, in the words of the other server. */
  readonly reason?: string;
}

const BOUNCES = [
  '550 5.1.1 The email account that you tried to reach does not exist',
  '550 5.1.1 User unknown in virtual mailbox table',
  '552 5.2.2 The mailbox is full',
  '554 5.7.1 Message rejected as spam',
  '550 Mailbox not found or access denied',
  '550 5.4.1 Recipient address rejected: Access denied',
];

/**
 * What becomes of a mail: each step and how many milliseconds after the mail was handed in. Of a hundred, 92 are
 * delivered (35 % of these are opened, 30 % of those clicked), 6 bounce, and 2 are delivered and answered by opting out
 * or by a complaint. Nobody behind the address: it bounces.
 */
export function course(person: Person | undefined, random: Random): { type: MailEventType; afterMs: number }[] {
  const draw = person?.draws.mail ?? 0.93;
  const types: MailEventType[] = ['sent'];
  if (draw >= 0.92 && draw < 0.98) types.push('bounced');
  else {
    types.push('delivered');
    if (draw < 0.92 * 0.35) types.push('opened');
    if (draw < 0.92 * 0.35 * 0.3) types.push('clicked');
    if (draw >= 0.98) types.push(draw < 0.995 ? 'unsubscribed' : 'complained');
  }
  let afterMs = 0;
  return types.map((type, i) => ({ type, afterMs: (afterMs += i === 0 ? 0 : 200 + random() * 1300) }));
}

export function bounceReason(random: Random): string {
  return pick(BOUNCES, random);
}

/** Of a newsletter; the shares are those of all events, not of one mail's. */
const NEWSLETTER_SHARES: readonly (readonly [MailEventType, number])[] = [
  ['sent', 0.3],
  ['delivered', 0.4],
  ['opened', 0.17],
  ['clicked', 0.06],
  ['bounced', 0.04],
  ['unsubscribed', 0.02],
  ['complained', 0.01],
];

/** Something that became of a newsletter; it follows from the seed and its id. `at` is in milliseconds. */
export function newsletterEvent(
  world: World,
  list: MailingList,
  o: { eventId: string; issue: number; at: number; live?: true },
): MailEvent {
  const random = world.random('mail', 'newsletter', o.eventId);
  const draw = random();
  let upTo = 0;
  let type = NEWSLETTER_SHARES.find(([, share]) => draw < (upTo += share))?.[0] ?? 'sent';
  // Only those who opted out have ever done so; nobody opts out of a live newsletter.
  let left = type === 'unsubscribed' || type === 'complained';
  if (left && (o.live || list.optedOut.length === 0)) {
    type = 'delivered';
    left = false;
  }
  const person = pick(left ? list.optedOut : list.willing, random);
  return {
    eventId: o.eventId,
    type,
    messageId: `<newsletter-${o.issue}.${person.subscriberNo}@mail.firm.example>`,
    recipient: person.email!,
    subscriberNo: person.subscriberNo!,
    occurredAt: new Date(o.at).toISOString(),
    ...(type === 'bounced' ? { reason: bounceReason(random) } : {}),
  };
}
