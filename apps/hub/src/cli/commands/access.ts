import type { Command } from 'commander';
import { at, query, verb } from '../verbs.js';
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

  const keys = program.command('keys').description('API keys');
  verb(keys, 'list', 'list keys', (a) => a.get('/api-keys'), {
    columns: ['id', 'prefix', 'name', 'scopes', 'lastUsedAt', 'revokedAt'],
  });
  verb(
    keys,
    'add <name>',
    'make a key; it is shown once',
    (a, [name], o) => a.post('/api-keys', { name, user: o['user'], scopes: o['scopes']?.split(',') }),
    {
      options: [
        ['--user <login>', 'whose key; yours otherwise'],
        ['--scopes <list>', 'read, write, approve, intake, admin'],
      ],
    },
  );
  verb(keys, 'revoke <id>', 'revoke a key', (a, [id]) => a.send('DELETE', `/api-keys/${at(id)}`));

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
