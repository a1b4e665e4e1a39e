import type { Clock, Database, Tx } from '#platform';

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

/**
 * One step of a long pass over many: a transaction in the lane, and afterwards a pause as long as the step held it. Live
 * records only look whether the lane is free, so without the pause they would wait for the end of the pass; with it they
 * have half of the lane.
 */
export async function stepInLane<T>(db: Database, clock: Clock, step: (tx: Tx) => Promise<T>): Promise<T> {
  let began = 0;
  const result = await db.tx(async (tx) => {
    await enterLane(tx);
    began = performance.now();
    return step(tx);
  });
  await clock.sleep(performance.now() - began);
  return result;
}
