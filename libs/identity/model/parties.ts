import type { Subject } from '../compare/value.js';
import type { Scorer } from './scorer.js';

/** Of the holders of one value so many are held against each other; they speak for the others. */
const MOST_HOLDERS = 60;

/** How many parties the holders of one value are, by the evidence between any two of them. */
export function partiesAmong(holders: readonly number[], subjects: readonly Subject[], scorer: Scorer): number {
  const step = Math.max(1, holders.length / MOST_HOLDERS);
  const some = Array.from({ length: Math.min(holders.length, MOST_HOLDERS) }, (_, i) => holders[Math.floor(i * step)]!);
  const party = some.map((_, i) => i);
  let parties = some.length;
  for (let i = 0; i < some.length; i++)
    for (let j = i + 1; j < some.length; j++) {
      if (party[i] === party[j] || scorer.scan(subjects[some[i]!]!, subjects[some[j]!]!) < scorer.linkBits) continue;
      const [gone, into] = [party[j]!, party[i]!];
      for (let k = 0; k < some.length; k++) if (party[k] === gone) party[k] = into;
      parties--;
    }
  return Math.round((parties * holders.length) / some.length);
}
