import type { Person, World } from '../people/person.js';
import { custodyCells } from './activity.js';
import { localTime } from './local-time.js';
import { append } from './live-writes.js';
import type { SqlServer } from './sql-server.js';

export type Reach = 'none' | 'mail' | 'call';

/** How likely a client at risk leaves. The hidden draw is compared with it. */
export const LEAVE_PROBABILITY: Record<Reach, number> = { none: 0.45, mail: 0.35, call: 0.2 };

export interface Exits {
  readonly decided: number;
  readonly decidedNow: number;
  readonly leave: number;
  readonly byReach: Record<Reach, { clients: number; leave: number }>;
}

/**
 * Those at risk who have not decided yet decide now, by how they were reached; the custody transfer of each who leaves
 * is booked in the same transaction. A decision is for good: asked again, or after a restart, it is neither taken nor
 * booked a second time.
 */
export async function decideExits(server: SqlServer, world: World, reachOf: (p: Person) => Reach): Promise<Exits> {
  const decidedNow = await server.transaction(async (tx) => {
    const before = new Set((await tx.rows('select person from firm_exit')).map((r) => Number(r['person'])));
    const deciding = world.people.filter((p) => p.atRisk && !before.has(p.index));
    for (const person of deciding) {
      const reach = reachOf(person);
      const leaves = person.draws.leave < LEAVE_PROBABILITY[reach];
      await tx.run('insert into firm_exit values (?, ?, ?)', [person.index, reach, leaves ? 1 : 0]);
      if (!leaves) continue;
      const value = 100_000 * (1 + 4 * world.random('exit', person.index)());
      await append(tx, 'custody_transfer', custodyCells(person, 'ZTG_OUT', value, localTime(Date.now())));
    }
    return deciding.length;
  });
  return { ...(await exitsSoFar(server)), decidedNow };
}

export async function exitsSoFar(server: SqlServer): Promise<Exits> {
  const byReach = { none: { clients: 0, leave: 0 }, mail: { clients: 0, leave: 0 }, call: { clients: 0, leave: 0 } };
  const rows = await server.rows(
    'select reach, count(*) as clients, sum(leaves) as leaving from firm_exit group by reach',
  );
  for (const r of rows) byReach[r['reach'] as Reach] = { clients: Number(r['clients']), leave: Number(r['leaving']) };
  const sum = (of: 'clients' | 'leave') => byReach.none[of] + byReach.mail[of] + byReach.call[of];
  return { decided: sum('clients'), decidedNow: 0, leave: sum('leave'), byReach };
}
