import { readFile } from 'node:fs/promises';
import {
  DEFAULT_MODEL,
  type MatchModel,
  Population,
  type Profile,
  profileOf,
  resolvePopulation,
  trainOn,
} from '#identity';
import { machine, type Report } from '../report.js';
import { round } from '../statistics.js';
import { type ColumnKinds, configuredKinds, inferKinds, profilesOf } from './identity-kinds.js';
import { brokerage } from './identity-people.js';
import { type Quality, qualityOf } from './identity-quality.js';
import { BenchRefusal, parseTruth, readTable, type Table, truthOf } from './identity-records.js';
import { resolveByRules } from './identity-rules.js';

export interface IdentityOptions {
  /** One CSV, or two with a comma between them: each free of duplicates, to be linked. */
  readonly records: string;
  /** A column, or `COLUMN:/regex(group)/`. */
  readonly truth: string;
  /** A JSON file `{"columns": {"COLUMN": "KIND" or null}}`. Default: kinds are inferred. */
  readonly config?: string | undefined;
  readonly online?: boolean | undefined;
  /** Records of one transaction of the online road. Default 1. */
  readonly batch?: number | undefined;
}

/** What resolved the records, by whatever road. */
export interface RoadResult {
  readonly clientOf: ArrayLike<number | string>;
  readonly pairsCompared: number;
  /** Before the full pass. */
  readonly before?: ArrayLike<number | string>;
  /** Of one transaction with its commit. */
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  /** From the first transaction to the last, the full pass left out. */
  readonly seconds?: number;
  readonly review?: { readonly length: number };
}

/**
 * Feeds profiles one at a time, in an order that follows from the seed, through the path that serves the hub. The road
 * starts what it needs and leaves nothing behind.
 */
export interface OnlineRoad {
  resolve(profiles: readonly Profile[], model: MatchModel, o: RoadOptions): Promise<RoadResult>;
}

/** Names of nodes, alike on both roads: they break ties. */
export const nameOfNode = (node: number) => String(node).padStart(10, '0');

export interface RoadOptions {
  readonly seed: number;
  readonly batch: number;
  readonly exclusive?: (node: number) => number | undefined;
}

export interface IdentityResult extends Quality {
  readonly baselineF1: number;
  readonly records: number;
  readonly pairsCompared: number;
  /** From raw values to clients: profiles, training, blocking, comparison, clustering. Online: transactions alone. */
  readonly recordsPerSecond: number;
  readonly peakMemoryMiB: number;
  readonly cpuMicrosPerRecord: number;
  readonly road: 'bulk' | 'online';
  readonly kinds: Readonly<Record<string, string>>;
  readonly model: {
    readonly version: string;
    readonly prior: number;
    readonly link: number;
    readonly review: number;
    readonly blocking: readonly string[];
    readonly weights: Readonly<Record<string, readonly number[]>>;
  };
  readonly reviewPairs: number;
  /** Pairwise F1 of the clients found step by step with those of the bulk load, before and after the full pass. */
  readonly agreement?: { readonly before: number; readonly after: number };
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  readonly machine: Readonly<Record<string, string | number>>;
}

/** Measures the resolver on labelled records. @throws BenchRefusal for what the caller can mend. */
export async function identityOf(o: IdentityOptions, road?: OnlineRoad): Promise<IdentityResult> {
  if (o.online === true && road === undefined)
    throw new BenchRefusal(
      '--online needs the database path of the resolver, which this build does not have; leave --online out.',
    );
  const files = o.records.split(',').filter((f) => f !== '');
  if (files.length < 1 || files.length > 2)
    throw new BenchRefusal(`--records names ${files.length} files; one is needed, or two with a comma between them.`);
  const truth = parseTruth(o.truth);
  const tables = await Promise.all(files.map((f) => readTable(f)));
  const other = tables.slice(1).find((t) => t.columns.join(',') !== tables[0]!.columns.join(','));
  if (other !== undefined)
    throw new BenchRefusal(
      `"${other.file}" has the columns ${other.columns.join(', ')}; "${files[0]}" has ${tables[0]!.columns.join(', ')}. Two files need the same columns.`,
    );
  const labels = tables.flatMap((t) => truthOf(t, truth));
  const kinds =
    o.config === undefined
      ? inferKinds(tables, truth.column)
      : configuredKinds(await readConfig(o.config), tables, truth.column);
  if ([...kinds.values()].every((k) => k === undefined))
    throw new BenchRefusal('No column is evidence; name some with --config {"columns": {"COLUMN": "KIND"}}.');
  return measure(tables, kinds, labels, o.online === true ? road : undefined, o.batch);
}

async function readConfig(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((e: NodeJS.ErrnoException) => {
    throw new BenchRefusal(`"${file}" cannot be read (${e.code}); --config needs a JSON file that exists.`);
  });
  try {
    return JSON.parse(text) as unknown;
  } catch (e) {
    throw new BenchRefusal(`"${file}" is no JSON: ${(e as Error).message}.`, { cause: e });
  }
}

async function measure(
  tables: readonly Table[],
  kinds: ColumnKinds,
  labels: readonly string[],
  road: OnlineRoad | undefined,
  batch = 1,
): Promise<IdentityResult> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const people = new Population();
  const source: number[] = [];
  for (const [s, table] of tables.entries())
    for (const raw of profilesOf(table, kinds)) {
      people.add(profileOf(raw));
      source.push(s);
    }
  const exclusive = tables.length > 1 ? { exclusive: (node: number) => source[node] } : {};
  const model = trainOn(people, exclusive);
  const found: RoadResult =
    road === undefined
      ? resolvePopulation(people, model, exclusive)
      : await road.resolve(allProfiles(tables, kinds), model, { seed: 1, batch, ...exclusive });
  const seconds = found.seconds ?? (performance.now() - started) / 1000;
  const used = process.cpuUsage(cpu);
  const peak = process.resourceUsage().maxRSS / 1024;
  const bulk = found.before && resolvePopulation(people, model, { ...exclusive, keyOf: nameOfNode }).clientOf;
  const agreement = bulk && {
    before: round(qualityOf(found.before!, bulk).f1, 5),
    after: round(qualityOf(found.clientOf, bulk).f1, 5),
  };
  return {
    ...rounded(qualityOf(found.clientOf, labels)),
    baselineF1: round(qualityOf(resolveByRules(allProfiles(tables, kinds)), labels).f1, 4),
    records: labels.length,
    pairsCompared: found.pairsCompared,
    recordsPerSecond: Math.round(labels.length / seconds),
    peakMemoryMiB: Math.round(peak),
    cpuMicrosPerRecord: Math.round((used.user + used.system) / labels.length),
    road: road === undefined ? 'bulk' : 'online',
    kinds: Object.fromEntries([...kinds].map(([c, k]) => [c, k ?? 'not used'])),
    model: {
      version: model.version,
      prior: model.prior,
      link: model.thresholds.link,
      review: model.thresholds.review,
      blocking: model.blocking ?? [],
      weights: Object.fromEntries(
        model.comparisons.map((c) => [c.comparison, c.m.map((m, l) => round(Math.log2(m / c.u[l]!), 1))]),
      ),
    },
    reviewPairs: found.review?.length ?? 0,
    ...(agreement ? { agreement, p50Ms: round(found.p50Ms!, 2), p99Ms: round(found.p99Ms!, 2) } : {}),
    machine: road
      ? machine('embedded', `fsync on, ${batch} records a transaction`)
      : machine('not used', 'in memory, one core'),
  };
}

function allProfiles(tables: readonly Table[], kinds: ColumnKinds): Profile[] {
  return tables.flatMap((t) => profilesOf(t, kinds).map((raw) => profileOf(raw)));
}

function rounded(q: Quality): Quality {
  return {
    precision: round(q.precision, 4),
    recall: round(q.recall, 4),
    f1: round(q.f1, 4),
    clusterF1: round(q.clusterF1, 4),
  };
}

export function identityTable(r: IdentityResult): string {
  return [
    '## identity',
    '',
    `| | F1 | precision | recall | cluster F1 |`,
    `| --- | --- | --- | --- | --- |`,
    `| Isthmus, ${r.road} | ${r.f1} | ${r.precision} | ${r.recall} | ${r.clusterF1} |`,
    `| deterministic rules | ${r.baselineF1} | | | |`,
    '',
    `${r.records.toLocaleString('en-US')} records, ${r.recordsPerSecond.toLocaleString('en-US')}/s (${r.cpuMicrosPerRecord} µs CPU each), ${r.pairsCompared.toLocaleString('en-US')} pairs compared, peak ${r.peakMemoryMiB} MiB, ${r.reviewPairs} pairs for review.`,
    '',
    `Kinds: ${Object.entries(r.kinds)
      .map(([c, k]) => `${c} = ${k}`)
      .join(', ')}.`,
    ...(r.agreement
      ? [
          `Agreement with the bulk load: F1 ${r.agreement.before} before the full pass, ${r.agreement.after} after it; p50 ${r.p50Ms} ms, p99 ${r.p99Ms} ms a transaction.`,
        ]
      : []),
    `Model ${r.model.version}: prior ${r.model.prior} bits, link at ${r.model.link}, review at ${r.model.review}; candidates by ${r.model.blocking.join(', ')}.`,
    '',
  ].join('\n');
}

/** Without records of the caller's: a made-up brokerage, rounds on seeds of their own. */
export async function identity(
  _: unknown,
  o: { readonly rounds: number; readonly clients: number },
): Promise<Report[]> {
  const results: IdentityResult[] = [];
  for (let seed = 1; seed <= o.rounds; seed++) {
    const table = brokerage(o.clients, seed);
    results.push(await measure([table], inferKinds([table], '真值'), truthOf(table, { column: '真值' }), undefined));
  }
  const f1 = (of: (r: IdentityResult) => number) =>
    results.map(of).sort((a, b) => a - b)[Math.floor(results.length / 2)]!;
  return [
    {
      bench: 'identity',
      work: `${results[0]!.records.toLocaleString('en-US')} records of ${o.clients.toLocaleString('en-US')} made-up people of a brokerage: profiles, training, clients. F1 ${f1((r) => r.f1)}, precision ${f1((r) => r.precision)}, recall ${f1((r) => r.recall)}; deterministic rules F1 ${f1((r) => r.baselineF1)}.`,
      unit: 'records',
      machine: results[0]!.machine,
      sides: [
        {
          name: 'Isthmus: bulk load in memory',
          samples: results.map((r) => ({
            perSecond: r.recordsPerSecond,
            cpuMicros: r.cpuMicrosPerRecord,
            peakMiB: r.peakMemoryMiB,
          })),
        },
      ],
      ratios: { 'the rules’ F1': round(f1((r) => r.f1) / f1((r) => r.baselineF1), 2) },
      target: '≥ 5,000 records/s; quality as in the targets on labelled files, by --records',
      notMeasured: [
        'the database path',
        'labelled files (none were named)',
        `model ${DEFAULT_MODEL.version} untrained`,
      ],
    },
  ];
}
