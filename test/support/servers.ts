import { randomUUID } from 'node:crypto';
import { describe } from '@jest/globals';
import pg from 'pg';
import type { PostgresConnection } from '#platform';

/** An empty database of its own in the run's PostgreSQL cluster. */
export async function testDatabase(): Promise<PostgresConnection> {
  const admin = JSON.parse(process.env['TEST_POSTGRES'] ?? 'null') as PostgresConnection | null;
  if (!admin) throw new Error('run this test through Jest: test/support/global-setup.mjs starts PostgreSQL');
  const database = `t_${randomUUID().replaceAll('-', '')}`;
  const client = new pg.Client(admin);
  await client.connect();
  await client.query(`create database ${database} template template0`);
  await client.end();
  return { ...admin, database };
}

export function connectionUrl(c: PostgresConnection): string {
  return `postgres://${c.user}:${encodeURIComponent(c.password)}@${c.host}:${c.port}/${c.database}`;
}

export type QueueDriver = 'postgres' | 'redis';

/** Declares a suite once for each queue; the Redis one is skipped, and says so, where there is no Redis. */
export function onBothQueues(name: string, suite: (queue: QueueDriver) => void): void {
  describe(`${name} (queue on PostgreSQL)`, () => suite('postgres'));
  const redis = process.env['TEST_REDIS'] ? describe : describe.skip;
  redis(`${name} (queue on Redis)`, () => suite('redis'));
}

/** `describe`, or a skipped one when the server is absent. */
export function withServer(
  variable: 'TEST_REDIS' | 'TEST_MARIADB' | 'TEST_RABBITMQ' | 'TEST_NATS' | 'TEST_KAFKA',
): typeof describe {
  return process.env[variable] ? describe : (describe.skip as typeof describe);
}
