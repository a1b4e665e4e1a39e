import { Injectable } from '@nestjs/common';
import type { Origin } from '#canonical';
import { projectClients, type WrittenRow } from '#clients';
import { Envelope, type Tx } from '#platform';
import { writeEdges } from '../evidence/edges.js';
import type { Nodes } from '../evidence/nodes.js';
import { loadStated, tokenOf } from '../evidence/stated.js';
import { ActiveModel } from '../models/active-model.js';
import { profileOf } from '../profile/profile.js';
import { clusterIdentities, type Resolution } from './cluster-identities.js';
import type { Matcher } from './matcher.js';
import { refreshProfiles } from './profiles.js';
import { countJoins } from '../surge/surges.service.js';
import { tell } from './tell.js';

/** A record that was written, as far as resolving needs to know. */
export interface WrittenRecord {
  readonly recordId: number;
  readonly systemId: number;
  readonly stream: string;
  readonly origin: Origin;
  readonly shape: 'event' | 'row' | 'plain_row';
  readonly client?: unknown;
}

/**
 * Decides which identities are one client.
 *
 * Membership is a pure function of what is stored: profiles, stated and scored edges, decisions, the active model. It is
 * computed anew for the whole connected component of whatever changed, never patched; so a merge, an unmerge, a replay
 * or another order of arrival end in the same clients. One transaction at a time may run this: see `tryLane`.
 */
@Injectable()
export class Resolver {
  constructor(
    private readonly envelope: Envelope,
    private readonly models: ActiveModel,
  ) {}

  /**
   * Resolves the records of a batch, projects the clients that changed, and tells of it.
   *
   * @param changed ids of the records that changed something already.
   * @returns places of the records that say something new of who somebody is.
   */
  async resolve(
    tx: Tx,
    nodes: Nodes,
    rows: readonly WrittenRow[],
    records: readonly WrittenRecord[],
    changed: ReadonlySet<number>,
  ): Promise<Set<number>> {
    const events = records.flatMap((r, i) => (r.shape === 'event' ? [{ ...r, ...nodes.named[i]! }] : []));
    const touched = await writeEdges(tx, rows, events);
    const profiles = new Set([...touched.profiles, ...nodes.freshPoints]);
    const from = new Set([...nodes.fresh, ...touched.edges]);
    const matcher = await this.models.matcher(tx);
    for (const id of await this.refresh(tx, matcher, profiles)) from.add(id);
    const found = await clusterIdentities(tx, matcher, from, nodes.fresh, 'records');

    const clientOf = new Map([...nodes.clientOf, ...found.clientOf]);
    const stating = new Set(records.filter((r) => r.client !== undefined).map((r) => r.recordId));
    const stated = rows
      .filter((r) => stating.has(r.recordId))
      .flatMap((r) => [r.identityId, ...(r.before ? [r.before.identityId] : [])]);
    const restated = new Set([...stated.map((id) => clientOf.get(id)!), ...found.reshaped]);
    const updated = await projectClients(tx, this.envelope, [...restated]);
    const fresh = new Set<number>();
    nodes.named.forEach(({ owner, holders }, i) => {
      const learned = records[i]!.shape === 'event' && (touched.edges.has(owner) || touched.profiles.has(owner));
      if (learned || [owner, ...holders].some((id) => nodes.fresh.has(id))) fresh.add(i);
    });
    const clientIds = nodes.named.map((n) => clientOf.get(n.owner)!);
    await countJoins(
      tx,
      records.map((r, i) => ({ systemId: r.systemId, stream: r.stream, clientId: clientIds[i]! })),
      found.joins(),
    );
    await tell(
      tx,
      records.map((r, i) => ({
        clientId: clientIds[i]!,
        origin: r.origin,
        changed: changed.has(r.recordId) || fresh.has(i),
      })),
      found,
      updated,
    );
    return fresh;
  }

  /**
   * Looks at some identities again, after a decision or under another model: their components are clustered anew.
   *
   * @param cause what is written into the history of the clients.
   */
  async revisit(tx: Tx, ids: Iterable<number>, cause: string): Promise<Resolution> {
    return this.settle(tx, await this.models.matcher(tx), new Set(ids), cause);
  }

  /** Computes identities anew from what their sources state, under the active model, whether or not anything changed. */
  async recompute(tx: Tx, ids: readonly number[], cause: string): Promise<Resolution> {
    const matcher = await this.models.matcher(tx);
    const touched = await this.refresh(tx, matcher, new Set(ids), 'all');
    return this.settle(tx, matcher, new Set([...ids, ...touched]), cause);
  }

  private async settle(tx: Tx, matcher: Matcher, ids: ReadonlySet<number>, cause: string): Promise<Resolution> {
    const found = await clusterIdentities(tx, matcher, ids, new Set(), cause);
    const updated = await projectClients(tx, this.envelope, [...found.reshaped]);
    await tell(tx, [], found, updated);
    return found;
  }

  /** Computes profiles and scored edges of identities anew. @returns whose edges or profiles changed. */
  private async refresh(
    tx: Tx,
    matcher: Matcher,
    ids: ReadonlySet<number>,
    scope: 'changed' | 'all' = 'changed',
  ): Promise<Set<number>> {
    if (ids.size === 0) return new Set();
    const token = tokenOf(this.envelope);
    const stated = await loadStated(tx, this.envelope, [...ids]);
    return refreshProfiles(
      tx,
      matcher,
      new Map([...stated].map(([id, raw]) => [id, profileOf(raw, { token })])),
      scope,
    );
  }
}
