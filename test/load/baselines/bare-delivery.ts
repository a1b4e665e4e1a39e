import { createHmac, createSecretKey } from 'node:crypto';
import type { PostgresConnection } from '#platform';
import { createPostgresBackend, Queue, runMigrations, Worker } from 'bullmq';
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import { Redis } from 'ioredis';
import pg from 'pg';
import { Pool } from 'undici';

/**
 * The same signed posts without the product: straight from memory (`undici`), or one job each in a queue. No attempt
 * log, no endpoint settings, no fairness, no fence. Filling the queue is not timed.
 */
export interface BareJob {
  readonly road: 'undici' | 'bullmq-redis' | 'bullmq-memory' | 'bullmq-postgres' | 'graphile-worker';
  readonly target: string;
  readonly n: number;
  readonly connection: PostgresConnection;
  readonly redis?: string;
}

const job = JSON.parse(process.argv[2]!) as BareJob;
const CONNECTIONS = 64;
const key = createSecretKey(Buffer.alloc(32, 7));
const pool = new Pool(job.target, { connections: CONNECTIONS, pipelining: 1 });
const pad = 'x'.repeat(640);
const bodyOf = (id: string) =>
  JSON.stringify({
    specversion: '1.0',
    id,
    source: '/isthmus',
    type: 'client.updated',
    time: new Date().toISOString(),
    subject: 'client/cli_01kx2v8q4de9t8r6m5n4p3q2w1',
    datacontenttype: 'application/json',
    data: { client: 'cli_01kx2v8q4de9t8r6m5n4p3q2w1', version: 1, pad },
  });

async function post(id: string, body: string): Promise<void> {
  const timestamp = Math.floor(Date.now() / 1000).toString();
  const signature = `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  const answer = await pool.request({
    path: '/',
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': signature,
    },
    body,
  });
  await answer.body.dump();
}

/** @returns seconds from the first to the last. */
const roads: Record<BareJob['road'], () => Promise<number>> = {
  undici: async () => {
    const start = performance.now();
    let next = 0;
    await Promise.all(
      Array.from({ length: CONNECTIONS }, async () => {
        while (next < job.n) {
          const id = `msg_${next++}`;
          await post(id, bodyOf(id));
        }
      }),
    );
    return (performance.now() - start) / 1000;
  },
  'bullmq-redis': onRedis,
  'bullmq-memory': onRedis,
  'bullmq-postgres': async () => {
    const client = new pg.Client(job.connection);
    await client.connect();
    await runMigrations(client);
    await client.end();
    const connection = new pg.Pool({ ...job.connection, max: 16, options: '-c search_path=bullmq' });
    return bullmq(connection, createPostgresBackend);
  },
  'graphile-worker': async () => {
    const pgPool = new pg.Pool({ ...job.connection, max: 16 });
    const logger = new Logger(() => () => {});
    const utils = await makeWorkerUtils({ pgPool, logger });
    await utils.migrate();
    for (let at = 0; at < job.n; at += 1000)
      await utils.addJobs(
        Array.from({ length: Math.min(1000, job.n - at) }, (_, i) => ({
          identifier: 'deliver',
          payload: { id: `msg_${at + i}`, body: bodyOf(`msg_${at + i}`) },
        })),
      );
    return new Promise((ok) => {
      const start = performance.now();
      let done = 0;
      void run({
        pgPool,
        logger,
        concurrency: CONNECTIONS,
        pollInterval: 100,
        noHandleSignals: true,
        taskList: {
          deliver: async (payload) => {
            const { id, body } = payload as { id: string; body: string };
            await post(id, body);
            if (++done === job.n) ok((performance.now() - start) / 1000);
          },
        },
      });
    });
  },
};

async function onRedis(): Promise<number> {
  return bullmq(new Redis(job.redis!, { maxRetriesPerRequest: null }), undefined);
}

async function bullmq(connection: unknown, backend: typeof createPostgresBackend | undefined): Promise<number> {
  const queue = new Queue(`deliver-${process.pid}`, { connection: connection as never }, backend as never);
  for (let at = 0; at < job.n; at += 1000)
    await queue.addBulk(
      Array.from({ length: Math.min(1000, job.n - at) }, (_, i) => ({
        name: 'deliver',
        data: { id: `msg_${at + i}`, body: bodyOf(`msg_${at + i}`) },
        opts: { removeOnComplete: true, attempts: 10 },
      })),
    );
  return new Promise((ok) => {
    const start = performance.now();
    let done = 0;
    new Worker(
      queue.name,
      async (j) => {
        const { id, body } = j.data as { id: string; body: string };
        await post(id, body);
        if (++done === job.n) ok((performance.now() - start) / 1000);
      },
      { connection: connection as never, concurrency: CONNECTIONS },
      backend as never,
    ).on('error', (e) => console.error(String(e)));
  });
}

const cpu = process.cpuUsage();
const seconds = await roads[job.road]();
const used = process.cpuUsage(cpu);
console.log(JSON.stringify({ seconds, cpuMicros: (used.user + used.system) / job.n }));
process.exit(0);
