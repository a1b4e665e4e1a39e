import type { Person, Random } from '../people/person.js';

/** One account on one day, in yuan. */
export interface Snapshot {
  readonly daysBefore: number;
  readonly total: number;
}

/**
 * What a person has at the counter over time.
 *
 * Those planted, and those who nearly are, had `high` until 30 days before and have `low` now, with margins: the
 * picture is the same when the day changes while the firm runs. All their assets stand in one account and none is
 * borrowed. Nobody else lost more than a fifth.
 */
export function snapshots(person: Person, r: Random): Snapshot[] {
  if (person.atRisk || person.nearMiss !== undefined) {
    const [high, kept] = plantedAssets(person, r);
    const share = (part: number) => high * (1 - (1 - kept) * part);
    return [
      { daysBefore: 33, total: high },
      { daysBefore: 30, total: high },
      { daysBefore: 24, total: share(0.15) },
      { daysBefore: 12, total: share(0.8) },
      { daysBefore: 1, total: share(1) },
    ];
  }
  const then = 60_000 * Math.exp(1.3 * normal(r));
  return [
    { daysBefore: 30, total: then },
    { daysBefore: 1, total: then * (0.82 + 0.43 * r()) },
  ];
}

/** What there was, and the share that is left. */
function plantedAssets(person: Person, r: Random): [high: number, kept: number] {
  const high = 560_000 * (1 + 7 * r() ** 3);
  const kept = 0.12 + 0.5 * r();
  switch (person.nearMiss) {
    case 'drawdown':
      return [high, 0.71 + 0.03 * r()];
    case 'small':
      return [300_000 + 190_000 * r(), kept];
    default:
      return [high, kept];
  }
}

/** A normal number, by Box and Muller. */
function normal(r: Random): number {
  return Math.sqrt(-2 * Math.log(1 - r())) * Math.cos(2 * Math.PI * r());
}
