import type { Person, Random } from './people/person.js';
import { pick } from './people/random.js';

/** The client number in a system that does not need it: clean, with blanks, a placeholder, or often not there at all. */
export function knownCustomerNo(person: Person, random: Random): string | undefined {
  const at = random();
  if (at < 0.52) return person.customerNo;
  if (at < 0.57) return ` ${person.customerNo} `;
  return at < 0.62 ? pick(['000000', '无', ''], random) : undefined;
}
