import { Injectable } from '@nestjs/common';
import type { IdentityKey } from '#canonical';
import { Database } from '#platform';
import { ActiveModel } from '../models/active-model.js';
import type { ProfileFlag } from '../profile/profile.js';
import { findComponents, loadProfiles } from '../resolve/components.js';
import type { Evidence } from '../resolve/matcher.js';

export interface CardIdentity extends IdentityKey {
  readonly id: number;
  readonly firstSeen: Date;
  /** The row or event that first said so, when a source states who it is. */
  readonly rows: readonly { readonly system: string; readonly stream: string; readonly key: string }[];
  /** Stated values that could not be read, and take no part. */
  readonly flags: readonly ProfileFlag[];
  /** By what it belongs to the client: the strongest tie towards the identity that founded it. Null for the founder. */
  readonly via: CardEdge | null;
}

export interface CardEdge {
  /** The identity at the other end. */
  readonly from: number;
  /** `stated`: one row or event names both; `scored`: the evidence weighs enough; `decided`: a person said so. */
  readonly kind: 'stated' | 'scored' | 'decided';
  readonly bits: number | null;
  readonly evidence: Evidence | null;
}

export interface Passage {
  readonly at: Date;
  readonly kind: 'merged' | 'split';
  readonly from: string;
  readonly into: string;
  /** records, merge, unmerge, review, revoke, block, unblock, model. */
  readonly cause: string;
}

export interface IdentityCard {
  readonly identities: readonly CardIdentity[];
  /** Ids that lead to this client. */
  readonly formerIds: readonly string[];
  readonly history: readonly Passage[];
}

const MOST_PASSAGES = 100;

/** Why a client is one client: its identities, what ties them, and how it came about. */
@Injectable()
export class IdentityCards {
  constructor(
    private readonly db: Database,
    private readonly models: ActiveModel,
  ) {}

  /** @param clientId of a client, not of an id that leads to one. */
  async get(clientId: string): Promise<IdentityCard> {
    const [identities, former, history] = await Promise.all([
      this.identities(clientId),
      this.db.query<{ id: string }>('select id from client where merged_into = $1 order by id', [clientId]),
      this.db.query<Passage>(
        `select at, kind, from_id as "from", into_id as "into", cause from identity_history
         where from_id = $1 or into_id = $1 order by id desc limit ${MOST_PASSAGES}`,
        [clientId],
      ),
    ]);
    return { identities, formerIds: former.map((f) => f.id), history };
  }

  private async identities(clientId: string): Promise<CardIdentity[]> {
    const rows = await this.db.query<Omit<CardIdentity, 'flags' | 'via'> & { founding: boolean }>(
      `select i.id, i.type, i.key, i.first_seen as "firstSeen", i.type || ':' || i.key = substr(c.founder, 4) as founding,
         coalesce((select jsonb_agg(jsonb_build_object('system', s.code, 'stream', r.stream, 'key', r.key) order by s.code, r.stream, r.key)
           from source_record r join system s on s.id = r.system_id where r.identity_id = i.id and not r.deleted), '[]') as rows
       from client c join source_identity i on i.client_id = c.id
       where c.id = $1 order by founding desc, i.type, i.key`,
      [clientId],
    );
    const ids = rows.map((r) => r.id);
    return this.db.tx(async (tx) => {
      const profiles = await loadProfiles(tx, ids);
      const ties = await this.ties(tx, ids);
      const matcher = await this.models.matcher(tx);
      return rows.map(({ founding: _, ...r }) => {
        const via = ties.get(r.id);
        const [x, y] = via ? [profiles.get(via.from), profiles.get(r.id)] : [];
        return {
          ...r,
          flags: profiles.get(r.id)?.flags ?? [],
          via: via ? { ...via, evidence: x && y ? matcher.explain([x], [y]) : null } : null,
        };
      });
    });
  }

  /** The strongest way from the founder to everybody: a maximum spanning tree, grown from the founder (Prim). */
  private async ties(
    tx: Parameters<typeof findComponents>[0],
    ids: readonly number[],
  ): Promise<Map<number, Omit<CardEdge, 'evidence'>>> {
    const wanted = new Set(ids);
    const edges: (Omit<CardEdge, 'evidence'> & { to: number })[] = [];
    for (const { component: c } of await findComponents(tx, ids)) {
      if (!c) continue;
      const id = (at: number) => c.nodes[at]!.id;
      const add = (a: number, b: number, kind: CardEdge['kind'], bits: number | null) => {
        if (!wanted.has(id(a)) || !wanted.has(id(b)) || a === b) return;
        edges.push({ from: id(a), to: id(b), kind, bits }, { from: id(b), to: id(a), kind, bits });
      };
      for (const s of c.same) for (const l of s.left) for (const r of s.right) add(l, r, 'decided', null);
      for (const [a, b] of c.stated) add(a, b, 'stated', null);
      for (const [a, b, bits] of c.scored) add(a, b, 'scored', bits);
    }
    const strength = (e: { bits: number | null }) => e.bits ?? Infinity;
    const reached = new Set(ids.slice(0, 1));
    const via = new Map<number, Omit<CardEdge, 'evidence'>>();
    for (;;) {
      const open = edges.filter((e) => reached.has(e.from) && !reached.has(e.to));
      if (open.length === 0) return via;
      const { to, ...best } = open.reduce((x, y) => (strength(y) > strength(x) ? y : x));
      reached.add(to);
      via.set(to, best);
    }
  }
}
