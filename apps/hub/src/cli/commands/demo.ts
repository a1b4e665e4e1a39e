import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { demo, type DemoOptions } from '../demo/demo.js';
import { CliError, EXIT } from '../exit.js';

interface Given {
  readonly once?: boolean;
  readonly json?: boolean;
  readonly clients: string;
  readonly seed: string;
  readonly data?: string;
  readonly port?: string;
}

export function demoCommand(program: Command): void {
  program
    .command('demo')
    .description(
      'the whole loop with a pretend firm; Ctrl-C stops everything, a second start goes on from the kept data',
    )
    .option('--once', 'run to the end, check every count, stop, and exit 0 only if all agree')
    .option('--json', 'print the figures as one JSON object')
    .option('--clients <n>', 'clients of the firm', '50000')
    .option('--seed <text>', 'what the firm follows from', 'isthmus')
    .option('--data <folder>', 'where the data is kept (.data/demo; with --once a folder that is removed afterwards)')
    .option('--port <n>', 'port of the console; 0 picks a free one')
    .action(async (given: Given) => {
      const passing = given.once && given.data === undefined ? await passingFolder() : undefined;
      try {
        await perform(given, passing ?? given.data ?? '.data/demo');
      } finally {
        if (passing) await rm(passing, { recursive: true, force: true });
      }
    });
}

async function perform(given: Given, dataDir: string): Promise<void> {
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.removeAllListeners(signal);
    process.on(signal, () => abort.abort());
  }
  const options: DemoOptions = {
    once: given.once ?? false,
    json: given.json ?? false,
    clients: whole('--clients', given.clients, 1, 1_000_000),
    seed: given.seed,
    dataDir,
    port: whole('--port', given.port ?? (given.once ? '0' : '8420'), 0, 65_535),
  };
  const figures = await demo(options, abort.signal);
  if (given.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  if (given.once && figures['ok'] !== true) throw new CliError('Not every count agrees.', EXIT.failed);
}

/** @throws CliError naming the flag, what was found and what is needed. */
function whole(flag: string, text: string, least: number, most: number): number {
  const n = Number(text);
  if (!/^\d+$/.test(text) || n < least || n > most)
    throw new CliError(`${flag}: found "${text}"; needed: a whole number from ${least} to ${most}.`, EXIT.usage);
  return n;
}

/** Open to the account that runs the embedded databases when root starts them. */
async function passingFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'isthmus-demo-'));
  await chmod(folder, 0o755);
  return folder;
}
