import { cpus, totalmem } from 'node:os';
import { median, round } from './statistics.js';

/** What one side did in one round. */
export interface Sample {
  /** Units per second; absent where only latency counts. */
  readonly perSecond?: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  /** Processor time of the measured process per unit, microseconds. */
  readonly cpuMicros?: number;
  readonly peakMiB?: number;
  /** Memory of the measured process at the end of the round. */
  readonly residentMiB?: number;
}

export interface Side {
  readonly name: string;
  readonly samples: readonly Sample[];
}

export interface Report {
  readonly bench: string;
  readonly work: string;
  readonly unit: string;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly sides: readonly Side[];
  /** Of the medians: the product against each baseline of the same run. */
  readonly ratios: Readonly<Record<string, number>>;
  readonly target: string;
  readonly notMeasured: readonly string[];
}

/** The product's median against the baseline's, as a share. */
export function ratio(product: Side, baseline: Side, of: keyof Sample): number {
  const m = (side: Side) => median(side.samples.flatMap((s) => (s[of] === undefined ? [] : [s[of]])));
  return round(m(product) / m(baseline), 2);
}

export function machine(postgres: string, settings: string): Record<string, string | number> {
  const [cpu] = cpus();
  return {
    cores: cpus().length,
    cpu: cpu?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    postgres,
    settings,
  };
}

/** Round by round: flat, or growing. */
function residents(side: Side): string {
  const values = side.samples.flatMap((s) => (s.residentMiB === undefined ? [] : [s.residentMiB]));
  return values.length === 0 ? '–' : values.join(' → ');
}

/** The report as a table of Markdown. */
export function table(r: Report): string {
  const show = (side: Side, of: keyof Sample, digits = 0): string => {
    const values = side.samples.flatMap((s) => (s[of] === undefined ? [] : [s[of]]));
    if (values.length === 0) return '–';
    const f = (n: number) => round(n, digits).toLocaleString('en-US');
    return `${f(median(values))} (${f(Math.min(...values))}–${f(Math.max(...values))})`;
  };
  const rows = r.sides.map(
    (s) =>
      `| ${s.name} | ${show(s, 'perSecond')} | ${show(s, 'p50Ms', 1)} | ${show(s, 'p99Ms', 1)} | ${show(s, 'cpuMicros')} | ${show(s, 'peakMiB')} | ${residents(s)} |`,
  );
  return [
    `## ${r.bench}`,
    '',
    r.work,
    '',
    `| side | ${r.unit}/s | p50 ms | p99 ms | CPU µs per unit | peak MiB | MiB after each round |`,
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    [
      `Rounds: ${r.sides[0]!.samples.length}, in turn; median (least–most).`,
      ...Object.entries(r.ratios).map(([name, x]) => `Of ${name}: **${x}**.`),
      `Target: ${r.target}.`,
    ].join(' '),
    '',
    ...(r.notMeasured.length > 0 ? [`Not measured: ${r.notMeasured.join('; ')}.`, ''] : []),
    `Machine: ${Object.entries(r.machine)
      .map(([k, v]) => `${k} ${v}`)
      .join(', ')}.`,
    '',
  ].join('\n');
}
