#!/usr/bin/env node
import 'reflect-metadata';
import { Command, CommanderError } from 'commander';
import { SettingsError } from '#platform';
import { version } from '../project.js';
import { accessCommands } from './commands/access.js';
import { campaignCommands } from './commands/campaigns.js';
import { clientCommands } from './commands/clients.js';
import { demoCommand } from './commands/demo.js';
import { identityCommands } from './commands/identity.js';
import { machineCommands } from './commands/machine.js';
import { systemCommands } from './commands/systems.js';
import { webhookCommands } from './commands/webhooks.js';
import { CliError, EXIT } from './exit.js';
import { FORMATS, note, parseFormat } from './output.js';

const program = new Command('isthmus')
  .description('Isthmus 连岛: the integration hub for securities firms')
  .version(version)
  .option('--url <address>', 'the hub (ISTHMUS_URL)')
  .option('--key <key>', 'API key (ISTHMUS_API_KEY)')
  .option('--as <login>', 'use the first-start key of this login: admin or approver')
  .option('-o, --output <format>', `one of ${FORMATS.join(', ')}`, parseFormat, 'table')
  .option('--yes', 'do what cannot be undone')
  .showSuggestionAfterError()
  .showHelpAfterError('(--help shows how it is used)')
  .exitOverride();

for (const add of [
  systemCommands,
  clientCommands,
  identityCommands,
  campaignCommands,
  accessCommands,
  webhookCommands,
  machineCommands,
  demoCommand,
])
  add(program);

process.on('SIGINT', () => process.exit(EXIT.interrupted));

try {
  await program.parseAsync();
} catch (e) {
  process.exitCode = codeOf(e);
}

function codeOf(e: unknown): number {
  if (e instanceof CommanderError) return e.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (e instanceof CliError || e instanceof SettingsError) {
    note(e.message);
    return e instanceof CliError ? e.exit : EXIT.usage;
  }
  note(e instanceof Error ? (e.stack ?? e.message) : String(e));
  return EXIT.failed;
}
