import { describe, expect, it } from '@jest/globals';
import { LEVELS } from '../compare/levels.js';
import { NAME_COMPARISONS } from '../model/comparisons.js';
import { KINDS } from '../profile/kinds.js';
import { comparisonWords, levelWords } from './texts.js';

describe('the words of the evidence', () => {
  it.each(Object.values(LEVELS).flat())('are there for the level %s', (level) => {
    expect(levelWords(level).zh).toMatch(/\p{Script=Han}/u);
  });

  it.each([...NAME_COMPARISONS, ...KINDS, 'prior', 'guard', 'relatives', 'party'])('are there for %s', (comparison) => {
    expect(comparisonWords(comparison).zh).toMatch(/\p{Script=Han}/u);
  });
});
