import type { Command } from 'commander';
import { note } from '../output.js';
import { api, at, confirm, globals, query, readInput, verb } from '../verbs.js';
import { print } from '../output.js';

interface Funnel {
  items: { step: string; title: string; states: Record<string, number>; outcomes: Record<string, number> }[];
}

export function campaignCommands(program: Command): void {
  const campaigns = program.command('campaigns').description('plan, submit, approve, launch, watch, pause, stop');
  const columns = ['code', 'name', 'state', 'version', 'plan.audience', 'plan.control', 'launchedAt'];
  verb(campaigns, 'list', 'all campaigns, newest first', (a) => a.get('/campaigns'), { columns });
  verb(campaigns, 'show <code>', 'one campaign', (a, [c]) => a.get(`/campaigns/${at(c)}`));
  verb(
    campaigns,
    'create <file>',
    'make a draft from a JSON or YAML file',
    (a, [file]) => a.post('/campaigns', readInput(file!)),
    { columns },
  );
  verb(
    campaigns,
    'update <code> <file>',
    'change a campaign that was not launched',
    async (a, [c, file]) => {
      const { version } = await a.get<{ version: number }>(`/campaigns/${at(c)}`);
      return a.send('PATCH', `/campaigns/${at(c)}`, { version, ...readInput(file!) });
    },
    { columns },
  );
  const texts: Record<string, string> = {
    plan: 'freeze the audience and its arms, and count what would happen',
    submit: 'ask a second person for approval',
    pause: 'send nothing more for now',
    resume: 'go on after a pause',
  };
  for (const [name, text] of Object.entries(texts))
    verb(campaigns, `${name} <code>`, text, (a, [c]) => a.post(`/campaigns/${at(c)}/${name}`), { columns });
  for (const [name, text] of [
    ['approve', 'approve exactly what is planned; never by its maker'],
    ['reject', 'send it back to its maker'],
  ] as const)
    verb(
      campaigns,
      `${name} <code>`,
      text,
      (a, [c], o) => a.post(`/campaigns/${at(c)}/${name}`, { reason: o['reason'] ?? '' }),
      { columns, options: [['--reason <text>', 'why']] },
    );
  for (const [name, text, warning] of [
    ['launch', 'start what was approved', 'It will contact clients.'],
    ['stop', 'end it for good', 'What was not sent will be cancelled for good.'],
  ] as const) {
    const command: Command = verb(
      campaigns,
      `${name} <code>`,
      text,
      (a, [c]) => {
        confirm(command, warning);
        return a.post(`/campaigns/${at(c)}/${name}`);
      },
      { columns },
    );
  }
  verb(
    campaigns,
    'funnel <code>',
    'actions of each step by state and outcome',
    (a, [c]) => a.get(`/campaigns/${at(c)}/funnel`),
    { columns: ['step', 'title', 'states', 'suppressed', 'outcomes'] },
  );
  verb(
    campaigns,
    'results <code>',
    'outcome against control, with a 95 % interval',
    (a, [c], o) => a.get(`/campaigns/${at(c)}/results${query(o)}`),
    {
      options: [
        ['--branch <name>', 'of one branch'],
        ['--manager <no>', 'of one client manager'],
      ],
    },
  );
  campaigns
    .command('watch <code>')
    .description('the funnel, until the campaign is complete or stopped')
    .action(async (code: string, _o: unknown, command: Command) => {
      const a = api(command);
      for (;;) {
        const { state } = await a.get<{ state: string }>(`/campaigns/${at(code)}`);
        const { items } = await a.get<Funnel>(`/campaigns/${at(code)}/funnel`);
        note(
          `${new Date().toLocaleTimeString()} ${state}  ${items.map((s) => `${s.step} ${JSON.stringify(s.states)}`).join('  ')}`,
        );
        if (state === 'completed' || state === 'stopped')
          return print(await a.get(`/campaigns/${at(code)}/results`), globals(command).output);
        await new Promise((r) => setTimeout(r, 1000));
      }
    });

  const actions = program.command('actions').description('the effect ledger');
  verb(actions, 'list', 'actions, newest first', (a, _args, o) => a.get(`/actions${query(o)}`), {
    columns: ['id', 'campaign', 'step', 'channel', 'clientName', 'state', 'outcome', 'attempts', 'reason'],
    options: [
      ['--campaign <code>', ''],
      ['--client <id>', ''],
      ['--step <key>', ''],
      ['--state <state>', ''],
      ['--outcome <kind>', ''],
      ['--limit <n>', 'at most 500'],
      ['--cursor <c>', ''],
    ],
  });
  verb(actions, 'show <id>', 'one action: intent, attempts, outcomes', (a, [id]) => a.get(`/actions/${at(id)}`));
}
