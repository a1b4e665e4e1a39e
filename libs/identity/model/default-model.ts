import { comparisonKind, NAME_COMPARISONS } from './comparisons.js';
import type { ComparisonModel, MatchModel } from './model.js';
import { type Kind, KINDS } from '../profile/kinds.js';

const NAMES: readonly Kind[] = ['givenName', 'surname', 'fullName', 'partyKind'];

const COMPARED = [...NAME_COMPARISONS, ...KINDS.filter((k) => !NAMES.includes(k))];

/** Serves a firm that has not trained one of its own. */
export const DEFAULT_MODEL: MatchModel = {
  format: 1,
  version: 'default-2',
  prior: -14,
  related: -15,
  comparisons: COMPARED.map((comparison): ComparisonModel => {
    const { m, u } = comparisonKind(comparison);
    return { comparison, m, u };
  }),
  frequencies: {},
  // What a brokerage's systems state, and what it costs to find them by: see `chooseBlocking` for a model of one's own.
  blocking: ['born', 'device', 'email', 'idNumber', 'mailbox', 'names', 'oneCode', 'phone', 'tail'],
  hot: {},
  thresholds: { link: 0.5, review: 0.25, contradictBits: -12 },
  calibration: { scale: 0.88, offset: 1.5 },
  limits: {
    block: 30,
    cluster: 500,
    diameter: 6,
    // Far from what a client has, near enough to stop what a wrong column or a lent number makes of many.
    values: { phone: 20, email: 20, idNumber: 10, oneCode: 10, customer_no: 20 },
  },
};
