import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

/** Linux counts processor time in ticks of 10 ms. */
const MICROS_PER_TICK = 10_000;

/** A program that does not end by itself within this time, asked to, is killed. */
const ENDS_WITHIN_MS = 15_000;

/** A program under measurement, in a process of its own. */
export class Program<Ready = unknown> {
  private constructor(
    private readonly child: ChildProcess,
    private readonly ended: Promise<number | null>,
    readonly ready: Ready,
  ) {}

  /**
   * @param ready reads a line of its standard output; undefined until the line that counts.
   * @throws Error with its last words when it ends before it is ready.
   */
  static async start<Ready>(
    script: string,
    o: { args?: readonly string[]; env?: Record<string, string>; ready: (line: string) => Ready | undefined },
  ): Promise<Program<Ready>> {
    const child = spawn(process.execPath, [script, ...(o.args ?? [])], {
      env: { ...process.env, ...o.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const words: string[] = [];
    const hear = (line: string) => void (words.push(line) > 20 && words.shift());
    createInterface({ input: child.stderr! }).on('line', hear);
    const ended = new Promise<number | null>((done) => child.on('exit', done));
    const ready = await new Promise<Ready>((ok, fail) => {
      createInterface({ input: child.stdout! }).on('line', (line) => {
        hear(line);
        const said = o.ready(line);
        if (said !== undefined) ok(said);
      });
      void ended.then((code) => fail(new Error(`${script} ended with ${code}:\n${words.join('\n')}`)));
    });
    return new Program(child, ended, ready);
  }

  /** Processor time used so far, microseconds; 0 where the system has no /proc. */
  async cpuMicros(): Promise<number> {
    const stat = await readFile(`/proc/${this.child.pid}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * MICROS_PER_TICK;
  }

  /** Resident memory now, and at most so far, MiB; 0 where the system has no /proc. */
  async memory(): Promise<{ residentMiB: number; peakMiB: number }> {
    const status = await readFile(`/proc/${this.child.pid}/status`, 'utf8').catch(() => '');
    const read = (line: RegExp) => Math.round(Number(line.exec(status)?.[1] ?? 0) / 1024);
    return { residentMiB: read(/VmRSS:\s+(\d+)/), peakMiB: read(/VmHWM:\s+(\d+)/) };
  }

  /** Sends a command by IPC and waits for the answer, a number. */
  ask(command: object): Promise<number> {
    return new Promise((ok) => {
      this.child.once('message', (n) => ok(Number(n)));
      this.child.send(command);
    });
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), ENDS_WITHIN_MS);
    await this.ended;
    clearTimeout(late);
  }
}

/** Runs a program to its end and reads its last line of output as JSON. */
export async function runToEnd<T>(script: string, job: unknown): Promise<T> {
  let said = '';
  const program = await Program.start(script, {
    args: [JSON.stringify(job)],
    ready: (line) => (line.startsWith('{') ? (said = line) : undefined),
  });
  await program.stop();
  return JSON.parse(said) as T;
}
