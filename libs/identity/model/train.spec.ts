import { describe, expect, it } from '@jest/globals';
import { Population } from '../bulk/population.js';
import { resolvePopulation } from '../bulk/resolve-all.js';
import type { Kind } from '../profile/kinds.js';
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

  it('learns from a sample of the parties what holds for all of them', () => {
    const whole = trainOn(register(9000, 1800));
    const sample = trainOn(register(3000, 600), { share: 1 / 3 });
    expect(Math.abs(sample.prior - whole.prior)).toBeLessThan(0.7);
    expect(trainOn(register(3000, 600)).prior - whole.prior).toBeGreaterThan(1);
  });

  it('tells families from persons by their given names, where nothing else tells them apart', () => {
    const random = seededRandom(11);
    const some = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!;
    const people = new Population();
    const personOf: number[] = [];
    let persons = 0;
    const stated = (person: number, values: [Kind, string][]) => {
      people.add(profileOf({ values: values.map(([kind, text]) => ({ kind, text })) }));
      personOf.push(person);
    };
    for (let home = 0; home < 700; home++) {
      const street = `${some(['文三路', '中山路', '建国路', '天府大道'])}${100 + home}号${1 + Math.floor(random() * 30)}室`;
      const phone = `139${String(10_000_000 + Math.floor(random() * 89_999_999))}`;
      const surname = some([...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗']);
      const given = [...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平'].sort(() => random() - 0.5);
      for (let member = 0; member < 3; member++) {
        persons++;
        const name: [Kind, string] = ['fullName', `${surname}${given[2 * member]}${given[2 * member + 1]}`];
        stated(persons, [name, ['street', street], ['phone', phone]]);
        if (random() < 0.4) stated(persons, random() < 0.5 ? [name, ['street', street]] : [name, ['phone', phone]]);
      }
    }
    const { clientOf } = resolvePopulation(people, trainOn(people));
    let [right, wrong] = [0, 0];
    for (let a = 0; a < people.size; a++)
      for (let b = a + 1; b < Math.min(people.size, a + 12); b++)
        if (clientOf[a] === clientOf[b]) {
          if (personOf[a] === personOf[b]) right++;
          else wrong++;
        }
    expect(right).toBeGreaterThan(0.9 * (people.size - persons));
    expect(wrong).toBeLessThan(right / 50);
  });
});
