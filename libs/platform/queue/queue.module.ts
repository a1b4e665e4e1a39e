import { BullModule } from '@nestjs/bullmq';
import { type DynamicModule, Module } from '@nestjs/common';
import {
  type ConnectionOptions,
  createPostgresBackend,
  type DefaultJobOptions,
  runMigrations,
  setDefaultBackendFactory,
} from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { PostgresConnection } from '../database/connection.js';
import { hearErrors } from '../database/hear-errors.js';

export type QueueOptions = { readonly queues: readonly string[]; readonly prefix: string } & (
  | { readonly driver: 'postgres'; readonly connection: PostgresConnection }
  | { readonly driver: 'redis'; readonly url: string }
);

/**
 * `removeOnComplete` must not be `{ age }` or `{ count }` on the PostgreSQL backend of BullMQ 6.7: concurrent
 * completions delete the same old rows, can deadlock, and a job that succeeded is marked failed. `true` removes only
 * the job's own row. A job is a wake-up, so there is nothing in it worth keeping.
 */
const defaultJobOptions: DefaultJobOptions = {
  removeOnComplete: true,
  removeOnFail: true,
  attempts: 5,
  backoff: { type: 'exponential', delay: 1000 },
};

/** The connection every queue and worker of the process shares. It is ended after the application has closed. */
export class QueueConnection {
  constructor(
    readonly connection: ConnectionOptions,
    readonly end: () => Promise<unknown>,
  ) {}
}

/**
 * BullMQ on PostgreSQL (the embedded default, tables in the schema `bullmq` of the same database) or on Redis.
 *
 * What is deliberately not here: any record of work. Rows in our own tables say what is to be done; lose every job
 * and the one-second poll of each drain finds the work again.
 */
@Module({})
export class QueueModule {
  static with(o: QueueOptions): DynamicModule {
    return {
      module: QueueModule,
      global: true,
      imports: [
        BullModule.forRootAsync({
          imports: [QueueConnectionModule.with(o)],
          inject: [QueueConnection],
          useFactory: (c: QueueConnection) => ({ connection: c.connection, prefix: o.prefix, defaultJobOptions }),
        }),
        BullModule.registerQueue(...o.queues.map((name) => ({ name }))),
      ],
      exports: [BullModule],
    };
  }
}

@Module({})
class QueueConnectionModule {
  static with(o: QueueOptions): DynamicModule {
    return {
      module: QueueConnectionModule,
      providers: [{ provide: QueueConnection, useFactory: () => connect(o) }],
      exports: [QueueConnection],
    };
  }
}

/**
 * @nestjs/bullmq 12 passes no backend factory on, so the choice is made through BullMQ's process-wide default, before
 * the first queue exists.
 */
async function connect(o: QueueOptions): Promise<QueueConnection> {
  if (o.driver === 'redis') {
    setDefaultBackendFactory(undefined);
    const redis = new Redis(o.url, { maxRetriesPerRequest: null, enableReadyCheck: true });
    redis.on('error', () => {}); // ioredis reconnects by itself; the drains' own poll goes on meanwhile
    return new QueueConnection(redis, async () => redis.disconnect());
  }
  const { ssl, ...where } = o.connection;
  const config: pg.PoolConfig = { ...where, ssl: ssl ?? false, keepAlive: true, application_name: 'isthmus-queue' };
  const client = new pg.Client(config);
  await client.connect();
  try {
    await runMigrations(client); // idempotent, under an advisory lock
  } finally {
    await client.end();
  }
  setDefaultBackendFactory(createPostgresBackend);
  // A job is only a wake-up: one that a crash of the database takes is made up for by a poll, so none waits for the disk.
  const options = '-c search_path=bullmq -c synchronous_commit=off';
  const pool = new pg.Pool({ ...config, max: 4 + o.queues.length, options });
  hearErrors(pool);
  pool.on('error', () => {}); // an idle connection that drops is replaced at the next use
  return new QueueConnection(pool as unknown as ConnectionOptions, () => pool.end());
}
