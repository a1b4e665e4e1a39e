import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, Database, platformErrors, type Tx, uuidv7 } from '#platform';
import { type Actor, type Role, scopesOf, User } from './access.entity.js';
import { accessErrors } from './access.errors.js';
import { hashPassword, verifyPassword } from './passwords.js';
import { newToken, tokenHash } from './tokens.js';

const SESSION_HOURS = 12;
const IDLE_MINUTES = 60;
const LINK_MINUTES = 30;
const MOST_FAILURES = 5;
const LOCK_MINUTES = 15;

/** Users and their sessions. Secrets are stored as hashes; a session ends after 12 hours, or one idle hour. */
@Injectable()
export class AccessService {
  constructor(
    private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async createUser(
    tx: Tx,
    u: { login: string; name: string; roles: Role[]; password?: string | undefined },
  ): Promise<User> {
    if (await tx.manager.existsBy(User, { login: u.login })) throw accessErrors.LOGIN_TAKEN({ login: u.login });
    return tx.manager.save(
      tx.manager.create(User, {
        id: uuidv7(),
        login: u.login,
        name: u.name,
        roles: u.roles,
        disabled: false,
        failedSignIns: 0,
        lockedUntil: null,
        password: u.password === undefined ? null : await hashPassword(u.password),
        createdAt: this.clock.now(),
      }),
    );
  }

  async userByLogin(login: string): Promise<User> {
    const user = await this.db.manager.findOneBy(User, { login });
    if (!user) throw platformErrors.NOT_FOUND({ what: 'user', id: login });
    return user;
  }

  users(): Promise<User[]> {
    return this.db.manager.find(User, { order: { login: 'asc' } });
  }

  async setPassword(tx: Tx, userId: string, password: string): Promise<void> {
    await tx.manager.update(
      User,
      { id: userId },
      { password: await hashPassword(password), failedSignIns: 0, lockedUntil: null },
    );
    await tx.query('delete from session where user_id = $1', [userId]);
  }

  /**
   * An attempt is counted before its password is looked at, so that attempts at the same moment are counted too.
   *
   * @returns the session's token for the cookie. @throws SIGN_IN_FAILED, the same for every reason.
   */
  async signIn(login: string, password: string): Promise<string> {
    const user = await this.countAttempt(login);
    // A password is always hashed, so that the time does not tell which logins exist.
    const right = await verifyPassword(password, user?.password ?? (await decoy()));
    if (!user || !right) throw accessErrors.SIGN_IN_FAILED();
    await this.db.manager.update(User, { id: user.id }, { failedSignIns: 0, lockedUntil: null });
    return this.startSession(user.id);
  }

  /** A link that signs a person in once, for half an hour: how the first administrator gets in. */
  async createLink(userId: string): Promise<string> {
    const token = newToken();
    await this.db.query(
      `insert into sign_in_link (hash, user_id, expires_at) values ($1, $2, now() + interval '${LINK_MINUTES} minutes')`,
      [tokenHash(token), userId],
    );
    return token;
  }

  async signInByLink(token: string): Promise<string> {
    const [row] = await this.db.query<{ user_id: string }>(
      'update sign_in_link set used_at = now() where hash = $1 and used_at is null and expires_at > now() returning user_id',
      [tokenHash(token)],
    );
    if (!row) throw accessErrors.SIGN_IN_LINK_USED({ login: 'admin' });
    return this.startSession(row.user_id);
  }

  async signOut(token: string): Promise<void> {
    await this.db.query('delete from session where hash = $1', [tokenHash(token)]);
  }

  /** Who a session cookie belongs to; undefined when it has ended. */
  async actorOfSession(token: string): Promise<Actor | undefined> {
    const [row] = await this.db.query<{ id: string; login: string; name: string; roles: Role[]; csrf: string }>(
      `update session s set last_seen_at = now() from app_user u
       where s.hash = $1 and u.id = s.user_id and not u.disabled and s.expires_at > now()
         and s.last_seen_at > now() - interval '${IDLE_MINUTES} minutes'
       returning u.id, u.login, u.name, u.roles, s.csrf`,
      [tokenHash(token)],
    );
    if (!row) return undefined;
    return {
      userId: row.id,
      login: row.login,
      name: row.name,
      scopes: scopesOf(row.roles),
      via: { kind: 'session', csrf: row.csrf },
    };
  }

  /** Whether a session is still open. Unlike `actorOfSession` it does not count as use: an idle session stays idle. */
  async isSessionOpen(token: string): Promise<boolean> {
    const rows = await this.db.query(
      `select from session s join app_user u on u.id = s.user_id
       where s.hash = $1 and not u.disabled and s.expires_at > now()
         and s.last_seen_at > now() - interval '${IDLE_MINUTES} minutes'`,
      [tokenHash(token)],
    );
    return rows.length > 0;
  }

  private async startSession(userId: string): Promise<string> {
    const token = newToken();
    await this.db.query(
      `insert into session (hash, user_id, csrf, expires_at) values ($1, $2, $3, now() + interval '${SESSION_HOURS} hours')`,
      [tokenHash(token), userId, newToken()],
    );
    return token;
  }

  /** Who may try a password now; the fifth attempt in a row locks the door behind it until it proves right. */
  private async countAttempt(login: string): Promise<{ id: string; password: string } | undefined> {
    const now = this.clock.now();
    const [user] = await this.db.query<{ id: string; password: string }>(
      `update app_user set failed_sign_ins = failed_sign_ins + 1,
         locked_until = case when failed_sign_ins + 1 >= ${MOST_FAILURES} then $2::timestamptz + interval '${LOCK_MINUTES} minutes' end
       where login = $1 and not disabled and password is not null and (locked_until is null or locked_until < $2)
       returning id, password`,
      [login, now],
    );
    return user;
  }
}

let decoyHash: Promise<string> | undefined;
function decoy(): Promise<string> {
  return (decoyHash ??= hashPassword(newToken()));
}
