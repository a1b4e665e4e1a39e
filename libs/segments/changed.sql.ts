/**
 * Takes the clients that changed longest ago, out of sight of others until the transaction ends. Out: clients and origins.
 * By an array, not by a join: docs/adr/adr063-queues-and-their-statistics.md.
 */
const taken = (condition: string, most: number) => ({
  text: `
    with due as materialized (
      select client_id from client_changed where ${condition} order by since limit ${most} for update skip locked)
    delete from client_changed where client_id = any(array(select client_id from due))
    returning client_id, origin`,
});

/** A few at once: each look is done before the next changes wait long. */
export const TAKE_LIVE = taken(`origin = 'live'`, 500);

export const TAKE_HISTORY = taken(`origin <> 'live'`, 1_000_000);
