import type { ReviewPair } from '../api/generated/hub.schemas.js';

const OF_TWO = [
  { verdict: 'same', word: 'same', key: 's' },
  { verdict: 'different', word: 'different', key: 'd' },
  { verdict: 'later', word: 'later', key: 'l' },
] as const;
const OF_A_RECORD = [
  { verdict: 'different', word: 'stays', key: 'd' },
  { verdict: 'moves', word: 'moves', key: 'm' },
  { verdict: 'same', word: 'allOne', key: 's' },
  { verdict: 'later', word: 'later', key: 'l' },
] as const;

/** What can be said of a pair, with its words and keys, and which of it is previewed. */
export function answersTo(pair: Pick<ReviewPair, 'cause'>) {
  return pair.cause === 'contested_record'
    ? ({ answers: OF_A_RECORD, previewed: 'moves' } as const)
    : ({ answers: OF_TWO, previewed: 'same' } as const);
}
