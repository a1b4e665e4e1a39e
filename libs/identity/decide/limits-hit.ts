import type { IdentityKey } from '#canonical';
import type { Envelope, Tx } from '#platform';
import type { LimitHit } from '../cluster/value-limits.js';
import { loadStated, tokenOf } from '../evidence/stated.js';
import { profileOf } from '../profile/profile.js';
import type { Matcher, Member } from '../resolve/matcher.js';

export interface MemberIdentity extends IdentityKey {
  readonly id: number;
}

/** The limits that two clients would exceed as one, with their values in clear: profiles hold some as hashes. */
export async function findLimitsHit(
  tx: Tx,
  envelope: Envelope,
  matcher: Matcher,
  left: readonly MemberIdentity[],
  right: readonly MemberIdentity[],
): Promise<LimitHit[]> {
  const stated = await loadStated(
    tx,
    envelope,
    [...left, ...right].map((i) => i.id),
  );
  const hash = tokenOf(envelope);
  const clear = new Map<string, string>();
  const token = (text: string) => {
    const hashed = hash(text);
    clear.set(hashed, text);
    return hashed;
  };
  const member = ({ id, type, key }: MemberIdentity): Member => ({
    type,
    key,
    profile: profileOf(stated.get(id) ?? { values: [] }, { token }),
  });
  const readable = (values: readonly string[]) => values.map((v) => clear.get(v) ?? v);
  return matcher
    .limitsHit(left.map(member), right.map(member))
    .map((h) => ({ ...h, left: readable(h.left), right: readable(h.right) }));
}
