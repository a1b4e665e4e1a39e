import type pg from 'pg';

/**
 * A connection may tell its end in one packet with its beginning, when PostgreSQL is killed while it opens: the pool has
 * handed it out by then, and whoever asked for it has had no turn yet to listen. An `error` event that nobody hears ends
 * the process. From here on each connection is heard from its first moment; who holds it learns of its end by the next
 * query, and the pool takes it back as a broken one.
 */
export function hearErrors(pool: Pick<pg.Pool, 'on'>): void {
  pool.on('connect', (client) => client.on('error', () => {}));
}
