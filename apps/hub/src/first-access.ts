import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { AccessService, ApiKeys, AuditedWrites, type Role, User } from '#access';
import { Database } from '#platform';

/** How the first people get in. */
export interface FirstAccess {
  /** One-time token of the console's sign-in page, while the administrator has no password. */
  readonly signInToken: string | undefined;
}

const LOCK = 7_402_501;
const FIRST: { login: string; name: string; roles: Role[] }[] = [
  { login: 'admin', name: 'Administrator', roles: ['admin'] },
  { login: 'approver', name: 'Second approver', roles: ['approver'] },
];

/**
 * A new hub has an administrator and, because nobody may approve their own campaign, a second approver. Their API keys
 * are left in the data folder, readable by this account only, for the command line on this machine.
 */
export async function bootstrapAccess(app: INestApplication, dataDir: string): Promise<FirstAccess> {
  const access = app.get(AccessService);
  const keys = app.get(ApiKeys);
  const writes = app.get(AuditedWrites);
  const db = app.get(Database);
  const created = await db.tx(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [LOCK]);
    if ((await tx.manager.count(User)) > 0) return [];
    const users: User[] = [];
    for (const u of FIRST) users.push(await access.createUser(tx, u));
    return users;
  });
  for (const user of created) {
    const { key } = await writes.run({ login: 'hub' }, 'api_key.create', async (tx) => {
      const result = await keys.create(
        tx,
        user,
        { name: 'first start', scopes: undefined, expiresAt: undefined },
        'hub',
      );
      return { object: `user/${user.login}`, detail: { reason: 'first start' }, result };
    });
    await writeFile(join(dataDir, `${user.login}.key`), `${key}\n`, { mode: 0o600 });
  }
  const admin = await db.manager.findOneBy(User, { login: 'admin' });
  return {
    signInToken: admin && admin.password === null && !admin.disabled ? await access.createLink(admin.id) : undefined,
  };
}
