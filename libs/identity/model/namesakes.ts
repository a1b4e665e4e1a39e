import { wholeName } from '../compare/rarity.js';
import type { Subject } from '../compare/value.js';
import type { Frequencies } from './model.js';
import { partiesAmong } from './parties.js';
import type { Scorer } from './scorer.js';
import type { Steps } from './steps.js';

const MOST_LISTED = 20_000;

/**
 * How many parties bear the same whole name. The words of a name depend on one another (an English given name has an
 * English surname), so whole names are counted as such; and over parties, not over records, which one party has several
 * of. Which records of namesakes are one party is asked of a model for which a name alone joins nobody.
 */
export function* countNamesakes(subjects: readonly Subject[], scorer: Scorer): Steps<Frequencies> {
  const holders = new Map<string, number[]>();
  for (const [node, s] of subjects.entries()) {
    const names = new Set(s.names.flatMap((n) => wholeName(n) ?? []));
    for (const name of names) {
      const of = holders.get(name);
      if (of) of.push(node);
      else holders.set(name, [node]);
    }
  }
  let total = 0;
  const counted: [string, number][] = [];
  for (const [name, of] of holders) {
    const parties = of.length < 2 ? 1 : partiesAmong(of, subjects, scorer);
    if (of.length > 1) yield;
    total += parties;
    if (parties > 1) counted.push([name, parties]);
  }
  counted.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return {
    total,
    shares: Object.fromEntries(counted.slice(0, MOST_LISTED).map(([name, n]) => [name, n / total])),
    rest: 1 / Math.max(1, total),
  };
}
