import { Inject, Injectable } from '@nestjs/common';
import { enterLane, stepInLane } from '#clients';
import { CLOCK, type Clock, Database, Envelope, platformErrors, type Tx, uuidv7 } from '#platform';
import type { Decided, Said } from '../decide/decisions.service.js';
import { tokenOf } from '../evidence/stated.js';
import { identityErrors } from '../identity.errors.js';
import { isMisspelt, type Telling } from '../profile/kinds.js';
import { profileOf } from '../profile/profile.js';
import type { Resolution } from '../resolve/cluster-identities.js';
import { Resolver } from '../resolve/resolver.js';
import { END_BLOCKED, INSERT_BLOCKED, SELECT_STATING } from './blocked.sql.js';

/** So many identities are looked at again at once; more, step by step beside the records that come meanwhile. */
const AT_ONCE = 2_000;
const PER_STEP = 1_000;

export interface BlockedValue {
  readonly id: string;
  readonly kind: Telling;
  /** As it is shown: enough to recognise it. */
  readonly shown: string;
  readonly reason: string;
  readonly blockedBy: string;
  readonly blockedAt: Date;
  readonly unblockedBy: string | null;
  readonly unblockedAt: Date | null;
  readonly unblockReason: string | null;
}

/** What blocking or unblocking did, or would do. */
export interface BlockedChange extends Decided {
  readonly value: BlockedValue;
  /** Identities that state it. */
  readonly stating: number;
  /** They are too many for one moment: `lookAgain` is to go through them. */
  readonly later: boolean;
}

const COLUMNS = `id, slot as kind, shown, reason, blocked_by as "blockedBy", blocked_at as "blockedAt",
  unblocked_by as "unblockedBy", unblocked_at as "unblockedAt", unblock_reason as "unblockReason"`;

const NOTHING: Resolution = {
  created: [],
  merged: [],
  split: [],
  reshaped: new Set(),
  clientOf: new Map(),
  joins: () => [],
};

/**
 * Values that people said are no evidence of who anybody is, whatever the model: a branch's landline, a number that
 * stands for none. They hold from the moment they are said, and leave no trace when they are taken back.
 */
@Injectable()
export class BlockedValues {
  constructor(
    private readonly db: Database,
    private readonly envelope: Envelope,
    private readonly resolver: Resolver,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Newest first, after the one `after`; `ended`: those that stand no more as well. */
  list(o: { ended: boolean }, limit: number, after?: string): Promise<BlockedValue[]> {
    return this.db.query<BlockedValue>(
      `select ${COLUMNS} from blocked_value
       where ($1::uuid is null or id < $1) and ($2 or unblocked_at is null) order by id desc limit $3`,
      [after ?? null, o.ended, limit],
    );
  }

  /**
   * A value is no evidence from now on; whoever states it is looked at again.
   *
   * @param shown how lists show it, for it may be somebody's.
   * @throws VALUE_UNREADABLE, VALUE_BLOCKED.
   */
  async block(tx: Tx, kind: Telling, text: string, shown: string, said: Said): Promise<BlockedChange> {
    const value = this.read(kind, text);
    await enterLane(tx);
    const id = uuidv7();
    const made = await tx.query(INSERT_BLOCKED, [id, kind, value, shown, said.reason, said.by]);
    if (made.length === 0) {
      const [standing] = await tx.query<BlockedValue>(
        `select ${COLUMNS} from blocked_value where slot = $1 and value = $2 and unblocked_at is null`,
        [kind, value],
      );
      throw identityErrors.VALUE_BLOCKED({ who: standing!.blockedBy, reason: standing!.reason });
    }
    return this.look(tx, id, value, 'block');
  }

  /** A value counts again. @throws NOT_FOUND, VALUE_UNBLOCKED. */
  async unblock(tx: Tx, id: string, said: Said): Promise<BlockedChange> {
    await enterLane(tx);
    const [ended] = await tx.query<{ value: string }>(END_BLOCKED, [id, said.reason, said.by]);
    if (ended) return this.look(tx, id, ended.value, 'unblock');
    throw identityErrors.VALUE_UNBLOCKED({ who: (await this.get(tx, id)).unblockedBy ?? '' });
  }

  /** Goes through everybody who states a value, step by step. May be repeated, and left to the nightly pass. */
  async lookAgain(id: string): Promise<void> {
    const [row] = await this.db.query<{ value: string; standing: boolean }>(
      'select value, unblocked_at is null as standing from blocked_value where id = $1',
      [id],
    );
    if (!row) return;
    const ids = await stating(this.db, row.value);
    for (let i = 0; i < ids.length; i += PER_STEP)
      await stepInLane(this.db, this.clock, (tx) =>
        this.resolver.recompute(tx, ids.slice(i, i + PER_STEP), row.standing ? 'block' : 'unblock'),
      );
  }

  private async look(tx: Tx, id: string, value: string, cause: string): Promise<BlockedChange> {
    const ids = await stating(tx, value);
    const later = ids.length > AT_ONCE;
    const changes = later || ids.length === 0 ? NOTHING : await this.resolver.recompute(tx, ids, cause);
    return { value: await this.get(tx, id), stating: ids.length, later, decisions: [], changes };
  }

  private async get(tx: Tx, id: string): Promise<BlockedValue> {
    const [row] = await tx.query<BlockedValue>(`select ${COLUMNS} from blocked_value where id = $1`, [id]);
    if (!row) throw platformErrors.NOT_FOUND({ what: 'blocked value', id });
    return row;
  }

  /** As a profile would hold it. */
  private read(kind: Telling, text: string): string {
    const p = profileOf({ values: [{ kind, text }] }, { token: tokenOf(this.envelope) });
    const found = [...(p.values?.[kind] ?? []), ...(p.identifiers?.[kind] ?? []).map((i) => i.whole)];
    const [value] = found;
    if (value !== undefined && found.length === 1 && !isMisspelt(value)) return value;
    throw identityErrors.VALUE_UNREADABLE({ kind, n: found.length, fault: p.flags?.[0]?.fault ?? '-' });
  }
}

async function stating(db: Pick<Database, 'query'>, value: string): Promise<number[]> {
  return (await db.query<{ id: number }>(SELECT_STATING, [JSON.stringify(value)])).map((r) => r.id);
}
