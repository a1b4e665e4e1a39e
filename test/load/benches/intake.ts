import { join } from 'node:path';
import type { CallerJob, CallerResult } from '../callers.js';
import { Program, runToEnd } from '../program.js';
import { ratio, type Report, type Sample } from '../report.js';
import type { Site } from '../site.js';

const CALLERS = join(import.meta.dirname, '../callers.js');
const BARE = join(import.meta.dirname, '../baselines/bare-intake.js');
const KEY = 'write-key-of-the-bench';

export interface IntakeOptions {
  readonly rounds: number;
  readonly seconds: number;
}

const SHAPES = [
  { name: 'one', work: 'Durable acknowledgement of single 1 KB events, 64 callers', callers: 64, batch: 1 },
  {
    name: 'batch',
    work: 'Durable acknowledgement of requests with 100 events of 1 KB, 16 callers',
    callers: 16,
    batch: 100,
  },
];

/** Intake with key, checks, dedupe and ledger, against the bare loop; alone in its process, as role `intake`. */
export async function intake(site: Site, o: IntakeOptions): Promise<Report[]> {
  const database = await site.database();
  const first = await site.hub(database);
  await first.api.call('POST', '/systems', {
    code: 'web',
    name: 'Web',
    connector: 'web-segment',
    settings: { writeKey: KEY },
  });
  await site.stop(first.program);
  const hub = await site.hub(database, { ISTHMUS_ROLE: 'intake' });
  const bare = await Program.start(BARE, {
    args: [JSON.stringify(await site.database())],
    ready: (line) => (JSON.parse(line) as { url: string }).url,
  });

  const reports: Report[] = [];
  for (const shape of SHAPES) {
    const call = async (program: Program, url: string, round: number): Promise<Sample> => {
      const cpu = await program.cpuMicros();
      const job: CallerJob = {
        url,
        path: shape.batch === 1 ? '/v1/track' : '/v1/batch',
        writeKey: KEY,
        callers: shape.callers,
        warmupSeconds: 1,
        seconds: o.seconds,
        batch: shape.batch,
        prefix: `${shape.name}${round}`,
        users: 1000,
      };
      const r = await runToEnd<CallerResult>(CALLERS, job);
      if (r.failed > 0) throw new Error(`${r.failed} of ${r.events} events were refused`);
      return {
        perSecond: r.perSecond,
        p50Ms: r.p50Ms,
        p99Ms: r.p99Ms,
        cpuMicros: ((await program.cpuMicros()) - cpu) / r.events,
        peakMiB: await program.peakMiB(),
      };
    };
    const product: Sample[] = [];
    const baseline: Sample[] = [];
    for (let i = 0; i < o.rounds; i++) {
      baseline.push(await call(bare, bare.ready, i));
      product.push(await call(hub.program, hub.url, i));
    }
    const a = { name: 'Isthmus, role intake', samples: product };
    const b = { name: 'bare HTTP → group commit → ack', samples: baseline };
    reports.push({
      bench: `intake ${shape.name}`,
      work: shape.work,
      unit: 'events',
      machine: await site.machine(),
      sides: [a, b],
      ratios: {
        'the baseline’s rate': ratio(a, b, 'perSecond'),
        'the baseline’s p99': ratio(a, b, 'p99Ms'),
      },
      target: shape.batch === 1 ? 'rate ≥ 0.7, p99 ≤ 1.5' : 'rate ≥ 0.75',
      notMeasured: ['the same with 10 million rows stored', 'hours of load'],
    });
  }
  await bare.stop();
  await site.stop(hub.program);
  return reports;
}
