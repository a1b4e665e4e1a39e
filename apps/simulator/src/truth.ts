import { secondCustomerNo } from './counter/accounts.js';
import { enteredTwice } from './counter/history.js';
import { keep } from './keeping.js';
import type { World } from './people/person.js';

/** Writes which records are the same person, who is planted to leave, and the hidden draws. For tests only. */
export function writeTruth(file: string, world: World): void {
  keep(file, {
    seed: world.seed,
    asOf: world.asOf.toISOString(),
    dirt: world.dirt,
    people: world.people.map((p) => ({
      index: p.index,
      kind: p.kind ?? 'person',
      kin: p.kin,
      customerNos: enteredTwice(world, p) ? [p.customerNo, secondCustomerNo(p)] : [p.customerNo],
      userId: p.userId,
      contactNo: p.contactNo,
      subscriberNo: p.subscriberNo,
      atRisk: p.atRisk,
      nearMiss: p.nearMiss,
      draws: p.draws,
    })),
  });
}
