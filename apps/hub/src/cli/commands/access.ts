import type { Command } from 'commander';
import { at, confirm, query, verb } from '../verbs.js';
import { CliError, EXIT } from '../exit.js';

export function accessCommands(program: Command): void {
  const users = program.command('users').description('people');
  verb(users, 'list', 'list people', (a) => a.get('/users'), { columns: ['login', 'name', 'roles', 'disabled'] });
  verb(
    users,
    'add <login> <name> <roles>',
    'add a person; roles are comma separated: admin, operator, approver, viewer',
    (a, [login, name, roles]) => a.post('/users', { login, name, roles: roles!.split(',') }),
  );
  verb(users, 'link <login>', 'a link that signs this person in once', async (a, [login]) => {
    const { link } = await a.post<{ link: string }>(`/users/${at(login)}/sign-in-link`);
    return { link: `${a.url}/sign-in/${link}` };
  });

  keyCommands(program.command('keys').description('API keys'));

  const audit = program.command('audit').description('every write by a person');
  verb(audit, 'list', 'newest first', (a, _args, o) => a.get(`/audit${query(o)}`), {
    columns: ['seq', 'at', 'actor', 'action', 'object', 'detail'],
    options: [
      ['--limit <n>', 'at most 500'],
      ['--cursor <c>', ''],
    ],
  });
  verb(audit, 'verify', 'walk the hash chain', async (a) => {
    const r = await a.get<{ rows: number; brokenAt: number | null }>('/audit/verify');
    if (r.brokenAt !== null)
      throw new CliError(`The chain is broken at row ${r.brokenAt}: it was changed after it was written.`, EXIT.failed);
    return r;
  });
  verb(program, 'loop', 'the whole loop now', (a) => a.get('/loop'));
}

function keyCommands(keys: Command): void {
  verb(keys, 'list', 'keys that work, newest first', (a, _args, o) => a.get(`/api-keys${listOf(o)}`), {
    columns: ['id', 'prefix', 'name', 'owner', 'scopes', 'state', 'lastUsedAt', 'expiresAt', 'createdBy'],
    options: [
      ['--ended', 'also those that were revoked, replaced or have expired'],
      ['--limit <n>', 'at most 500'],
      ['--cursor <c>', 'the page after this cursor'],
    ],
  });
  verb(
    keys,
    'add <name>',
    'make a key; it is shown once',
    (a, [name], o) =>
      a.post('/api-keys', { name, user: o['user'], scopes: o['scopes']?.split(','), expiresAt: o['expires'] }),
    {
      options: [
        ['--user <login>', 'for whom it acts; you otherwise'],
        ['--scopes <list>', 'of read,write,approve,intake,admin; all that its owner may otherwise'],
        ['--expires <time>', 'such as 2027-01-31T00:00:00+08:00; never otherwise'],
      ],
    },
  );
  verb(
    keys,
    'rotate <id>',
    'make a key that follows another, which works on for a while; the new one is shown once',
    (a, [id], o) =>
      a.post(`/api-keys/${at(id)}/rotate`, o['overlap'] === undefined ? {} : { overlapHours: Number(o['overlap']) }),
    { options: [['--overlap <hours>', 'how long the old key works beside the new one: 0 to 720, 24 otherwise']] },
  );
  const revoke: Command = verb(keys, 'revoke <id>', 'revoke a key at once', (a, [id]) => {
    confirm(revoke, 'Whoever still uses this key will be refused.');
    return a.send('DELETE', `/api-keys/${at(id)}`);
  });
}

function listOf({ ended, ...page }: Record<string, string | undefined>): string {
  return query({ ...page, ended: ended === undefined ? undefined : 'true' });
}
