import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, Database, platformErrors, type Tx, uuidv7, type Words } from '#platform';
import { type Actor, ApiKey, type Role, type Scope, scopesOf, User } from './access.entity.js';
import { accessErrors } from './access.errors.js';
import { isApiKey, newApiKey, tokenHash } from './tokens.js';

/** `retiring`: another has followed it, and it works until it expires; `replaced`: that time is over. */
export type KeyState = 'active' | 'retiring' | 'replaced' | 'expired' | 'revoked';

export interface KeyRow {
  readonly id: string;
  readonly prefix: string;
  readonly name: string;
  /** Login of the person for whom it acts. */
  readonly owner: string;
  readonly scopes: Scope[];
  readonly state: KeyState;
  /** Null when it was made before that was noted. */
  readonly createdBy: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  /** To the minute. */
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
  /** The key that followed it. */
  readonly successor: string | null;
}

export interface NewKey {
  readonly name: string;
  /** All that its owner may do, when it is not said. */
  readonly scopes: readonly Scope[] | undefined;
  readonly expiresAt: Date | undefined;
}

/** A key as it is shown this once. */
export interface MadeKey {
  readonly id: string;
  readonly key: string;
  readonly expiresAt: Date | null;
}

/** How long a key that was looked up is trusted without looking again; a revocation takes effect within it. */
const CACHE_MS = 5000;
const MOST_CACHED = 10_000;
const HOUR = 3_600_000;

const STATE = `case when k.revoked_at is not null then 'revoked'
    when k.expires_at <= now() and k.successor is not null then 'replaced'
    when k.expires_at <= now() then 'expired'
    when k.successor is not null then 'retiring'
    else 'active' end`;

const ENDED: Record<Exclude<KeyState, 'active'>, Words> = {
  retiring: { en: 'has been followed by another', zh: '已有后继密钥' },
  replaced: { en: 'has been followed by another', zh: '已有后继密钥' },
  expired: { en: 'has expired', zh: '已到期' },
  revoked: { en: 'was revoked', zh: '已吊销' },
};

/**
 * Keys by which programs act for a person. Only a hash of a key is stored; what it may do is never more than its owner
 * may, also when the owner's roles shrink later. When it was used is noted at most once a minute.
 */
@Injectable()
export class ApiKeys {
  private readonly known = new Map<string, { at: number; actor: Actor | undefined }>();

  constructor(
    private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws SCOPE_MISSING when its owner may do less; KEY_EXPIRY_PAST. */
  async create(tx: Tx, owner: User, { name, scopes, expiresAt }: NewKey, by: string): Promise<MadeKey> {
    const allowed = scopesOf(owner.roles);
    const granted = scopes ?? allowed;
    const beyond = granted.find((s) => !allowed.includes(s));
    if (beyond) throw accessErrors.SCOPE_MISSING({ scope: beyond, who: owner.login });
    const now = this.clock.now();
    if (expiresAt !== undefined && expiresAt <= now) throw pastExpiry(expiresAt, now);
    return this.insert(tx, { name, userId: owner.id, scopes: [...granted], expiresAt: expiresAt ?? null, by });
  }

  /**
   * A key that follows another: of the same name, owner and scopes, and for as long again as the first was made for. The
   * first works until the overlap is over, and no longer than it would have anyway.
   *
   * @throws NOT_FOUND; KEY_ENDED when it was revoked, has expired, or has been followed before.
   */
  async rotate(tx: Tx, id: string, overlapHours: number, by: string): Promise<MadeKey & { retiresAt: Date }> {
    const now = this.clock.now();
    const retiresAt = new Date(now.getTime() + overlapHours * HOUR);
    const [old] = await tx.query<{
      state: KeyState;
      name: string;
      userId: string;
      scopes: Scope[];
      span: number | null;
      expiresAt: Date | null;
    }>(
      `select ${STATE} as state, name, user_id as "userId", scopes, expires_at as "expiresAt",
         (extract(epoch from expires_at - created_at) * 1000)::float8 as span
       from api_key k where id = $1 for update`,
      [id],
    );
    if (!old) throw platformErrors.NOT_FOUND({ what: 'API key', id });
    if (old.state !== 'active') throw accessErrors.KEY_ENDED({ how: ENDED[old.state] });
    const made = await this.insert(tx, {
      name: old.name,
      userId: old.userId,
      scopes: old.scopes,
      expiresAt: old.span === null ? null : new Date(now.getTime() + old.span),
      by,
    });
    const until = old.expiresAt !== null && old.expiresAt < retiresAt ? old.expiresAt : retiresAt;
    await tx.manager.update(ApiKey, { id }, { successor: made.id, expiresAt: until });
    tx.afterCommit(() => this.known.clear());
    return { ...made, retiresAt: until };
  }

  /** A key that was revoked before stays so. @throws NOT_FOUND. */
  async revoke(tx: Tx, id: string): Promise<void> {
    const found = await tx.query(
      'update api_key set revoked_at = coalesce(revoked_at, $2) where id = $1 returning id',
      [id, this.clock.now()],
    );
    if (found.length === 0) throw platformErrors.NOT_FOUND({ what: 'API key', id });
    tx.afterCommit(() => this.known.clear());
  }

  /** Newest first, after the key `after`. */
  list(o: { limit: number; after?: string | undefined; ended: boolean }): Promise<KeyRow[]> {
    return this.db.query<KeyRow>(
      `select * from (
         select k.id, k.prefix, k.name, u.login as owner, k.scopes, ${STATE} as state, k.created_by as "createdBy",
           k.created_at as "createdAt", k.expires_at as "expiresAt", k.last_used_at as "lastUsedAt",
           k.revoked_at as "revokedAt", k.successor
         from api_key k join app_user u on u.id = k.user_id
         where ($1::uuid is null or k.id < $1)) keys
       where $2 or state in ('active', 'retiring')
       order by id desc limit $3`,
      [o.after ?? null, o.ended, o.limit],
    );
  }

  /** Who a key acts for; looked up at most every five seconds. */
  async actorOf(key: string): Promise<Actor | undefined> {
    if (!isApiKey(key)) return undefined;
    const hash = tokenHash(key);
    const name = hash.toString('base64');
    const known = this.known.get(name);
    const now = performance.now();
    if (known && now - known.at < CACHE_MS) return known.actor;
    const actor = await this.lookUp(hash);
    if (this.known.size > MOST_CACHED) this.known.clear();
    this.known.set(name, { at: now, actor });
    return actor;
  }

  private async lookUp(hash: Buffer): Promise<Actor | undefined> {
    const [row] = await this.db.query<{
      key: string;
      scopes: Scope[];
      id: string;
      login: string;
      name: string;
      roles: Role[];
      unnoted: boolean;
    }>(
      `select k.id as key, k.scopes, u.id, u.login, u.name, u.roles,
         k.last_used_at is null or k.last_used_at < now() - interval '1 minute' as unnoted
       from api_key k join app_user u on u.id = k.user_id
       where k.hash = $1 and not u.disabled and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())`,
      [hash],
    );
    if (!row) return undefined;
    // Several processes may look at once; one of them notes it.
    if (row.unnoted)
      await this.db.query(
        `update api_key set last_used_at = now()
         where id = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')`,
        [row.key],
      );
    const allowed = scopesOf(row.roles);
    return {
      userId: row.id,
      login: row.login,
      name: row.name,
      scopes: row.scopes.filter((s) => allowed.includes(s)),
      via: { kind: 'key', id: row.key },
    };
  }

  private async insert(
    tx: Tx,
    k: { name: string; userId: string; scopes: Scope[]; expiresAt: Date | null; by: string },
  ): Promise<MadeKey> {
    const key = newApiKey();
    const id = uuidv7();
    await tx.manager.insert(ApiKey, {
      id,
      hash: tokenHash(key),
      prefix: key.slice(0, 20),
      name: k.name,
      userId: k.userId,
      scopes: k.scopes,
      createdBy: k.by,
      createdAt: this.clock.now(),
      expiresAt: k.expiresAt,
      lastUsedAt: null,
      revokedAt: null,
      successor: null,
    });
    return { id, key, expiresAt: k.expiresAt };
  }
}

function pastExpiry(found: Date, now: Date) {
  const [at, after] = [found.toISOString(), now.toISOString()];
  const detail = { en: `found ${at}; needed: a time after ${after}`, zh: `实际为 ${at}；需要晚于 ${after} 的时间` };
  return accessErrors.KEY_EXPIRY_PAST({ found: at, needed: after }, { errors: [{ pointer: '/expiresAt', detail }] });
}
