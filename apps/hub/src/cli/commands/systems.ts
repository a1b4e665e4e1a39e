import type { Command } from 'commander';
import { CliError, EXIT } from '../exit.js';
import { note } from '../output.js';
import { api, at, query, readInput, verb } from '../verbs.js';

interface SystemView {
  code: string;
  version: number;
  streams: {
    name: string;
    phase: string;
    rowsDone: number;
    rowsExpected: number | null;
    ratePerSecond: number | null;
    etaSeconds: number | null;
  }[];
}

export function systemCommands(program: Command): void {
  const connectors = program.command('connectors').description('the kinds of system that can be registered');
  verb(connectors, 'list', 'list the connectors of this build', (a) => a.get('/connectors'), {
    columns: ['name', 'kind', 'title.en', 'title.zh'],
  });

  const systems = program.command('systems').description('registered systems: register, check, watch, pause');
  const columns = ['code', 'name', 'connector', 'state', 'agent', 'version'];
  verb(systems, 'list', 'list systems', (a) => a.get('/systems'), { columns });
  verb(systems, 'show <code>', 'one system with its streams', (a, [code]) => a.get(`/systems/${at(code)}`));
  verb(systems, 'register <file>', 'register a system from a JSON or YAML file (- is stdin)', (a, [file]) =>
    a.post('/systems', readInput(file!)),
  );
  verb(systems, 'try <file>', 'check settings without registering them', async (a, [file]) =>
    checked(await a.post('/systems/check', readInput(file!))),
  );
  verb(systems, 'check <code>', 'is it reachable, are we let in, is it set up right?', async (a, [code]) =>
    checked(await a.post(`/systems/${at(code)}/check`)),
  );
  verb(
    systems,
    'discover <code>',
    'the streams and fields it offers',
    (a, [code]) => a.get(`/systems/${at(code)}/discover`),
    { columns: ['name', 'key', 'personal'] },
  );
  verb(systems, 'reconcile <code>', 'count what is held of it, to compare with the source', (a, [code]) =>
    a.get(`/systems/${at(code)}/reconciliation`),
  );
  for (const [name, state] of [
    ['pause', 'paused'],
    ['resume', 'active'],
  ] as const)
    verb(systems, `${name} <code>`, `${name} a system`, async (a, [code]) => {
      const { version } = await a.get<SystemView>(`/systems/${at(code)}`);
      return a.send('PATCH', `/systems/${at(code)}`, { version, state });
    });
  verb(
    systems,
    'trust <code>',
    'what is believed of it: its place among systems, and the fields that it has verified',
    async (a, [code], o) => {
      const { version } = await a.get<SystemView>(`/systems/${at(code)}`);
      return a.send('PATCH', `/systems/${at(code)}`, {
        version,
        ...(o['priority'] === undefined ? {} : { priority: Number(o['priority']) }),
        ...(o['verified'] === undefined ? {} : { verified: o['verified'].split(',').filter((f) => f !== '') }),
      });
    },
    {
      options: [
        ['--priority <n>', '1 to 99; the smallest is believed first'],
        ['--verified <fields>', 'such as idDocument,name; "" for none'],
      ],
    },
  );
  systems
    .command('watch <code>')
    .description('progress of a backfill until it is done')
    .action(async (code: string, _o: unknown, command: Command) => {
      const a = api(command);
      for (;;) {
        const { streams } = await a.get<SystemView>(`/systems/${at(code)}`);
        for (const s of streams) note(progress(s));
        if (streams.length > 0 && streams.every((s) => s.phase === 'live')) return;
        note('');
        await new Promise((r) => setTimeout(r, 2000));
      }
    });

  const mappings = program.command('mappings').description('how records become canonical facts');
  verb(
    mappings,
    'list <system>',
    'all versions of a system’s mappings',
    (a, [s], o) => a.get(`/systems/${at(s)}/mappings${query({ stream: o['stream'] })}`),
    {
      columns: ['stream', 'version', 'state', 'createdBy', 'createdAt'],
      options: [['--stream <name>', 'of one stream']],
    },
  );
  verb(
    mappings,
    'activate <system> <stream> <file>',
    'store a new version and make it active',
    (a, [s, stream, file]) => a.send('PUT', `/systems/${at(s)}/mappings/${at(stream)}`, readInput(file!)),
  );
}

function checked(r: unknown): unknown {
  const { ok, results } = r as {
    ok: boolean;
    results: { capability: string; status: string; detail: string; nextStep?: string }[];
  };
  if (ok) return { items: results };
  const faults = results
    .filter((c) => c.status !== 'ok')
    .map((c) => `${c.capability}: ${c.status}: ${c.detail}${c.nextStep ? ` ${c.nextStep}` : ''}`);
  throw new CliError(faults.join('\n'), EXIT.failed);
}

function progress(s: SystemView['streams'][number]): string {
  const total = s.rowsExpected === null ? '?' : String(s.rowsExpected);
  const rate = s.ratePerSecond === null ? '' : `${Math.round(s.ratePerSecond)}/s`;
  const eta = s.phase === 'live' ? 'live' : s.etaSeconds === null ? 'no estimate' : `${Math.ceil(s.etaSeconds)} s left`;
  return `${s.name.padEnd(20)} ${String(s.rowsDone).padStart(10)} / ${total.padEnd(10)} ${rate.padEnd(10)} ${eta}`;
}
