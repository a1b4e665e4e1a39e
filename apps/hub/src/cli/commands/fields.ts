import type { Command } from 'commander';
import { note } from '../output.js';
import type { Api } from '../api.js';
import { at, query, readInput, verb } from '../verbs.js';

interface Account {
  readonly items: readonly {
    readonly field: string;
    readonly value: unknown;
    readonly rule: string;
    readonly winner: Stated | null;
    readonly pins: readonly { readonly id: string }[];
    readonly losers: readonly (Stated & { readonly lostBy: string })[];
  }[];
}

interface Stated {
  readonly system: string;
  readonly stream: string;
  readonly key: string;
  readonly record: number;
  readonly value: unknown;
}

interface Policy {
  readonly version: number;
  readonly order: readonly string[];
  readonly fields: Readonly<Record<string, readonly string[]>>;
}

const reason = ['--reason <text>', 'why; it is kept with the pin'] as const;
/** Fields whose value is a list: on the command line its entries stand between commas. */
const LISTS: readonly string[] = ['phones', 'emails'];

/** Which value a field has and why, and what a person may say about it. */
export function fieldCommands(clients: Command): void {
  verb(
    clients,
    'fields',
    'the fields that a client can have; attributes.name comes on top',
    (a) => a.get('/client-fields'),
    {
      columns: ['field', 'en', 'zh', 'type', 'codes', 'personal'],
    },
  );
  verb(
    clients,
    'lineage <id>',
    'of each field: who won it, by which rule, and who lost (masked)',
    async (a, [id], o) => {
      const account = await a.get<Account>(`/clients/${at(id)}/lineage${o['reveal'] === undefined ? '' : '/revealed'}`);
      return { items: account.items.filter((i) => o['field'] === undefined || i.field === o['field']).flatMap(lines) };
    },
    {
      columns: ['field', 'value', 'rule', 'from', 'record'],
      options: [
        ['--field <name>', 'one field: name, attributes.hobby'],
        ['--reveal', 'values in clear; needs the permission to write, and is audited'],
      ],
    },
  );
  verb(clients, 'raw <id> <record>', 'a record of a client as its source sent it; audited', (a, [id, record]) =>
    a.get(`/clients/${at(id)}/records/${at(record)}/raw`),
  );
  verb(clients, 'pins <id>', 'values that people set', (a, [id], o) => a.get(`/clients/${at(id)}/pins${listOf(o)}`), {
    columns: ['id', 'field', 'value', 'state', 'pinnedBy', 'pinnedAt', 'expiresAt', 'reason'],
    options: [
      ['--ended', 'also those that ended'],
      ['--limit <n>', 'at most 500'],
      ['--cursor <c>', 'the page after this cursor'],
    ],
  });
  verb(
    clients,
    'pin <id> <field> <value>',
    'set a field: it wins over every source until it expires or is removed',
    async (a, [id, field, value], o) =>
      a.post(`/clients/${at(id)}/pins`, {
        version: await versionOf(a, id),
        field,
        value: LISTS.includes(field!) ? value!.split(',') : value,
        reason: o['reason'] ?? 'by command line',
        ...(o['until'] === undefined ? {} : { expiresAt: o['until'] }),
      }),
    { options: [reason, ['--until <time>', 'when it expires, such as 2026-12-31T18:00:00+08:00']] },
  );
  verb(
    clients,
    'unpin <id> <pin>',
    'take a pin away: the sources decide again',
    async (a, [id, pin], o) =>
      a.post(`/clients/${at(id)}/pins/${at(pin)}/remove`, {
        version: await versionOf(a, id),
        reason: o['reason'] ?? 'by command line',
      }),
    { options: [reason] },
  );

  const policy = clients.command('policy').description('by which rules a field is decided');
  verb(policy, 'show', 'the policy in force', (a) => a.get('/survivorship/policy'));
  verb(policy, 'list', 'all versions', (a) => a.get('/survivorship/policies'), {
    columns: ['version', 'state', 'order', 'fields', 'createdBy', 'createdAt'],
  });
  verb(
    policy,
    'set',
    'put a policy in force: the present one with what the options say, or a file',
    async (a, _args, o) => {
      const now = await a.get<Policy>('/survivorship/policy');
      const put = o['file'] === undefined ? changed(now, o) : readInput(o['file']);
      const after = await a.send('PUT', '/survivorship/policy', { version: now.version, ...put });
      note('Every client is computed anew in the background: see "isthmus clients policy progress".');
      return after;
    },
    {
      options: [
        ['--file <file>', 'JSON or YAML: {order, fields}; - is stdin'],
        [
          '--order <rules>',
          'of verified,priority,recency,completeness,frequency, for fields without an order of their own',
        ],
        ['--field <name>', 'one field, for which --rules stands'],
        ['--rules <rules>', 'its order; "" takes its own order away'],
      ],
    },
  );
  verb(
    policy,
    'progress',
    'the latest passes over every client, and how far they are',
    (a) => a.get('/survivorship/recomputes'),
    {
      columns: ['id', 'cause', 'state', 'done', 'total', 'changed', 'askedBy', 'failure'],
    },
  );
}

function lines({ field, value, rule, winner, pins, losers }: Account['items'][number]) {
  const from = (s: Stated) => `${s.system} ${s.stream} ${s.key}`;
  return [
    { field, value, rule, from: winner ? from(winner) : (pins[0]?.id ?? ''), record: winner?.record },
    ...losers.map((l) => ({ field: '', value: l.value, rule: `lost: ${l.lostBy}`, from: from(l), record: l.record })),
  ];
}

function listOf({ ended, ...page }: Record<string, string | undefined>): string {
  return query({ ...page, ended: ended === undefined ? undefined : 'true' });
}

async function versionOf(a: Api, id: string | undefined): Promise<number> {
  return (await a.get<{ version: number }>(`/clients/${at(id)}`)).version;
}

/** The policy in force, with what the options say. */
function changed(now: Policy, o: Record<string, string | undefined>): Omit<Policy, 'version'> {
  const list = (text: string) => text.split(',').filter((r) => r !== '');
  const fields: Record<string, readonly string[]> = { ...now.fields };
  const field = o['field'];
  if (field !== undefined) {
    const rules = list(o['rules'] ?? '');
    if (rules.length > 0) fields[field] = rules;
    else delete fields[field];
  }
  return { order: o['order'] === undefined ? now.order : list(o['order']), fields };
}
