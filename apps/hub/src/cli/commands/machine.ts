import type { Command } from 'commander';
import { allSettings, hubSettings } from '#config';
import { readSettings, redactSettings } from '#platform';
import { version } from '../../project.js';
import { Api } from '../api.js';
import { CliError, EXIT } from '../exit.js';
import { globals } from '../verbs.js';
import { note, print } from '../output.js';

/** Commands about this machine and this installation. */
export function machineCommands(program: Command): void {
  program
    .command('config')
    .description('the settings in force, secrets only as "configured"')
    .action((_o: unknown, command: Command) =>
      print(redactSettings(hubSettings, readSettings(hubSettings, process.env, allSettings)), globals(command).output),
    );

  program
    .command('version')
    .description('the version of this command line')
    .action((_o: unknown, command: Command) => print({ name: 'isthmus', version }, globals(command).output));

  program
    .command('doctor')
    .description('is everything as it should be here?')
    .action(async (_o: unknown, command: Command) => {
      const checks: { check: string; ok: boolean; detail: string }[] = [];
      const look = async (check: string, probe: () => Promise<string>) => {
        try {
          checks.push({ check, ok: true, detail: await probe() });
        } catch (e) {
          checks.push({ check, ok: false, detail: e instanceof Error ? e.message : String(e) });
        }
      };
      await look('node', async () => {
        if (Number(process.versions.node.split('.')[0]) < 24)
          throw new Error(`Node ${process.versions.node}; 24 comes with "npm ci", use the npm scripts`);
        return process.versions.node;
      });
      await look(
        'settings',
        async () => `${Object.keys(readSettings(hubSettings, process.env, allSettings)).length} settings are valid`,
      );
      const a = Api.fromSettings(globals(command));
      await look('hub', async () => {
        const r = await fetch(`${a.url}/readyz`).catch(() => undefined);
        if (!r?.ok) throw new Error(`${a.url} is not ready; start it with "npm start"`);
        return `${a.url} is ready`;
      });
      await look('sign-in', async () => `signed in as ${(await a.get<{ login: string }>('/session')).login}`);
      await look('audit', async () => {
        const r = await a.get<{ rows: number; brokenAt: number | null }>('/audit/verify');
        if (r.brokenAt !== null) throw new Error(`the chain is broken at row ${r.brokenAt}`);
        return `${r.rows} rows, unbroken`;
      });
      print({ items: checks }, globals(command).output);
      const bad = checks.filter((c) => !c.ok).length;
      if (bad > 0) throw new CliError(`${bad} of ${checks.length} checks failed.`, EXIT.failed);
      note('All is well.');
    });
}
