import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);
let building: Promise<unknown> | undefined;

/** Builds the product, once in a run: programs of their own run what is shipped. */
export function build(): Promise<unknown> {
  return (building ??= run(process.execPath, [join(root, 'node_modules/@nestjs/cli/bin/nest.js'), 'build', 'hub'], {
    cwd: root,
  }));
}

/** A program of the product as a process of its own, to be killed and started again. */
export class Program {
  private child: ChildProcess | undefined;
  private readonly log: WriteStream;
  /** How often it ended by itself. */
  died = 0;

  constructor(
    private readonly script: 'hub' | 'agent',
    private readonly env: Record<string, string>,
    private readonly logFile: string,
  ) {
    this.log = createWriteStream(logFile, { flags: 'a' });
  }

  start(): void {
    const child = spawn(process.execPath, [join(root, `dist/apps/${this.script}/src/main.js`)], {
      env: { PATH: process.env['PATH'], ISTHMUS_LOG_LEVEL: 'warn', ...this.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    child.stdout!.pipe(this.log, { end: false });
    child.stderr!.pipe(this.log, { end: false });
    child.once('exit', (_code, signal) => {
      if (this.child === child && signal !== 'SIGKILL' && signal !== 'SIGTERM') this.died++;
    });
    this.child = child;
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Asks it to end; kills it when it has not after twenty seconds. @returns whether it ended by itself. */
  async stop(): Promise<boolean> {
    const { child } = this;
    this.child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return true;
    const ended = new Promise((r) => child.once('exit', r));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
    await ended;
    clearTimeout(timer);
    return child.signalCode !== 'SIGKILL';
  }

  /** The last it said, for a test that fails. */
  async lastWords(lines = 30): Promise<string> {
    return (await readFile(this.logFile, 'utf8').catch(() => '')).split('\n').slice(-lines).join('\n');
  }

  private async end(signal: 'SIGKILL'): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((r) => child.once('exit', r));
    child.kill(signal);
    await ended;
  }
}
