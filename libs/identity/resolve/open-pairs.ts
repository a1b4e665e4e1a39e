import { type Tx, uuidv7 } from '#platform';
import { DELETE_OPEN_PAIRS, INSERT_OPEN_PAIRS } from './open-pairs.sql.js';

export interface OpenPairOfIdentities {
  /** Of a `contested_record`, the identity that may belong to the client of `b`. */
  readonly a: number;
  readonly b: number;
  readonly cause: string;
  readonly bits: number | undefined;
}

/**
 * Keeps the pairs that wait for a person in step with the evidence: those of the identities that were looked at are
 * replaced. A pair that stays keeps its age, and when it was put off.
 */
export async function keepOpenPairs(
  tx: Tx,
  looked: readonly number[],
  pairs: readonly OpenPairOfIdentities[],
  fresh: ReadonlySet<number>,
): Promise<void> {
  // The two of any other pair are equals.
  const inOrder = (p: OpenPairOfIdentities) => p.cause === 'contested_record' || p.a < p.b;
  const rows = pairs.map((p) => (inOrder(p) ? p : { ...p, a: p.b, b: p.a }));
  const old = looked.filter((id) => !fresh.has(id));
  if (old.length > 0) await tx.query(DELETE_OPEN_PAIRS, [old, rows.map((p) => p.a), rows.map((p) => p.b)]);
  if (rows.length > 0)
    await tx.query(INSERT_OPEN_PAIRS, [
      rows.map(() => uuidv7()),
      rows.map((p) => p.a),
      rows.map((p) => p.b),
      rows.map((p) => p.cause),
      rows.map((p) => p.bits ?? null),
    ]);
}
