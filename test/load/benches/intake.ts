import { join } from 'node:path';
import type { CallerJob, CallerResult } from '../callers.js';
import { type Program, runToEnd } from '../../support/program.js';
import { ratio, type Report, type Sample, type Side } from '../report.js';
import type { Site } from '../site.js';
import { fillInbox } from '../stored.js';

const CALLERS = join(import.meta.dirname, '../callers.js');
const BARE = join(import.meta.dirname, '../baselines/bare-intake.js');
const KEY = 'write-key-of-the-bench';

export interface IntakeOptions {
  readonly rounds: number;
  readonly seconds: number;
  /** Measures a second hub too, whose inbox holds so many events already; 0: none. */
  readonly stored: number;
}

const SHAPES = [
  {
    name: 'one',
    work: 'Durable acknowledgement of single 1 KB events, 64 callers',
    callers: 64,
    batch: 1,
    target: 'rate ≥ 0.7, p99 ≤ 1.5; ≥ 0.95 of it with 10,000,000 stored',
  },
  {
    name: 'batch',
    work: 'Durable acknowledgement of requests with 100 events of 1 KB, 16 callers',
    callers: 16,
    batch: 100,
    target: 'rate ≥ 0.75',
  },
];

interface Receiver {
  readonly name: string;
  readonly program: Program;
  readonly url: string;
}

/** Intake with key, checks, dedupe and ledger, against the bare loop; alone in its process, as role `intake`. */
export async function intake(site: Site, o: IntakeOptions): Promise<Report[]> {
  const bare = await site.start(BARE, {
    args: [JSON.stringify(await site.database())],
    ready: (line) => (JSON.parse(line) as { url: string }).url,
  });
  const baseline: Receiver = { name: 'bare HTTP → group commit → ack', program: bare.program, url: bare.ready };
  const product = await receiver(site, 'Isthmus, role intake', 0);
  const full =
    o.stored > 0
      ? await receiver(site, `Isthmus with ${o.stored.toLocaleString('en-US')} events stored`, o.stored)
      : undefined;
  const receivers = [baseline, product, ...(full ? [full] : [])];

  const reports: Report[] = [];
  for (const shape of SHAPES) {
    const samples = new Map(receivers.map((r) => [r, [] as Sample[]]));
    for (let i = 0; i < o.rounds; i++)
      for (const r of receivers) samples.get(r)!.push(await call(r, shape, o.seconds, i));
    const side = (r: Receiver): Side => ({ name: r.name, samples: samples.get(r)! });
    reports.push({
      bench: `intake ${shape.name}`,
      work: shape.work,
      unit: 'events',
      machine: await site.machine(),
      sides: [side(product), side(baseline), ...(full ? [side(full)] : [])],
      ratios: {
        'the baseline’s rate': ratio(side(product), side(baseline), 'perSecond'),
        'the baseline’s p99': ratio(side(product), side(baseline), 'p99Ms'),
        ...(full ? { 'its own rate, with the events stored': ratio(side(full), side(product), 'perSecond') } : {}),
      },
      target: shape.target,
      notMeasured: [...(full ? [] : ['the same with 10 million rows stored (--stored 10000000)']), 'hours of load'],
    });
  }
  return reports;
}

async function receiver(site: Site, name: string, stored: number): Promise<Receiver> {
  const database = await site.database();
  const first = await site.hub(database);
  await first.api.call('POST', '/systems', {
    code: 'web',
    name: 'Web',
    connector: 'web-segment',
    settings: { writeKey: KEY },
  });
  await site.stop(first.program);
  if (stored > 0) await fillInbox(site, database, 'web', stored);
  const { program, url } = await site.hub(database, { ISTHMUS_ROLE: 'intake' });
  return { name, program, url };
}

async function call(r: Receiver, shape: (typeof SHAPES)[number], seconds: number, round: number): Promise<Sample> {
  const cpu = await r.program.cpuMicros();
  const job: CallerJob = {
    url: r.url,
    path: shape.batch === 1 ? '/v1/track' : '/v1/batch',
    writeKey: KEY,
    callers: shape.callers,
    warmupSeconds: 1,
    seconds,
    batch: shape.batch,
    prefix: `${shape.name}${round}`,
    users: 1000,
  };
  const result = await runToEnd<CallerResult>(CALLERS, job);
  if (result.failed > 0) throw new Error(`${result.failed} of ${result.events} events were refused`);
  return {
    perSecond: result.perSecond,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    cpuMicros: ((await r.program.cpuMicros()) - cpu) / result.events,
    ...(await r.program.memory()),
  };
}
