import type { Subject } from '../compare/value.js';
import { comparisonKind } from './comparisons.js';
import { partiesAmong } from './parties.js';
import type { Scorer } from './scorer.js';
import type { Steps } from './steps.js';

/** A phone of so many parties is no family's: a branch's, an agent's, or made up by whoever had to type one. */
const SHARED_BY = 6;

/**
 * Contact points that many different parties state, by slot: no evidence of who anybody is. Which records are one party
 * is asked of the model, so that one party of many records does not make its own phone worthless.
 */
export function* findHotValues(
  subjects: readonly Subject[],
  slots: readonly string[],
  scorer: Scorer,
): Steps<Record<string, readonly string[]>> {
  const hot: Record<string, readonly string[]> = {};
  for (const [i, slot] of slots.entries()) {
    if (!comparisonKind(slot).contact) continue;
    const holders = new Map<string, number[]>();
    for (const [node, s] of subjects.entries())
      for (const v of s.slots[i] ?? []) {
        const of = holders.get(v.text);
        if (of) of.push(node);
        else holders.set(v.text, [node]);
      }
    yield;
    const found: string[] = [];
    for (const [text, of] of holders) {
      if (of.length < SHARED_BY) continue;
      if (partiesAmong(of, subjects, scorer) >= SHARED_BY) found.push(text);
      yield;
    }
    if (found.length > 0) hot[slot] = found.sort();
  }
  return hot;
}
