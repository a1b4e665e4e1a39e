import { Inject, Injectable } from '@nestjs/common';
import type { IdentityKey } from '#canonical';
import { CLOCK, type Clock, Database, Envelope, platformErrors, type Tx, uuidv7, type Words } from '#platform';
import { enterLane } from '../lane.js';
import { restateClients } from '../restate.js';
import {
  EXPIRE_PINS,
  FIND_DUE_PIN,
  INSERT_PIN,
  LIST_PINS,
  REMOVE_PIN,
  REPLACE_PIN,
  SELECT_FOUNDER,
  SELECT_PIN,
} from './pins.sql.js';
import { pinnedFields } from './pin-value.js';
import type { StatedFields, StatedValue } from './statement.js';
import { survivorshipErrors } from './survivorship.errors.js';

export interface PinRow extends IdentityKey {
  readonly id: string;
  readonly field: string;
  readonly fields: StatedFields;
  readonly reason: string;
  readonly pinnedBy: string;
  readonly pinnedAt: Date;
  readonly expiresAt: Date | null;
  readonly endedAt: Date | null;
  readonly endCause: 'removed' | 'expired' | 'replaced' | null;
  readonly endedBy: string | null;
  readonly endReason: string | null;
  /** It stands, and no newer pin stands for the same field of the client. */
  readonly wins: boolean;
}

export interface NewPin {
  readonly field: string;
  readonly value: StatedValue;
  readonly reason: string;
  readonly expiresAt: Date | undefined;
}

export interface EndedPin {
  readonly id: string;
  readonly field: string;
  readonly clientId: string;
}

const EXPIRED_AT_ONCE = 500;

const CAUSES: Record<'removed' | 'expired' | 'replaced', Words> = {
  removed: { en: 'removed', zh: '已移除' },
  expired: { en: 'expired', zh: '已到期' },
  replaced: { en: 'replaced by another', zh: '已被取代' },
};

/**
 * Values that people set. A pin hangs on the identity that founds the client: it wins over every source for as long as
 * it stands, follows that identity through merges and unmerges, and is neither evidence of who somebody is nor told to
 * any source. Of two that meet in one client the newer wins, and the other waits.
 *
 * Writes wait for the apply lane, so that no record overwrites them, and belong into an audited write.
 */
@Injectable()
export class Pins {
  constructor(
    private readonly db: Database,
    private readonly envelope: Envelope,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Sets a field of a client. A pin that stood for the same field on the same identity is replaced.
   *
   * @param version the version of the client that the person saw.
   * @throws NOT_FOUND, VERSION_MISMATCH, FIELD_UNKNOWN, PIN_VALUE_INVALID, PIN_EXPIRY_PAST.
   */
  async pin(tx: Tx, clientId: string, version: number, p: NewPin, by: string): Promise<EndedPin> {
    const fields = pinnedFields(p.field, p.value, this.envelope);
    await enterLane(tx);
    const now = this.clock.now();
    if (p.expiresAt !== undefined && p.expiresAt <= now) throw pastExpiry(p.expiresAt, now);
    const client = await this.founder(tx, clientId, version);
    const id = uuidv7();
    await tx.query(REPLACE_PIN, [client.identityId, p.field, now, by]);
    await tx.query(INSERT_PIN, [
      id,
      client.identityId,
      p.field,
      JSON.stringify(fields),
      p.reason,
      by,
      now,
      p.expiresAt ?? null,
    ]);
    await restateClients(tx, this.envelope, [client.clientId]);
    return { id, field: p.field, clientId: client.clientId };
  }

  /** Ends a pin: its field is again what the sources and the policy make of it. @throws NOT_FOUND, VERSION_MISMATCH, PIN_ENDED. */
  async unpin(tx: Tx, clientId: string, version: number, pinId: string, reason: string, by: string): Promise<EndedPin> {
    await enterLane(tx);
    const client = await this.founder(tx, clientId, version);
    const pin = await this.get(client.clientId, pinId, tx);
    if (pin.endCause !== null)
      throw survivorshipErrors.PIN_ENDED({ cause: CAUSES[pin.endCause], at: pin.endedAt!.toISOString() });
    await tx.query(REMOVE_PIN, [pinId, this.clock.now(), by, reason]);
    await restateClients(tx, this.envelope, [client.clientId]);
    return { id: pinId, field: pin.field, clientId: client.clientId };
  }

  /**
   * Ends pins whose time has come, some at a time: call it until it finds none. A pin wins until this has run.
   *
   * @returns those that ended, each once, however many processes call it.
   */
  async expire(tx: Tx): Promise<EndedPin[]> {
    const now = this.clock.now();
    // Whoever waits for the lane makes the records wait: only for a reason.
    if ((await tx.query(FIND_DUE_PIN, [now])).length === 0) return [];
    await enterLane(tx);
    const ended = await tx.query<EndedPin>(EXPIRE_PINS, [now, EXPIRED_AT_ONCE]);
    await restateClients(tx, this.envelope, [...new Set(ended.map((p) => p.clientId))]);
    return ended;
  }

  /** Pins of a client, newest first, after the pin `after`. */
  list(clientId: string, o: { limit: number; after?: string | undefined; ended?: boolean }): Promise<PinRow[]> {
    return this.db.query<PinRow>(LIST_PINS, [clientId, o.after ?? null, o.ended ?? false, o.limit]);
  }

  /** @throws NOT_FOUND, also when it hangs on an identity of another client. */
  async get(clientId: string, pinId: string, db: Pick<Tx, 'query'> = this.db): Promise<PinRow> {
    const [row] = await db.query<PinRow>(SELECT_PIN, [clientId, pinId]);
    if (!row) throw platformErrors.NOT_FOUND({ what: 'pin', id: pinId });
    return row;
  }

  private async founder(tx: Tx, clientId: string, version: number) {
    const [client] = await tx.query<{ clientId: string; version: number; identityId: number }>(SELECT_FOUNDER, [
      clientId,
    ]);
    if (!client) throw platformErrors.NOT_FOUND({ what: 'client', id: clientId });
    if (client.version !== version)
      throw platformErrors.VERSION_MISMATCH({ what: 'client', sent: version, current: client.version });
    return client;
  }
}

function pastExpiry(found: Date, now: Date) {
  const [at, after] = [found.toISOString(), now.toISOString()];
  const detail = { en: `found ${at}; needed: a time after ${after}`, zh: `实际为 ${at}；需要晚于 ${after} 的时间` };
  return survivorshipErrors.PIN_EXPIRY_PAST(
    { found: at, needed: after },
    { errors: [{ pointer: '/expiresAt', detail }] },
  );
}
