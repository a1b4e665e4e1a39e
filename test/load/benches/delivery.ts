import { join } from 'node:path';
import type { PostgresConnection } from '#platform';
import type { BareJob } from '../baselines/bare-delivery.js';
import type { Command } from '../delivering-hub.js';
import { OwnRedis } from '../../support/own-redis.js';
import { Program, runToEnd } from '../../support/program.js';
import { ratio, type Report, type Sample, type Side } from '../report.js';
import { Api, databaseUrl, type Site, until } from '../site.js';
import { median } from '../statistics.js';

const RATES = [500, 2000];
const here = (file: string) => join(import.meta.dirname, '..', file);

interface Stats {
  readonly count: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Signed webhooks of 1 KB to one endpoint: the drain of a backlog, and the delay at fixed rates. */
export async function delivery(site: Site, o: { rounds: number; seconds: number }): Promise<Report[]> {
  const n = o.seconds * 2000;
  const receiver = new Program(here('receiver.js'), {
    ready: (line) => (JSON.parse(line) as { url: string }).url,
  });
  const receiverUrl = await receiver.start();
  const stats = async () => (await (await fetch(`${receiverUrl}/stats`)).json()) as Stats;
  const arrived = async (count: number) =>
    until(`${count} deliveries`, async () => {
      const answer = await fetch(`${receiverUrl}/count`);
      return ((await answer.json()) as Stats).count >= count;
    });
  const hub = await DeliveringHub.start(site);
  const endpoint = await hub.endpoint(receiverUrl);
  // One that promises what a database promises, and one that forgets everything with its process.
  const [durable, volatile] = [await OwnRedis.start('every command'), await OwnRedis.start('nothing')];

  const drain = async (): Promise<Sample> => {
    await hub.set(endpoint, 'disabled');
    await hub.tell({ kind: 'backlog', n });
    await until('all are routed', async () => (await hub.waiting(endpoint)) >= Math.min(n, 10_001), 200);
    await new Promise((r) => setTimeout(r, 1000));
    await stats();
    const cpu = await hub.program.cpuMicros();
    await hub.set(endpoint, 'enabled');
    await arrived(n);
    const s = await stats();
    return {
      perSecond: s.count / s.seconds,
      cpuMicros: ((await hub.program.cpuMicros()) - cpu) / n,
      ...(await hub.program.memory()),
    };
  };
  const bare = async (road: BareJob['road'], count: number): Promise<Sample> => {
    const job: BareJob = {
      road,
      target: receiverUrl,
      n: count,
      connection: await site.database(),
      ...(road === 'bullmq-redis' ? { redis: durable!.url } : {}),
      ...(road === 'bullmq-memory' ? { redis: volatile!.url } : {}),
    };
    const r = await runToEnd<{ seconds: number; cpuMicros: number }>(here('baselines/bare-delivery.js'), job);
    await stats();
    return { perSecond: count / r.seconds, cpuMicros: r.cpuMicros };
  };
  const paced = async (rate: number): Promise<Sample> => {
    await stats();
    const cpu = await hub.program.cpuMicros();
    await arrived(await hub.tell({ kind: 'rate', rate, seconds: o.seconds }));
    const s = await stats();
    return {
      perSecond: s.count / s.seconds,
      p50Ms: s.p50Ms,
      p99Ms: s.p99Ms,
      cpuMicros: ((await hub.program.cpuMicros()) - cpu) / s.count,
    };
  };

  const roads: BareJob['road'][] = [
    'undici',
    ...(durable && volatile ? (['bullmq-redis', 'bullmq-memory'] as const) : []),
    'bullmq-postgres',
    'graphile-worker',
  ];
  const product: Sample[] = [];
  const others = new Map<string, Sample[]>(roads.map((r) => [r, []]));
  const atRate = new Map<number, Sample[]>(RATES.map((r) => [r, []]));
  const [well, dead]: [Sample[], Sample[]] = [[], []];
  for (let i = 0; i < o.rounds; i++) {
    for (const road of roads) others.get(road)!.push(await bare(road, SLOW.has(road) ? Math.ceil(n / 5) : n));
    product.push(await drain());
    for (const rate of RATES) atRate.get(rate)!.push(await paced(rate));
  }
  // The same events go to as many endpoints: what differs is whether four of the five answer.
  for (const [path, samples] of [
    ['beside', well],
    ['hole', dead],
  ] as const) {
    const four = await Promise.all(Array.from({ length: 4 }, () => hub.endpoint(`${receiverUrl}/${path}`)));
    for (let i = 0; i < o.rounds; i++) samples.push(await paced(RATES[0]!));
    for (const one of four) await hub.remove(one);
  }
  await hub.stop();
  await receiver.stop();
  await durable?.stop();
  await volatile?.stop();

  const side = (name: string, samples: readonly Sample[]): Side => ({ name, samples });
  const drained = side('Isthmus, role all', product);
  const baselines = roads.map((road) => side(NAMES[road], others.get(road)!));
  const of = (road: BareJob['road']) => baselines[roads.indexOf(road)];
  const queues = [of('bullmq-redis'), of('bullmq-postgres')].filter((b) => b !== undefined);
  const best = queues.toSorted((a, b) => speed(b) - speed(a))[0]!;
  const forgetful = of('bullmq-memory');
  const quiet = side(`at ${RATES[0]} events/s`, atRate.get(RATES[0]!)!);
  const besideWell = side(`at ${RATES[0]} events/s, beside four endpoints that answer`, well);
  const besideDead = side(`at ${RATES[0]} events/s, beside four endpoints that never answer`, dead);
  const machine = await site.machine();
  return [
    {
      bench: 'delivery',
      work: `A backlog of ${n} signed webhooks of 1 KB to one endpoint (64 at once), from the moment it is enabled; a fifth of it for the queues on PostgreSQL. Attempt log and fence on our side, neither on theirs. Every side but the first and the memory-only one has a job on disk before it counts as taken or done.`,
      unit: 'deliveries',
      machine,
      sides: [drained, ...baselines],
      ratios: {
        ratioUndici: ratio(drained, baselines[0]!, 'perSecond'),
        ratioBullmq: ratio(drained, best, 'perSecond'),
        ...(forgetful ? { ratioBullmqInMemory: ratio(drained, forgetful, 'perSecond') } : {}),
        ratioGraphileWorker: ratio(drained, of('graphile-worker')!, 'perSecond'),
      },
      target: '≥ 5,000/s, ≥ 0.6 × undici + HMAC, ≥ 3 × each queue',
      notMeasured: ['receivers on another machine', 'TLS', 'several workers'],
    },
    {
      bench: 'delivery delay',
      work: 'From before the commit of an event, few in a transaction, to its arrival at the receiver.',
      unit: 'deliveries',
      machine,
      sides: [quiet, ...RATES.slice(1).map((r) => side(`at ${r} events/s`, atRate.get(r)!)), besideWell, besideDead],
      ratios: {
        'p99 beside black holes, of the p99 beside as many that answer': ratio(besideDead, besideWell, 'p99Ms'),
      },
      target: 'at 500/s p50 ≤ 10 ms, p99 ≤ 100 ms; black holes cost others ≤ 10 %',
      notMeasured: [],
    },
  ];
}

const NAMES: Record<BareJob['road'], string> = {
  undici: 'bare undici + HMAC, from memory',
  'bullmq-redis': 'BullMQ on Redis (append-only file, fsync always), a job per delivery',
  'bullmq-memory': 'BullMQ on Redis that keeps nothing, a job per delivery',
  'bullmq-postgres': 'BullMQ on PostgreSQL, a job per delivery',
  'graphile-worker': 'graphile-worker, a job per delivery',
};

/** So slow that the whole backlog would take minutes. */
const SLOW: ReadonlySet<BareJob['road']> = new Set(['bullmq-postgres', 'graphile-worker']);

const speed = (s: Side) => median(s.samples.map((x) => x.perSecond ?? 0));

/** The hub with a writer of events in it. */
class DeliveringHub {
  private constructor(
    readonly program: Program<string>,
    private readonly api: Api,
  ) {}

  static async start(site: Site): Promise<DeliveringHub> {
    const connection: PostgresConnection = await site.database();
    const dataDir = join(site.dir, 'delivering');
    const program = new Program(here('delivering-hub.js'), {
      env: {
        ISTHMUS_DATA_DIR: dataDir,
        ISTHMUS_DATABASE_URL: databaseUrl(connection),
        ISTHMUS_PORT: '0',
        ISTHMUS_EGRESS_ALLOW: '127.0.0.0/8',
      },
      ready: (line) =>
        line.includes('"msg":"the hub is ready"') ? (JSON.parse(line) as { url: string }).url : undefined,
    });
    return new DeliveringHub(program, new Api(await program.start(), dataDir));
  }

  async endpoint(url: string): Promise<string> {
    const made = await this.api.call<{ id: string }>('POST', '/endpoints', {
      name: url,
      url,
      types: ['client.updated'],
      concurrency: 64,
      timeoutMs: 5000,
    });
    return made.id;
  }

  remove(id: string): Promise<unknown> {
    return this.api.call('DELETE', `/endpoints/${id}`, undefined);
  }

  async set(id: string, state: 'enabled' | 'disabled'): Promise<void> {
    const { version } = await this.api.call<{ version: number }>('GET', `/endpoints/${id}`);
    await this.api.call('PATCH', `/endpoints/${id}`, { version, state });
  }

  async waiting(id: string): Promise<number> {
    return (await this.api.call<{ health: { waiting: number } }>('GET', `/endpoints/${id}`)).health.waiting;
  }

  tell(command: Command): Promise<number> {
    return this.program.ask(command);
  }

  async stop(): Promise<void> {
    await this.program.stop();
  }
}
