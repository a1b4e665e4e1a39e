import { knownCustomerNo } from '../known-customer-no.js';
import { dirtyEmail } from '../people/dirty.js';
import type { Person, World } from '../people/person.js';
import { asRecorded, spelt } from '../people/recorded.js';

export interface Subscriber {
  readonly subscriberNo: string;
  readonly email: string;
  readonly name: string;
  readonly customerNo?: string;
  readonly consent: 'yes' | 'no';
  readonly updatedAt: string;
}

/** Who subscribed, as they typed themselves in, and who reads mail at an address. */
export class MailingList {
  readonly listed: readonly Person[];
  /** Those who want mail as history ends, and those who do not. */
  readonly willing: readonly Person[];
  readonly optedOut: readonly Person[];
  private readonly byEmail: ReadonlyMap<string, Person>;

  constructor(private readonly world: World) {
    this.byEmail = new Map(world.people.flatMap((p) => (p.email === undefined ? [] : [[p.email.toLowerCase(), p]])));
    this.listed = world.people.filter((p) => p.subscriberNo !== undefined);
    this.willing = this.listed.filter((p) => this.consents(p));
    this.optedOut = this.listed.filter((p) => !this.consents(p));
  }

  reads(address: string): Person | undefined {
    return this.byEmail.get(address.toLowerCase());
  }

  /** @param leftAt when the person opted out of a mail of ours, if so. */
  subscriber(person: Person, leftAt: string | undefined): Subscriber {
    const random = this.world.random('mail', 'subscriber', person.index);
    const customerNo = knownCustomerNo(person, random);
    const recorded = asRecorded(this.world, person, 'subscriber');
    const typedAt = new Date(this.world.asOf.getTime() - Math.floor(random() * 400 * 86_400_000)).toISOString();
    return {
      subscriberNo: person.subscriberNo!,
      email: dirtyEmail(recorded.email, random),
      name: spelt(recorded, random),
      ...(customerNo === undefined ? {} : { customerNo }),
      consent: leftAt === undefined && this.consents(person) ? 'yes' : 'no',
      updatedAt: leftAt ?? typedAt,
    };
  }

  private consents(person: Person): boolean {
    return this.world.random('mail', 'consent', person.index)() < 0.92;
  }
}
