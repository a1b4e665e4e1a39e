import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { freePort, parsePublicId } from '#platform';
import { dice } from '../support/dice.js';
import { EventStream } from '../support/event-stream.js';
import { until } from '../support/hub.js';
import { HttpPeer } from '../support/http-peer.js';
import { type HubProcess, startHubProcess, testFolder } from '../support/processes.js';
import { connectionUrl, testDatabase, withServer } from '../support/servers.js';

/** How often each is killed; twenty on a quiet machine with FAULT_KILLS=20. */
const KILLS = Number(process.env['FAULT_KILLS'] ?? 5);
const random = dice();
/** Two hubs on one database open the same secrets. */
const KEYS = { ISTHMUS_MASTER_KEYS: Buffer.alloc(32, 7).toString('base64') };

/** A downstream that remembers which message came how often, and takes a moment to answer. */
class Ledger {
  /** webhook-id → events it came with. */
  readonly seen = new Map<string, string[]>();
  answer: () => number = () => 204;
  private peer!: HttpPeer;

  static async start(): Promise<Ledger> {
    const ledger = new Ledger();
    ledger.peer = await HttpPeer.start((request, body, response) => {
      const status = ledger.answer();
      const { id } = JSON.parse(body) as { id: string };
      const message = String(request.headers['webhook-id']);
      if (status < 300) ledger.seen.set(message, [...(ledger.seen.get(message) ?? []), id]);
      setTimeout(() => response.writeHead(status).end(), random() * 20);
    });
    return ledger;
  }

  get url(): string {
    return `${this.peer.url}/`;
  }

  stop(): Promise<void> {
    return this.peer.stop();
  }
}

/** Nothing lost, nothing recorded twice, and what came twice came as the same message. */
async function agree(hub: HubProcess, ledger: Ledger, acknowledged: readonly string[]): Promise<void> {
  await until(
    'everything is recorded',
    async () => {
      const [row] = await hub.query<{ n: number }>(
        `select ((select count(*) from event_unrouted) + (select count(*) from delivery))::int as n`,
      );
      return row!.n === 0;
    },
    60_000,
  );
  const done = await hub.query<{ id: string; event: string; state: string }>(
    'select d.id, e.id as event, d.state from delivery_done d join event e on e.seq = d.event_seq and e.day = d.event_day',
  );
  const committed = new Set(done.map((d) => d.event));
  expect(acknowledged.length).toBeGreaterThan(100);
  expect(acknowledged.filter((id) => !committed.has(id))).toEqual([]);
  expect(committed.size).toBe(done.length);
  expect(done.filter((d) => d.state !== 'delivered')).toEqual([]);
  expect(new Set([...ledger.seen.keys()].map((id) => parsePublicId('msg', id)))).toEqual(
    new Set(done.map((d) => d.id)),
  );
  for (const events of ledger.seen.values()) expect(new Set(events).size).toBe(1);
}

/** Whether another PostgreSQL than the one that was killed answers; the hub may not have missed that one yet. */
async function answers(hub: HubProcess, killed: number): Promise<boolean> {
  try {
    return hub.postmaster() !== killed && (await hub.query('select 1 as n')).length === 1;
  } catch {
    return false;
  }
}

async function register(hub: HubProcess, url: string): Promise<void> {
  await hub.api().post('/endpoints', {
    name: 'ledger',
    url,
    types: ['client.updated'],
    concurrency: 16,
    retrySeconds: [1, 1, 2, 2, 5, 5],
  });
}

describe('deliveries under load', () => {
  let ledger: Ledger;
  beforeEach(async () => {
    ledger = await Ledger.start();
  });
  afterEach(() => ledger.stop());

  describe('on one database', () => {
    let hub: HubProcess;
    let databaseUrl: string;
    let stream: EventStream;

    beforeEach(async () => {
      databaseUrl = connectionUrl(await testDatabase());
      hub = await startHubProcess({ databaseUrl, env: KEYS });
      await register(hub, ledger.url);
      stream = new EventStream(() => ({ connectionString: databaseUrl }), 20);
    });
    afterEach(async () => {
      await stream.stop();
      await hub.remove();
    });

    it('survive kill -9 of the hub', async () => {
      for (let i = 0; i < KILLS; i++) {
        const before = ledger.seen.size;
        await until('some arrive', async () => ledger.seen.size > before + 10, 60_000);
        await sleep(random() * 300);
        await hub.process.kill();
        await hub.process.start();
      }
      await stream.stop();
      await agree(hub, ledger, stream.acknowledged);
    }, 240_000);

    it('are not recorded by a process that slept past its time', async () => {
      const other = await startHubProcess({ databaseUrl, env: KEYS });
      try {
        await until('some arrive', async () => ledger.seen.size > 50, 60_000);
        const pid = hub.process.pid!;
        process.kill(pid, 'SIGSTOP');
        try {
          const before = ledger.seen.size;
          await until('the other goes on', async () => ledger.seen.size > before + 50, 60_000);
          await until(
            'what the sleeper held is taken from it',
            async () =>
              (
                await hub.query<{ n: number }>(
                  `select count(*)::int as n from delivery d where d.state = 'claimed'
                     and not exists (select from worker w where w.id = d.claimed_by and w.beat_at > now() - interval '3 seconds')`,
                )
              )[0]!.n === 0,
            30_000,
          );
        } finally {
          process.kill(pid, 'SIGCONT');
        }
        await stream.stop();
        await agree(hub, ledger, stream.acknowledged);
      } finally {
        await other.remove();
      }
    }, 240_000);

    it('go out although their worker is killed three times on the same one', async () => {
      await until('some arrive', async () => ledger.seen.size > 100, 60_000);
      await stream.stop();
      await agree(hub, ledger, stream.acknowledged);
      const hang = await Hang.start();
      try {
        await hub
          .api()
          .post('/endpoints', { name: 'hang', url: hang.url, types: ['client.merged'], timeoutMs: 60_000 });
        await hub.query(
          `with e as (insert into event (id, type, client_id, subject, origin, data) values (gen_random_uuid(), 'client.merged', gen_random_uuid(), 'client/x', 'live', '{}') returning seq, day)
           insert into event_unrouted select seq, day from e`,
        );
        for (let i = 1; i <= 3; i++) {
          await until('it is being sent', async () => hang.ids.length === i, 30_000);
          await hub.process.kill();
          await hub.process.start();
        }
        hang.release();
        await until('it is delivered', async () => hang.answered > 0, 30_000);
        await until(
          'it is recorded',
          async () =>
            (
              await hub.query(
                "select from delivery_done d join endpoint p on p.id = d.endpoint_id where p.name = 'hang' and d.state = 'delivered'",
              )
            ).length === 1,
          30_000,
        );
        expect(new Set(hang.ids).size).toBe(1);
        const attempts = await hub.query<{ error_class: string }>(
          `select a.error_class from delivery_attempt a join delivery_done d on d.id = a.delivery_id join endpoint p on p.id = d.endpoint_id where p.name = 'hang' order by a.fence`,
        );
        expect(attempts.map((a) => a.error_class)).toEqual(['lost', 'lost', 'lost', '']);
      } finally {
        await hang.stop();
      }
    }, 240_000);
  });

  it('survive kill -9 of PostgreSQL', async () => {
    const hub = await startHubProcess();
    const stream = new EventStream(() => hub.connection(), 20);
    try {
      await register(hub, ledger.url);
      for (let i = 0; i < KILLS; i++) {
        const before = ledger.seen.size;
        await until('some arrive', async () => ledger.seen.size > before + 10, 60_000);
        await sleep(random() * 300);
        const killed = hub.postmaster();
        process.kill(killed, 'SIGKILL');
        await until('the database is back', () => answers(hub, killed), 60_000);
      }
      await stream.stop();
      await agree(hub, ledger, stream.acknowledged);
    } finally {
      await stream.stop();
      await hub.remove();
    }
  }, 240_000);
});

withServer('TEST_REDIS')('deliveries with their queue in Redis', () => {
  let ledger: Ledger;
  let redis: RedisProcess;
  let hub: HubProcess;
  let databaseUrl: string;

  beforeAll(async () => {
    ledger = await Ledger.start();
    redis = await RedisProcess.start();
    databaseUrl = connectionUrl(await testDatabase());
    hub = await startHubProcess({ databaseUrl, env: { ISTHMUS_QUEUE_URL: redis.url } });
    await register(hub, ledger.url);
  });
  afterAll(async () => {
    await hub.remove();
    await redis.stop();
    await ledger.stop();
  });

  it('survive kill -9 and FLUSHALL of it', async () => {
    const stream = new EventStream(() => ({ connectionString: databaseUrl }), 20);
    for (let i = 0; i < 20; i++) {
      await sleep(random() * 400);
      if (i % 2 === 0) await redis.kill();
      else await redis.flush();
    }
    await stream.stop();
    expect(ledger.seen.size).toBeGreaterThan(0);
    await agree(hub, ledger, stream.acknowledged);
  }, 240_000);
});

/** A receiver that does not answer until it is told to. */
class Hang {
  readonly ids: string[] = [];
  answered = 0;
  private released = false;
  private peer!: HttpPeer;

  static async start(): Promise<Hang> {
    const hang = new Hang();
    hang.peer = await HttpPeer.start((request, _body, response) => {
      hang.ids.push(String(request.headers['webhook-id']));
      const look = setInterval(() => {
        if (!hang.released) return;
        clearInterval(look);
        if (response.destroyed) return;
        hang.answered++;
        response.writeHead(204).end();
      }, 20);
      response.once('close', () => clearInterval(look));
    });
    return hang;
  }

  get url(): string {
    return `${this.peer.url}/`;
  }

  release(): void {
    this.released = true;
  }

  stop(): Promise<void> {
    return this.peer.stop();
  }
}

/** A Redis of its own, without persistence: killed, it has forgotten everything. */
class RedisProcess {
  private child: ChildProcess | undefined;
  private constructor(
    private readonly port: number,
    private readonly dir: string,
  ) {}

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  static async start(): Promise<RedisProcess> {
    const redis = new RedisProcess(await freePort(), await testFolder());
    await redis.run();
    return redis;
  }

  async kill(): Promise<void> {
    await this.end('SIGKILL');
    await this.run();
  }

  async flush(): Promise<void> {
    const client = new Redis(this.url);
    await client.flushall();
    client.disconnect();
  }

  stop(): Promise<void> {
    return this.end('SIGTERM');
  }

  private async run(): Promise<void> {
    const args = [
      '--bind',
      '127.0.0.1',
      '--port',
      String(this.port),
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      this.dir,
    ];
    this.child = spawn('redis-server', args, { stdio: 'ignore' });
    const client = new Redis(this.url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
    client.on('error', () => {});
    await client.ping();
    client.disconnect();
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((r) => child.once('exit', r));
    child.kill(signal);
    await ended;
  }
}
