import type { Tx } from '#platform';

/** Everything that changes who is who, or what a client is, holds this lock: one transaction at a time in the installation. */
const LANE = 7_402_201;

/** @returns false when another transaction is in the lane. */
export async function tryLane(tx: Tx): Promise<boolean> {
  const [lane] = await tx.query<{ mine: boolean }>('select pg_try_advisory_xact_lock($1) as mine', [LANE]);
  return lane!.mine;
}

/** Waits for the lane; it is held until the transaction ends. */
export async function enterLane(tx: Tx): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1)', [LANE]);
}
