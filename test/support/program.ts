import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

/** Linux counts processor time in ticks of 10 ms. */
const MICROS_PER_TICK = 10_000;
/** A program that does not end by itself within this time, asked to, is killed. */
const ENDS_WITHIN_MS = 20_000;
const WORDS_KEPT = 40;

export interface ProgramOptions<Ready> {
  readonly args?: readonly string[];
  /** Beside the environment of this process, without its settings of ours. */
  readonly env?: Readonly<Record<string, string>>;
  /** Reads a line of its standard output; undefined until the line that says that it is ready. */
  readonly ready?: (line: string) => Ready | undefined;
}

/** A program of the build in a process of its own: started, measured, killed, and started again. */
export class Program<Ready = unknown> {
  /** How often it ended although nobody ended it. */
  died = 0;
  private child: ChildProcess | undefined;
  private ended: Promise<number | null> = Promise.resolve(null);
  private readonly words: string[] = [];

  /** @param script its absolute path. */
  constructor(
    private readonly script: string,
    private readonly o: ProgramOptions<Ready> = {},
  ) {}

  get running(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** What it printed last, for a test that fails. */
  get lastWords(): string {
    return this.words.join('\n');
  }

  /** Starts it. @returns what its line said that it is ready. @throws Error with its last words when it ends before. */
  start(): Promise<Ready> {
    const child = this.launch();
    return new Promise<Ready>((ok, fail) => {
      createInterface({ input: child.stdout! }).on('line', (line) => {
        const said = this.o.ready?.(line);
        if (said !== undefined) ok(said);
      });
      void this.ended.then((code) =>
        fail(new Error(`${this.script} ended with ${code} before it was ready:\n${this.lastWords}`)),
      );
    });
  }

  /** Starts it, and waits for nothing. */
  launch(): ChildProcess {
    if (!existsSync(this.script))
      throw new Error(`${this.script} is missing: "npm test" and "npm run bench" build first`);
    const child = spawn(process.execPath, [this.script, ...(this.o.args ?? [])], {
      env: { ...withoutOurs(), ...this.o.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child = child;
    for (const input of [child.stdout!, child.stderr!])
      createInterface({ input }).on('line', (line) => {
        this.words.push(line);
        if (this.words.length > WORDS_KEPT) this.words.shift();
      });
    this.ended = new Promise((done) =>
      child.once('exit', (code, signal) => {
        if (this.child === child && signal !== 'SIGKILL' && signal !== 'SIGTERM') this.died++;
        done(code);
      }),
    );
    return child;
  }

  /** kill -9: no chance to finish anything. */
  async kill(): Promise<void> {
    this.child?.kill('SIGKILL');
    await this.ended;
  }

  /** Asks it to end, and kills it when it has not in time. @returns whether it ended by itself. */
  async stop(): Promise<boolean> {
    const { child } = this;
    if (!child || !this.running) return true;
    this.child = undefined;
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN_MS);
    await this.ended;
    clearTimeout(late);
    return child.signalCode !== 'SIGKILL';
  }

  /** Processor time used so far, microseconds; 0 where the system has no /proc. */
  async cpuMicros(): Promise<number> {
    const stat = await readFile(`/proc/${this.pid}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * MICROS_PER_TICK;
  }

  /** Resident memory now, and at most so far, MiB; 0 where the system has no /proc. */
  async memory(): Promise<{ residentMiB: number; peakMiB: number }> {
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8').catch(() => '');
    const read = (line: RegExp) => Math.round(Number(line.exec(status)?.[1] ?? 0) / 1024);
    return { residentMiB: read(/VmRSS:\s+(\d+)/), peakMiB: read(/VmHWM:\s+(\d+)/) };
  }

  /** Sends a command by IPC and waits for the answer, a number. */
  ask(command: object): Promise<number> {
    return new Promise((ok) => {
      this.child!.once('message', (n) => ok(Number(n)));
      this.child!.send(command);
    });
  }
}

/** Runs a program to its end and reads its last line of output as JSON. */
export async function runToEnd<T>(script: string, job: unknown): Promise<T> {
  let said = '';
  const program = new Program(script, {
    args: [JSON.stringify(job)],
    ready: (line) => (line.startsWith('{') ? (said = line) : undefined),
  });
  await program.start();
  await program.stop();
  return JSON.parse(said) as T;
}

function withoutOurs(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ISTHMUS_')));
}
