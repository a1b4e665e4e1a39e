import { describe, expect, it } from '@jest/globals';
import { Population } from '../bulk/population.js';
import { resolvePopulation } from '../bulk/resolve-all.js';
import { profileOf } from '../profile/profile.js';
import { seededRandom } from './random.js';
import { trainOn } from './train.js';

const GIVEN = 'anna bernd carla dieter elke frank gerda heinz ingrid jens karin lars maria nils olga peter'.split(' ');
const SURNAMES = 'abel braun conrad dorn engel fuchs geiger horn jahn keller lang maurer noll otto pohl roth'.split(
  ' ',
);

/** People of whom nothing is known but a name and a date of birth, and some of them twice, with a slip in the date. */
function register(people: number, twice: number): Population {
  const random = seededRandom(7);
  const some = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!;
  const digits = (n: number, of: number) => String(1 + Math.floor(random() * of)).padStart(n, '0');
  const out = new Population();
  for (let i = 0; i < people; i++) {
    const [givenName, surname] = [some(GIVEN), some(SURNAMES)];
    const [year, month, day] = [String(1930 + Math.floor(random() * 70)), digits(2, 12), digits(2, 28)];
    const stated = (born: string) =>
      out.add(
        profileOf({
          values: [
            { kind: 'givenName', text: givenName },
            { kind: 'surname', text: surname },
            { kind: 'birthDate', text: born },
          ],
        }),
      );
    stated(`${year}-${month}-${day}`);
    if (i >= twice) continue;
    const slip = String((Number(year.at(-1)) + 1 + Math.floor(random() * 8)) % 10);
    stated(`${year.slice(0, 3)}${slip}-${month}-${day}`);
  }
  return out;
}

describe('a trained model', () => {
  it('learns that a slip in the only thing beside the name is a slip', () => {
    const people = register(3000, 300);
    const { clientOf, clients } = resolvePopulation(people, trainOn(people));
    let together = 0;
    for (let i = 0; i < 300; i++) if (clientOf[2 * i] === clientOf[2 * i + 1]) together++;
    // Namesakes whose dates are as alike by chance are few, and nobody could tell them apart.
    const wrong = people.size - clients - together;
    expect(together).toBeGreaterThan(270);
    expect(wrong).toBeLessThan(together / 6);
  });
});
