import type { Command } from 'commander';
import { at, confirm, query, verb } from '../verbs.js';
import { fieldCommands } from './fields.js';

export function clientCommands(program: Command): void {
  const clients = program.command('clients').description('who is known, and what is known of them (masked)');
  verb(
    clients,
    'list',
    'clients, by name or key, branch, manager or segment',
    (a, _args, o) => a.get(`/clients${query(o)}`),
    {
      columns: ['id', 'name', 'status', 'tier', 'branch', 'manager'],
      options: [
        ['--search <text>', 'a name, or any key exactly'],
        ['--branch <name>', ''],
        ['--manager <no>', ''],
        ['--segment <code>', ''],
        ['--limit <n>', 'at most 500'],
        ['--cursor <c>', 'the page after this cursor'],
      ],
    },
  );
  verb(clients, 'show <id>', 'one client: fields with their sources, keys, accounts, consents, segments', (a, [id]) =>
    a.get(`/clients/${at(id)}`),
  );
  verb(
    clients,
    'timeline <id>',
    'what happened, newest first',
    (a, [id], o) => a.get(`/clients/${at(id)}/timeline${query(o)}`),
    {
      columns: ['occurredAt', 'system', 'kind', 'amount', 'data'],
      options: [
        ['--limit <n>', 'at most 500'],
        ['--cursor <c>', 'the page after this cursor'],
      ],
    },
  );

  fieldCommands(clients);

  const segments = program.command('segments').description('rules and who matches them');
  verb(segments, 'list', 'all segments', (a) => a.get('/segments'), {
    columns: ['code', 'name', 'members', 'version', 'rule'],
  });
  verb(segments, 'show <code>', 'one segment', (a, [code]) => a.get(`/segments/${at(code)}`));
  verb(segments, 'count <rule>', 'how many clients match a rule now', (a, [rule]) =>
    a.post('/segments/count', { rule }),
  );
  verb(segments, 'create <code> <name> <rule>', 'define a segment', (a, [code, name, rule]) =>
    a.post('/segments', { code, name, rule }),
  );
  verb(
    segments,
    'update <code>',
    'a new version of a segment',
    async (a, [code], o) => {
      const { version } = await a.get<{ version: number }>(`/segments/${at(code)}`);
      return a.send('PATCH', `/segments/${at(code)}`, { version, ...o });
    },
    {
      options: [
        ['--rule <rule>', 'the new rule'],
        ['--name <name>', 'the new name'],
      ],
    },
  );
  verb(
    segments,
    'members <code>',
    'who is in it',
    (a, [code], o) => a.get(`/segments/${at(code)}/members${query(o)}`),
    {
      options: [
        ['--limit <n>', 'at most 500'],
        ['--cursor <c>', 'the page after this cursor'],
      ],
    },
  );
  verb(segments, 'vocabulary', 'the words of the rule language', (a) => a.get('/segments/vocabulary'));

  const quarantine = program.command('quarantine').description('records that could not be read');
  const filters = [
    ['--system <code>', ''],
    ['--stream <name>', ''],
    ['--field <name>', ''],
  ] as const;
  verb(quarantine, 'causes', 'open records by cause', (a) => a.get('/quarantine/causes'), {
    columns: ['n', 'system', 'stream', 'field', 'example'],
  });
  verb(quarantine, 'list', 'the records', (a, _args, o) => a.get(`/quarantine${query(o)}`), {
    columns: ['id', 'system', 'stream', 'key', 'field', 'reason', 'state'],
    options: [
      ...filters,
      ['--state <state>', 'open, replayed or discarded'],
      ['--limit <n>', 'at most 500'],
      ['--cursor <c>', ''],
    ],
  });
  verb(
    quarantine,
    'replay',
    'apply them again after a fix; as history, nothing is sent',
    (a, _args, o) => a.post('/quarantine/replay', o),
    { options: filters },
  );
  const discard: Command = verb(
    quarantine,
    'discard',
    'say that they are not wanted; their bytes are kept',
    (a, _args, o) => {
      confirm(discard, 'The matching records will be marked as not wanted.');
      return a.post('/quarantine/discard', o);
    },
    { options: [...filters, ['--everything', 'all that are open, from every system']] },
  );
}
