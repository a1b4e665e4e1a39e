import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { CliError, EXIT } from '../exit.js';

/** A program that the demo started. */
export interface Child<Ready> {
  readonly name: string;
  readonly pid: number;
  /** What its ready line said. */
  readonly ready: Ready;
  /** Resolves when it has ended, with its exit code. */
  readonly ended: Promise<number | null>;
  stop(): Promise<void>;
}

const STOP_MS = 30_000;

/**
 * Starts a program of this build, writes what it prints to a log file, and waits for the line that says it is ready. It
 * notices by its channel when the demo dies, and stops too: nothing is left behind.
 *
 * @param ready reads a line of its standard output; undefined until the line that counts.
 * @throws CliError with its last words when it ends before it is ready.
 */
export async function startChild<Ready>(o: {
  name: string;
  script: string;
  env: Record<string, string>;
  log: string;
  ready: (line: string) => Ready | undefined;
}): Promise<Child<Ready>> {
  await mkdir(dirname(o.log), { recursive: true });
  const log = createWriteStream(o.log, { flags: 'a' });
  const child = spawn(process.execPath, [o.script], {
    env: { ...withoutOurs(process.env), ...o.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const lastWords: string[] = [];
  const hear = (line: string) => {
    log.write(`${line}\n`);
    lastWords.push(line);
    if (lastWords.length > 12) lastWords.shift();
  };
  createInterface({ input: child.stderr! }).on('line', hear);
  const ended = new Promise<number | null>((done) => child.on('exit', done));
  const ready = await new Promise<Ready>((ok, fail) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      hear(line);
      const said = o.ready(line);
      if (said !== undefined) ok(said);
    });
    void ended.then((code) =>
      fail(
        new CliError(
          `The ${o.name} ended with code ${code} before it was ready:\n${lastWords.join('\n')}\nAll of it is in ${o.log}.`,
          EXIT.failed,
        ),
      ),
    );
  });
  return { name: o.name, pid: child.pid!, ready, ended, stop: () => stop(child, ended) };
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(timer);
}

/** Settings of the command line itself are not settings of the programs it starts. */
function withoutOurs(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('ISTHMUS_')));
}
