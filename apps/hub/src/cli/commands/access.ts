import type { Command } from 'commander';
import { at, confirm, query, verb } from '../verbs.js';
import { CliError, EXIT } from '../exit.js';

export function accessCommands(program: Command): void {
  const webhooks = program.command('webhooks').description('downstream endpoints and their deliveries');
  const columns = ['id', 'name', 'url', 'types', 'state', 'disabledReason'];
  verb(webhooks, 'endpoints', 'list endpoints', (a) => a.get('/endpoints'), { columns });
  verb(
    webhooks,
    'add <name> <url>',
    'register an endpoint; its secret is shown once',
    (a, [name, url], o) => a.post('/endpoints', { name, url, types: o['types']?.split(',') ?? [] }),
    {
      options: [['--types <list>', 'event types or prefixes ending in *, comma separated']],
    },
  );
  for (const [name, state] of [
    ['disable', 'disabled'],
    ['enable', 'enabled'],
  ] as const)
    verb(
      webhooks,
      `${name} <id>`,
      `${name} an endpoint; what waits for it is kept`,
      async (a, [id]) => {
        const { version } = await a.get<{ version: number }>(`/endpoints/${at(id)}`);
        return a.send('PATCH', `/endpoints/${at(id)}`, { version, state });
      },
      { columns },
    );
  const remove: Command = verb(webhooks, 'remove <id>', 'remove an endpoint and its log', (a, [id]) => {
    confirm(remove, 'The endpoint and its delivery log will be gone.');
    return a.send('DELETE', `/endpoints/${at(id)}`);
  });
  verb(
    webhooks,
    'deliveries <endpoint>',
    'the delivery log, newest first',
    (a, [id], o) => a.get(`/endpoints/${at(id)}/deliveries${query(o)}`),
    {
      columns: ['id', 'state', 'type', 'attempts', 'createdAt', 'deliveredAt', 'lastError'],
      options: [
        ['--state <state>', 'ready, claimed, delivered or failed'],
        ['--limit <n>', 'at most 500'],
        ['--cursor <c>', ''],
      ],
    },
  );
  verb(
    webhooks,
    'attempts <delivery>',
    'every attempt of a delivery',
    (a, [id]) => a.get(`/deliveries/${at(id)}/attempts`),
    { columns: ['n', 'at', 'ms', 'status', 'errorClass', 'error'] },
  );
  verb(webhooks, 'resend <delivery>', 'send it again now, with the same webhook-id', (a, [id]) =>
    a.post(`/deliveries/${at(id)}/resend`),
  );
  verb(webhooks, 'types', 'the event types', (a) => a.get('/event-types'), { columns: ['type', 'en', 'zh'] });

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
