import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { CallerJob, CallerResult } from '../callers.js';
import { type Program, runToEnd } from '../../support/program.js';
import { ratio, type Report, type Sample } from '../report.js';
import { type Api, type Site, until } from '../site.js';
import { percentile, round } from '../statistics.js';

const RATE = 1000;
const ALARM_EVERY = 10;
const KEY = 'write-key-of-the-bench';

/** From the sending of an event to the action at the target: segment, live campaign, gates and ledger in between. */
export async function loop(site: Site, o: { rounds: number; seconds: number }): Promise<Report[]> {
  const target = await Target.start();
  try {
    return await measure(site, o, target);
  } finally {
    await target.stop();
  }
}

async function measure(site: Site, o: { rounds: number; seconds: number }, target: Target): Promise<Report[]> {
  const hub = await site.hub(await site.database());
  await hub.api.call('POST', '/systems', {
    code: 'web',
    name: 'Web',
    connector: 'web-segment',
    settings: { writeKey: KEY, inboxUrl: target.url },
  });
  await hub.api.call('POST', '/segments', { code: 'alarm', name: 'Alarm', rule: 'count(web.login, 1d) >= 1' });
  await launch(hub.api);
  const chain = await site.start(join(import.meta.dirname, '../baselines/bare-chain.js'), {
    args: [JSON.stringify({ connection: await site.database(), target: target.url })],
    ready: (line) => (JSON.parse(line) as { url: string }).url,
  });

  const call = async (program: Program, url: string, prefix: string): Promise<Sample> => {
    const cpu = await program.cpuMicros();
    const job: CallerJob = {
      url,
      path: '/v1/track',
      writeKey: KEY,
      callers: 64,
      warmupSeconds: 0,
      seconds: o.seconds,
      batch: 1,
      rate: RATE,
      prefix,
      users: 1000,
      alarmEvery: ALARM_EVERY,
    };
    const r = await runToEnd<CallerResult>(join(import.meta.dirname, '../callers.js'), job);
    const alarms = Math.ceil(r.events / ALARM_EVERY);
    await until(`${alarms} actions at the target`, async () => target.arrived(prefix).length >= alarms);
    const ms = target.arrived(prefix);
    if (ms.length !== alarms) throw new Error(`${ms.length} actions arrived for ${alarms} alarms`);
    return {
      p50Ms: round(percentile(ms, 50)),
      p99Ms: round(percentile(ms, 99)),
      cpuMicros: ((await program.cpuMicros()) - cpu) / r.events,
      ...(await program.memory()),
    };
  };
  const product: Sample[] = [];
  const baseline: Sample[] = [];
  for (let i = 0; i < o.rounds; i++) {
    baseline.push(await call(chain.program, chain.ready, `bare${i}`));
    product.push(await call(hub.program, hub.url, `loop${i}`));
  }
  await site.stop(chain.program);
  const a = { name: 'Isthmus, role all', samples: product };
  const b = { name: 'bare chain: HTTP → commit → claim → put', samples: baseline };
  return [
    {
      bench: 'loop',
      work: `From the sending of an event to the action at the target, at ${RATE} events a second of 1 KB, one in ${ALARM_EVERY} the login of a client who thereby enters a segment with a live campaign.`,
      unit: 'events',
      machine: await site.machine(),
      sides: [a, b],
      ratios: { 'the baseline’s p99': ratio(a, b, 'p99Ms'), 'the baseline’s p50': ratio(a, b, 'p50Ms') },
      target: 'p99 ≤ 100 ms (stretch 40)',
      notMeasured: ['sources that are read by polling: see fresh'],
    },
  ];
}

async function launch(api: Api): Promise<void> {
  const spec = {
    audience: { segment: 'alarm', mode: 'live' },
    control: 0,
    steps: [
      {
        key: 'message',
        title: 'Message',
        action: 'web.message',
        system: 'web',
        params: { title: 'Alarm', body: 'Stay.' },
      },
    ],
    goal: { fact: 'custody.out', is: 'avoided' },
  };
  await api.call('POST', '/campaigns', { code: 'alarm', name: 'Alarm', spec });
  await api.call('POST', '/campaigns/alarm/plan');
  await api.call('POST', '/campaigns/alarm/submit');
  await api.call('POST', '/campaigns/alarm/approve', {}, 'approver');
  await api.call('POST', '/campaigns/alarm/launch');
}

/** A message inbox that notes how long after the sending each message came; the user's id tells when that was. */
class Target {
  private readonly late = new Map<string, number[]>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<Target> {
    const server = createServer();
    await new Promise<void>((ok) => server.listen(0, '127.0.0.1', ok));
    const target = new Target(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (d: Buffer) => parts.push(d));
      request.on('end', () => {
        if (request.method === 'PUT') target.note(JSON.parse(Buffer.concat(parts).toString()) as { userId: string });
        response.writeHead(201).end('{}');
      });
    });
    return target;
  }

  /** Milliseconds of every message to users of this prefix. */
  arrived(prefix: string): readonly number[] {
    return this.late.get(prefix) ?? [];
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((r) => this.server.close(r));
  }

  private note({ userId }: { userId: string }): void {
    const [prefix, , , sentAt] = userId.split('-');
    const list = this.late.get(prefix!) ?? [];
    list.push(Date.now() - Number(sentAt));
    this.late.set(prefix!, list);
  }
}
