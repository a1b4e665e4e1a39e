import type { IdentityKey } from '#canonical';
import type { Tx } from '#platform';
import { findNodes } from '../evidence/nodes.js';
import type { Profile } from '../profile/profile.js';
import { clusterIdentities } from './cluster-identities.js';
import { loadProfiles } from './components.js';
import type { Matcher } from './matcher.js';
import { refreshProfiles } from './profiles.js';

/**
 * The path of records with nothing before and behind it: profiles that stand for themselves are stored, matched and
 * clustered. For measuring, and for loads that bring no records.
 *
 * @returns the identity of each.
 */
export async function resolveProfiles(
  tx: Tx,
  matcher: Matcher,
  stated: readonly { readonly key: IdentityKey; readonly profile: Profile }[],
): Promise<number[]> {
  const nodes = await findNodes(
    tx,
    stated.map((s) => [s.key]),
  );
  const ids = nodes.named.map((n) => n.owner);
  const profiles = new Map(stated.map((s, i) => [ids[i]!, s.profile]));
  const touched = await refreshProfiles(tx, matcher, profiles);
  await clusterIdentities(tx, matcher, new Set([...nodes.fresh, ...touched]), nodes.fresh, 'records');
  return ids;
}

/** Computes identities anew from their stored profiles: the step of a full pass. */
export async function recomputeProfiles(tx: Tx, matcher: Matcher, ids: readonly number[]): Promise<void> {
  const touched = await refreshProfiles(tx, matcher, await loadProfiles(tx, ids), 'all');
  await clusterIdentities(tx, matcher, new Set([...ids, ...touched]), new Set(), 'reconcile');
}
