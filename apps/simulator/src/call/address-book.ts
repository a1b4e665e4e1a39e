import { knownCustomerNo } from '../known-customer-no.js';
import { dirtyPhone } from '../people/dirty.js';
import type { Person, World } from '../people/person.js';
import { asRecorded, spelt } from '../people/recorded.js';

export interface Contact {
  readonly contactNo: string;
  readonly name: string;
  readonly phone: string;
  readonly customerNo?: string;
  readonly updatedAt: string;
}

/** Whom the call centre knows, as its agents typed them in, and who answers at a number. */
export class AddressBook {
  /** Those in the address book. */
  readonly listed: readonly Person[];
  private readonly byPhone = new Map<string, Person[]>();

  constructor(private readonly world: World) {
    this.listed = world.people.filter((p) => p.contactNo !== undefined);
    for (const person of world.people)
      if (person.mobile !== undefined) {
        const family = this.byPhone.get(person.mobile);
        if (family) family.push(person);
        else this.byPhone.set(person.mobile, [person]);
      }
  }

  /** Follows from the seed: the same whenever it is asked. */
  contact(person: Person): Contact {
    const random = this.world.random('call', 'contact', person.index);
    const customerNo = knownCustomerNo(person, random);
    const recorded = asRecorded(this.world, person, 'contact');
    return {
      contactNo: person.contactNo!,
      name: spelt(recorded, random),
      phone: dirtyPhone(recorded.mobile, random),
      ...(customerNo === undefined ? {} : { customerNo }),
      updatedAt: new Date(this.world.asOf.getTime() - Math.floor(random() * 400 * 86_400_000)).toISOString(),
    };
  }

  /** Who picks up: in a family that shares a phone, the one who is asked for. Undefined where nobody has the number. */
  whoAnswers(phone: string, name: string): Person | undefined {
    const family = this.byPhone.get(phone.normalize('NFKC').replaceAll(/\D/g, '').slice(-11));
    return family?.find((p) => name.includes(p.name)) ?? family?.[0];
  }
}
