import type { Words } from '#platform';
import { type Calibration, probabilityOf } from '../model/model.js';
import { type Share, shareOf } from './measured.js';
import type { Stratum } from './strata.js';

export const ANSWERS = ['same', 'different', 'cannot_tell'] as const;
export type Answer = (typeof ANSWERS)[number];

/** A pair as its result needs it. */
export interface AnsweredPair {
  readonly bits: number;
  readonly stratum: number;
  readonly answer: Answer | null;
  readonly gone: boolean;
}

export interface StratumResult extends Stratum {
  readonly same: number;
  readonly different: number;
  readonly cannotTell: number;
  readonly gone: number;
  readonly open: number;
  /** Mean probability of the pairs of which people could tell. */
  readonly expected: number | null;
  readonly found: Share | null;
}

export interface AuditResult {
  readonly strata: readonly StratumResult[];
  /** Pairs at or above the threshold of a link. */
  readonly links: {
    readonly pairs: number;
    readonly told: number;
    readonly expected: number | null;
    /** Null when too few were told. */
    readonly found: Share | null;
  };
  readonly text: Words;
}

/** Fewer pairs above the threshold than this tell no precision worth a figure. */
export const LEAST_TOLD = 30;

/** What people found, beside what the model expected of the same pairs. */
export function resultOf(
  strata: readonly Stratum[],
  pairs: readonly AnsweredPair[],
  link: number,
  c: Calibration,
): AuditResult {
  const results = strata.map((s, i): StratumResult => {
    const here = pairs.filter((p) => p.stratum === i);
    const count = (answer: Answer) => here.filter((p) => p.answer === answer).length;
    const [same, different] = [count('same'), count('different')];
    const told = here.filter((p) => p.answer === 'same' || p.answer === 'different');
    const unanswered = here.filter((p) => p.answer === null);
    return {
      ...s,
      same,
      different,
      cannotTell: count('cannot_tell'),
      gone: unanswered.filter((p) => p.gone).length,
      open: unanswered.filter((p) => !p.gone).length,
      expected: told.length === 0 ? null : mean(told.map((p) => probabilityOf(p.bits, c))),
      found: shareOf([{ pairs: s.pairs, same, different }]) ?? null,
    };
  });
  const above = results.filter((s) => s.from >= link);
  const told = above.reduce((n, s) => n + s.same + s.different, 0);
  const links = {
    pairs: above.reduce((n, s) => n + s.pairs, 0),
    told,
    expected: told < LEAST_TOLD ? null : expectedOf(above),
    found: told < LEAST_TOLD ? null : (shareOf(above) ?? null),
  };
  return { strata: results, links, text: textOf(links) };
}

function expectedOf(strata: readonly StratumResult[]): number {
  const known = strata.filter((s) => s.expected !== null);
  const pairs = known.reduce((n, s) => n + s.pairs, 0);
  return known.reduce((sum, s) => sum + (s.pairs / pairs) * s.expected!, 0);
}

function mean(list: readonly number[]): number {
  return list.reduce((sum, x) => sum + x, 0) / list.length;
}

function textOf({ told, expected, found }: AuditResult['links']): Words {
  if (found === null || expected === null)
    return {
      en: `Too few answers: of pairs at or above the threshold of a link ${told} were told "same" or "different"; ${LEAST_TOLD} are needed.`,
      zh: `答案过少：达到合并阈值的客户对中仅 ${told} 对有“同一”或“不同”的答案，至少需要 ${LEAST_TOLD} 对。`,
    };
  const [share, low, high, hoped] = [found.share, found.low, found.high, expected].map(percent);
  return {
    en: `Of the pairs at or above the threshold of a link ${share} are one party (95 % interval ${low} to ${high}); ${hoped} were expected.`,
    zh: `达到合并阈值的客户对中 ${share} 为同一客户（95% 置信区间 ${low} 至 ${high}）；预期为 ${hoped}。`,
  };
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(share > 0.99 ? 2 : 1))}%`;
}
