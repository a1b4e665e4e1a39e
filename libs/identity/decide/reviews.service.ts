import { Injectable } from '@nestjs/common';
import { Database, Envelope, platformErrors, type Tx } from '#platform';
import type { LimitHit } from '../cluster/value-limits.js';
import { identityErrors } from '../identity.errors.js';
import { ActiveModel } from '../models/active-model.js';
import type { Profile } from '../profile/profile.js';
import { loadProfiles } from '../resolve/components.js';
import type { Evidence } from '../resolve/matcher.js';
import { type Decided, Decisions, type Said } from './decisions.service.js';
import { type IdentitySide, sidesOf } from './identity-side.js';
import { findLimitsHit, type MemberIdentity } from './limits-hit.js';

/** Why a pair waits for a person. */
export const REVIEW_CAUSES = [
  'uncertain',
  'unique_id',
  'contested_record',
  'contradicted',
  'limit',
  'size',
  'diameter',
  'contested',
] as const;
export type ReviewCause = (typeof REVIEW_CAUSES)[number];

export interface ReviewRow {
  readonly id: string;
  readonly cause: ReviewCause;
  readonly bits: number | null;
  /** The identities by which the two clients meet; of a `contested_record`, `a` is the one that may belong to the other. */
  readonly a: number;
  readonly b: number;
  readonly aClient: string;
  readonly bClient: string;
  readonly openedAt: Date;
  readonly laterUntil: Date | null;
}

export interface ReviewView extends ReviewRow {
  readonly evidence: Evidence;
  readonly left: readonly Profile[];
  readonly right: readonly Profile[];
  /** The limits on values that stopped them, with the values in clear; of other causes none. */
  readonly limits: readonly LimitHit[];
  /** Of a `contested_record`. */
  readonly contested: ContestedRecord | undefined;
}

/** An identity that fits two clients, who are not one. */
export interface ContestedRecord {
  readonly side: IdentitySide;
  /** That it is of the left client, whose it is now, by what the others of that client state. */
  readonly left: Evidence;
  readonly right: Evidence;
}

const COLUMNS = `r.id, r.cause, r.bits, r.a, r.b, i.client_id as "aClient", j.client_id as "bClient",
  r.opened_at as "openedAt", r.later_until as "laterUntil"`;
const FROM = 'review_item r join source_identity i on i.id = r.a join source_identity j on j.id = r.b';

/** Pairs that only a person can judge: uncertain ones, those a guard stopped, what a source states against the evidence. */
@Injectable()
export class Reviews {
  constructor(
    private readonly db: Database,
    private readonly models: ActiveModel,
    private readonly decisions: Decisions,
    private readonly envelope: Envelope,
  ) {}

  /** Newest first, after the pair `after`. What was put off is left out until its time. */
  list(
    f: { cause?: ReviewCause | undefined; clientId?: string | undefined; later?: boolean | undefined },
    limit: number,
    after?: string,
  ): Promise<ReviewRow[]> {
    return this.db.query<ReviewRow>(
      `select ${COLUMNS} from ${FROM}
       where ($1::uuid is null or r.id < $1) and ($2::text is null or r.cause = $2)
         and ($3::uuid is null or $3 in (i.client_id, j.client_id))
         and ($4 or r.later_until is null or r.later_until <= now())
       order by r.id desc limit ${limit}`,
      [after ?? null, f.cause ?? null, f.clientId ?? null, f.later ?? false],
    );
  }

  /** How many wait, by cause. */
  async counts(): Promise<{ cause: ReviewCause; n: number; oldest: Date }[]> {
    return this.db.query(
      `select cause, count(*)::int as n, min(opened_at) as oldest from review_item
       where later_until is null or later_until <= now() group by cause order by n desc, cause`,
    );
  }

  /** One pair with the evidence between the two clients as they are now. @throws NOT_FOUND. */
  async get(id: string): Promise<ReviewView> {
    return this.db.tx(async (tx) => {
      const row = await this.row(tx, id);
      const sides = await this.sides(tx, row);
      const profiles = await loadProfiles(
        tx,
        sides.flat().map((m) => m.id),
      );
      const profilesOf = (side: readonly MemberIdentity[]) => side.flatMap((m) => profiles.get(m.id) ?? []);
      const [left, right] = [profilesOf(sides[0]), profilesOf(sides[1])];
      const matcher = await this.models.matcher(tx);
      const limits = row.cause === 'limit' ? await findLimitsHit(tx, this.envelope, matcher, ...sides) : [];
      const evidence = matcher.explain(left, right);
      const record = profiles.get(row.a);
      if (row.cause !== 'contested_record' || record === undefined)
        return { ...row, left, right, evidence, limits, contested: undefined };
      const [side] = await sidesOf(tx, [row.a]);
      const rest = profilesOf(sides[0].filter((m) => m.id !== row.a));
      const contested = {
        side: side!,
        left: matcher.explain([record], rest),
        right: matcher.explain([record], right),
      };
      return { ...row, left, right, evidence, limits, contested };
    });
  }

  /**
   * @param verdict `moves`: the contested record belongs to the other client, and both stay.
   * @throws NOT_FOUND when the pair is open no more, REVIEW_NOTHING_MOVES.
   */
  async decide(tx: Tx, id: string, verdict: 'same' | 'different' | 'moves', said: Said): Promise<Decided> {
    const { a, b, cause } = await this.row(tx, id);
    if (verdict !== 'moves') return this.decisions.judge(tx, verdict, a, b, said);
    if (cause !== 'contested_record') throw identityErrors.REVIEW_NOTHING_MOVES({ cause });
    return this.decisions.move(tx, a, b, said);
  }

  /** Puts a pair off. @throws NOT_FOUND. */
  async later(tx: Tx, id: string, until: Date): Promise<void> {
    const rows = await tx.query('update review_item set later_until = $2 where id = $1 returning id', [id, until]);
    if (rows.length === 0) throw platformErrors.NOT_FOUND({ what: 'review', id });
  }

  private async row(tx: Tx, id: string): Promise<ReviewRow> {
    const [row] = await tx.query<ReviewRow>(`select ${COLUMNS} from ${FROM} where r.id = $1`, [id]);
    if (!row) throw platformErrors.NOT_FOUND({ what: 'review', id });
    return row;
  }

  /** The identities of both clients; where both ends are one client already, the two themselves. */
  private async sides(tx: Tx, row: ReviewRow): Promise<[MemberIdentity[], MemberIdentity[]]> {
    const members = await tx.query<MemberIdentity & { clientId: string }>(
      'select id, type, key, client_id as "clientId" from source_identity where client_id = any($1::uuid[]) order by type, key',
      [[row.aClient, row.bClient]],
    );
    if (row.aClient === row.bClient) {
      const of = (id: number) => members.filter((m) => m.id === id);
      return [of(row.a), of(row.b)];
    }
    const of = (clientId: string) => members.filter((m) => m.clientId === clientId);
    return [of(row.aClient), of(row.bClient)];
  }
}
