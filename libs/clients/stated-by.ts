import type { ClientFields } from '#canonical';
import type { Tx } from '#platform';
import { golden } from './golden.js';
import { SHIPPED_POLICY, type SurvivorshipPolicy } from './survivorship/policy.js';
import type { Statement } from './survivorship/statement.js';
import { SELECT_STATED_BY } from './write.sql.js';

type Row =
  (Statement & { readonly identityId: number }) | { readonly identityId: null; readonly fields: SurvivorshipPolicy };

/**
 * What the rows of each of some identities state, as the fields of a client who is that identity and nobody else. Pins
 * are said of clients and left out. An identity that no row states has no fields.
 */
export async function statedBy(
  db: Pick<Tx, 'query'>,
  identities: readonly number[],
): Promise<Map<number, ClientFields>> {
  const statements = new Map<number, Statement[]>(identities.map((id) => [id, []]));
  let policy = SHIPPED_POLICY;
  for (const r of await db.query<Row>(SELECT_STATED_BY, [identities]))
    if (r.identityId === null) policy = r.fields;
    else statements.get(r.identityId)!.push(r);
  return new Map([...statements].map(([id, of]) => [id, golden(of, [], policy).fields]));
}
