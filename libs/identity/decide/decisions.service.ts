import { Injectable } from '@nestjs/common';
import type { IdentityKey } from '#canonical';
import { enterLane } from '#clients';
import { Database, platformErrors, type Tx, uuidv7 } from '#platform';
import { identityErrors } from '../identity.errors.js';
import type { Resolution } from '../resolve/cluster-identities.js';
import { Resolver } from '../resolve/resolver.js';
import {
  INSERT_DECISION,
  INSERT_SIDES,
  LIST_DECISIONS,
  RESTORE,
  REVOKE,
  SELECT_IDENTITIES_OF,
  SELECT_SIDES,
  SUPERSEDE,
} from './decisions.sql.js';

export interface DecisionRow {
  readonly id: string;
  readonly verdict: 'same' | 'different';
  readonly reason: string;
  /** What the person did: `merge`, `unmerge` or `review`. */
  readonly source: string;
  readonly decidedBy: string;
  readonly decidedAt: Date;
  readonly revokedBy: string | null;
  readonly revokedAt: Date | null;
  /** A later decision that says the opposite, while that one stands. */
  readonly supersededBy: string | null;
}

export interface IdentityOfClient extends IdentityKey {
  readonly id: number;
  readonly clientId: string;
}

export interface DecisionView extends DecisionRow {
  readonly left: readonly IdentityOfClient[];
  readonly right: readonly IdentityOfClient[];
}

/** What a decision did, or would do. */
export interface Decided {
  readonly decisions: readonly string[];
  readonly changes: Resolution;
}

export interface Said {
  readonly reason: string;
  readonly by: string;
}

/**
 * What people say about who is who. A decision is about identities, not about clients, so it holds whatever becomes of
 * them; it wins over all evidence until it is revoked, and a revoked one leaves no trace in the clients.
 *
 * Each method waits for the apply lane, so that no record is resolved meanwhile, and belongs into an audited write.
 */
@Injectable()
export class Decisions {
  constructor(
    private readonly db: Database,
    private readonly resolver: Resolver,
  ) {}

  /** Two or more clients are one. What was said to the contrary is set aside. @throws MERGE_NEEDS_TWO. */
  async merge(tx: Tx, clientIds: readonly string[], said: Said): Promise<Decided> {
    await enterLane(tx);
    const clients = [...Map.groupBy(await this.identitiesOf(tx, clientIds), (i) => i.clientId).values()];
    if (clients.length < 2) throw identityErrors.MERGE_NEEDS_TWO({ n: clients.length });
    const [first, ...others] = clients.map((identities) => identities.map((i) => i.id));
    const decisions: string[] = [];
    // One identity of each stands for its client: what hangs on it by evidence follows, and may leave again with it.
    for (const other of others)
      decisions.push(...(await this.decide(tx, 'same', 'merge', [first![0]!], [other[0]!], [first!, other], said)));
    return {
      decisions,
      changes: await this.resolver.revisit(
        tx,
        clients.flat().map((i) => i.id),
        'merge',
      ),
    };
  }

  /**
   * Some identities of a client are somebody else. What is known of them goes with them, as if it had never been here.
   *
   * @throws UNMERGE_NEEDS_A_PART, IDENTITY_ELSEWHERE.
   */
  async unmerge(tx: Tx, clientId: string, identities: readonly number[], said: Said): Promise<Decided> {
    await enterLane(tx);
    const all = (await this.identitiesOf(tx, [clientId])).map((i) => i.id);
    const left = [...new Set(identities)];
    const stranger = left.find((id) => !all.includes(id));
    if (stranger !== undefined) throw identityErrors.IDENTITY_ELSEWHERE({ id: stranger });
    const right = all.filter((id) => !left.includes(id));
    if (left.length === 0 || right.length === 0)
      throw identityErrors.UNMERGE_NEEDS_A_PART({ given: left.length, all: all.length });
    const decisions = await this.decide(tx, 'different', 'unmerge', left, right, [left, right], said);
    return { decisions, changes: await this.resolver.revisit(tx, all, 'unmerge') };
  }

  /** A pair of the review queue: both clients as they are now are one, or are not. */
  async judge(tx: Tx, verdict: 'same' | 'different', a: number, b: number, said: Said): Promise<Decided> {
    await enterLane(tx);
    const clientOf = await this.clientsOf(tx, [a, b]);
    const identities = await this.identitiesOf(tx, [...new Set(clientOf.values())]);
    const side = (id: number) => identities.filter((i) => i.clientId === clientOf.get(id)).map((i) => i.id);
    const [left, right] = clientOf.get(a) === clientOf.get(b) ? ([[a], [b]] as const) : ([side(a), side(b)] as const);
    // Who founded a client stands for it: the pair itself may be a user or an account that could follow either.
    const sides = verdict === 'same' ? [left.slice(0, 1), right.slice(0, 1)] : [left, right];
    const decisions = await this.decide(tx, verdict, 'review', sides[0]!, sides[1]!, [left, right], said);
    return { decisions, changes: await this.resolver.revisit(tx, [...left, ...right], 'review') };
  }

  /**
   * An identity leaves its client for that of another: it is one with that one's founder, and with none whom it leaves.
   *
   * @throws MERGE_NEEDS_TWO when both are of one client.
   */
  async move(tx: Tx, id: number, to: number, said: Said): Promise<Decided> {
    await enterLane(tx);
    const clientOf = await this.clientsOf(tx, [id, to]);
    if (clientOf.get(id) === clientOf.get(to)) throw identityErrors.MERGE_NEEDS_TWO({ n: 1 });
    const identities = await this.identitiesOf(tx, [...new Set(clientOf.values())]);
    const of = (client: string | undefined) => identities.filter((i) => i.clientId === client).map((i) => i.id);
    const rest = of(clientOf.get(id)).filter((other) => other !== id);
    const there = of(clientOf.get(to));
    const decisions = [
      ...(rest.length === 0 ? [] : await this.decide(tx, 'different', 'review', [id], rest, [[id], rest], said)),
      ...(await this.decide(tx, 'same', 'review', [id], there.slice(0, 1), [[id], there], said)),
    ];
    return { decisions, changes: await this.resolver.revisit(tx, [id, ...rest, ...there], 'review') };
  }

  /** The clients are again as if it had not been decided. @throws NOT_FOUND, DECISION_REVOKED. */
  async revoke(tx: Tx, decisionId: string, by: string): Promise<Decided> {
    await enterLane(tx);
    const revoked = await tx.query(REVOKE, [decisionId, by]);
    if (revoked.length === 0) {
      const d = await this.get(decisionId);
      throw identityErrors.DECISION_REVOKED({ who: d.revokedBy ?? '' });
    }
    const restored = await tx.query<{ id: string }>(RESTORE, [decisionId]);
    const about = await tx.query<IdentityOfClient>(SELECT_SIDES, [[decisionId, ...restored.map((d) => d.id)]]);
    return {
      decisions: [decisionId],
      changes: await this.resolver.revisit(
        tx,
        about.map((i) => i.id),
        'revoke',
      ),
    };
  }

  /** What a decision would do: it is made, looked at, and taken back. */
  async dryRun<D extends Decided>(work: (tx: Tx) => Promise<D>): Promise<D> {
    let result: D | undefined;
    try {
      await this.db.tx(async (tx) => {
        result = await work(tx);
        throw new TakenBack();
      });
    } catch (e) {
      if (!(e instanceof TakenBack)) throw e;
    }
    return { ...result!, decisions: [] };
  }

  /** Newest first, after the decision `after`; those about one client, when it is given. */
  async list(limit: number, after?: string, clientId?: string): Promise<DecisionView[]> {
    return this.withSides(await this.db.query<DecisionRow>(LIST_DECISIONS, [limit, after ?? null, clientId ?? null]));
  }

  /** @throws NOT_FOUND. */
  async get(id: string): Promise<DecisionView> {
    const rows = await this.db.query<DecisionRow>(
      `select id, verdict, reason, source, decided_by as "decidedBy", decided_at as "decidedAt", revoked_by as "revokedBy",
         revoked_at as "revokedAt", superseded_by as "supersededBy" from identity_decision where id = $1`,
      [id],
    );
    const [view] = await this.withSides(rows);
    if (!view) throw platformErrors.NOT_FOUND({ what: 'decision', id });
    return view;
  }

  private async withSides(rows: readonly DecisionRow[]): Promise<DecisionView[]> {
    const sides = await this.db.query<IdentityOfClient & { decisionId: string; side: 0 | 1 }>(SELECT_SIDES, [
      rows.map((r) => r.id),
    ]);
    const of = (id: string, side: 0 | 1) => sides.filter((s) => s.decisionId === id && s.side === side);
    return rows.map((r) => ({ ...r, left: of(r.id, 0), right: of(r.id, 1) }));
  }

  /** @param people everybody on either side, for whom the opposite may have been said before. */
  private async decide(
    tx: Tx,
    verdict: 'same' | 'different',
    source: string,
    left: readonly number[],
    right: readonly number[],
    people: readonly [readonly number[], readonly number[]],
    said: Said,
  ): Promise<string[]> {
    const id = uuidv7();
    await tx.query(INSERT_DECISION, [id, verdict, said.reason, source, said.by]);
    await tx.query(INSERT_SIDES, [id, left, right]);
    await tx.query(SUPERSEDE, [id, verdict === 'same' ? 'different' : 'same', ...people]);
    return [id];
  }

  private identitiesOf(tx: Tx, clientIds: readonly string[]): Promise<IdentityOfClient[]> {
    return tx.query<IdentityOfClient>(SELECT_IDENTITIES_OF, [clientIds]);
  }

  private async clientsOf(tx: Tx, ids: readonly number[]): Promise<Map<number, string>> {
    const rows = await tx.query<{ id: number; clientId: string }>(
      'select id, client_id as "clientId" from source_identity where id = any($1::bigint[])',
      [ids],
    );
    return new Map(rows.map((r) => [r.id, r.clientId]));
  }
}

class TakenBack extends Error {}
