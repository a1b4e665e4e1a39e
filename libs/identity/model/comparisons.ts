import { LEVELS, type Scale, scaleOf } from '../compare/levels.js';
import { type Kind, kindOf } from '../profile/kinds.js';

/** The comparisons that names give; every other comparison is named after its slot. */
export const NAME_COMPARISONS = ['givenName', 'surname', 'nameOrder', 'otherNames'] as const;

const NAME_SCALES: readonly Scale[] = ['word', 'word', 'order', 'rest'];

export interface ComparisonKind {
  readonly scale: Scale;
  /** Reached by many, as a phone in a family: never enough without other evidence. */
  readonly contact: boolean;
  /** A difference says nothing: a party has several, and changes them. */
  readonly plural: boolean;
  /** Rarity of the agreed value counts. */
  readonly rarity: boolean;
  /** Chance agreement is learned among candidates, as it is brought about by sharing and not by chance. */
  readonly shared: boolean;
  /** Before anything is learned. */
  readonly m: readonly number[];
  readonly u: readonly number[];
  /**
   * Share of households that have it in common, as they do a surname, an address and a phone, stated as carelessly as
   * by one person; the others differ as strangers do. 0: all as strangers. Without this third group a family is taken
   * for one person whose given name changes.
   */
  readonly household: number;
}

const of = (
  scale: Scale,
  m: readonly number[],
  u: readonly number[],
  o: Partial<Pick<ComparisonKind, 'contact' | 'plural' | 'rarity' | 'shared' | 'household'>> = {},
): ComparisonKind => {
  if (m.length !== LEVELS[scale].length || u.length !== m.length) throw new Error(`weights of ${scale}`);
  return { scale, m, u, contact: false, plural: false, rarity: false, shared: false, household: 0, ...o };
};

const WORD_M = [0.72, 0.09, 0.02, 0.02, 0.03, 0.02, 0.1];
const WORD_U = [0.008, 0.004, 0.001, 0.01, 0.012, 0.035, 0.93];
const TEXT_M = [0.72, 0.08, 0.03, 0.03, 0.03, 0.02, 0.09];
const TEXT_U = [0.01, 0.004, 0.003, 0.001, 0.01, 0.032, 0.94];

const KINDS: Record<string, ComparisonKind> = {
  givenName: of('word', WORD_M, WORD_U, { rarity: true }),
  surname: of('word', WORD_M, WORD_U, { rarity: true, household: 0.9 }),
  // Both readings are tried for every pair, so chance has both chances; what agrees is counted by the words.
  nameOrder: of('order', [0.96, 0.04], [1, 1]),
  otherNames: of('rest', [0.6, 0.2, 0.2], [0.02, 0.03, 0.95], { rarity: true }),
  birthDate: of('date', [0.88, 0.05, 0.03, 0.01, 0.01, 0.01, 0.01], [0.0001, 0.001, 0.009, 0.004, 0.03, 0.22, 0.7359], {
    // Twins.
    household: 0.03,
    rarity: true,
  }),
  phone: of('phone', [0.6, 0.03, 0.37], [0.0001, 0.00001, 0.99989], {
    household: 0.95,
    contact: true,
    plural: true,
    shared: true,
  }),
  email: of('email', [0.6, 0.06, 0.04, 0.02, 0.28], [0.00001, 0.00001, 0.0001, 0.001, 0.99888], {
    household: 0.13,
    contact: true,
    plural: true,
    shared: true,
  }),
  idNumber: of('identifier', [0.92, 0.04, 0.01, 0.03], [0.00001, 0.0001, 0.001, 0.99889], { shared: true }),
  oneCode: of('identifier', [0.8, 0.02, 0.01, 0.17], [0.00001, 0.0002, 0.003, 0.99679], { plural: true, shared: true }),
  device: of('identifier', [0.3, 0.01, 0.01, 0.68], [0.0001, 0.0001, 0.001, 0.9988], {
    household: 0.67,
    contact: true,
    plural: true,
    shared: true,
  }),
  street: of('text', TEXT_M, TEXT_U, { rarity: true, household: 0.92 }),
  place: of('text', TEXT_M, TEXT_U, { rarity: true, household: 0.92 }),
  postcode: of('postcode', [0.75, 0.06, 0.06, 0.03, 0.1], [0.005, 0.01, 0.02, 0.03, 0.935], {
    rarity: true,
    household: 0.92,
  }),
  sex: of('same', [0.98, 0.02], [0.5, 0.5]),
  // Few are many people's.
  occupation: of('text', TEXT_M, [0.08, 0.005, 0.004, 0.001, 0.01, 0.03, 0.87], { rarity: true }),
  other: of('text', TEXT_M, TEXT_U, { rarity: true }),
};

export function isNameComparison(comparison: string): boolean {
  return (NAME_COMPARISONS as readonly string[]).includes(comparison);
}

export function comparisonKind(comparison: string): ComparisonKind {
  if (isNameComparison(comparison)) return KINDS[comparison]!;
  return KINDS[kindOf(comparison) satisfies Kind] ?? KINDS['other']!;
}

export function scaleOfComparison(comparison: string): Scale {
  const i = (NAME_COMPARISONS as readonly string[]).indexOf(comparison);
  return i >= 0 ? NAME_SCALES[i]! : scaleOf(kindOf(comparison));
}
