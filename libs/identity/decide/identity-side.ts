import type { ClientFields, IdentityKey } from '#canonical';
import { statedBy } from '#clients';
import type { Tx } from '#platform';
import { SELECT_KEYS } from './identity-side.sql.js';

/** What is stated of one identity, as if it were a client of its own. */
export interface IdentitySide extends IdentityKey {
  readonly id: number;
  readonly fields: ClientFields;
}

/** In the order of `ids`, of which each must exist. */
export async function sidesOf(tx: Tx, ids: readonly number[]): Promise<IdentitySide[]> {
  const fields = await statedBy(tx, ids);
  const keys = await tx.query<IdentityKey & { id: number; points: IdentityKey[] }>(SELECT_KEYS, [ids]);
  return ids.map((id) => {
    const { type, key, points } = keys.find((k) => k.id === id)!;
    const stated = fields.get(id)!;
    const named = (kind: string) => points.filter((p) => p.type === kind).map((p) => p.key);
    return {
      id,
      type,
      key,
      fields: {
        ...stated,
        phones: [...new Set([...(stated.phones ?? []), ...named('phone')])],
        emails: [...new Set([...(stated.emails ?? []), ...named('email')])],
      },
    };
  });
}
