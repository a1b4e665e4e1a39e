import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hubSettings } from '#config';
import { createLogger, readSettings } from '#platform';
import { type RunningHub, startHub } from '../../apps/hub/src/start.js';
import { connectionUrl, type QueueDriver, testDatabase } from './servers.js';

export interface TestHub {
  readonly hub: RunningHub;
  readonly databaseUrl: string;
  /** Calls the API as the administrator, or as another user of the first start. */
  api<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    as?: 'admin' | 'approver',
    language?: string,
  ): Promise<{ status: number; body: T }>;
  stop(): Promise<void>;
}

/** A whole hub in this process, on a database and queue prefix of its own. */
export async function startTestHub(o: { queue?: QueueDriver; env?: Record<string, string> } = {}): Promise<TestHub> {
  const dataDir = await mkdtemp(join(tmpdir(), 'isthmus-hub-'));
  const databaseUrl = o.env?.['ISTHMUS_DATABASE_URL'] ?? connectionUrl(await testDatabase());
  const settings = readSettings(hubSettings, {
    ISTHMUS_DATA_DIR: dataDir,
    ISTHMUS_DATABASE_URL: databaseUrl,
    ISTHMUS_PORT: '0',
    ISTHMUS_LOG_LEVEL: process.env['TEST_LOG'] ?? 'silent',
    ISTHMUS_EGRESS_ALLOW: '127.0.0.0/8,::1/128',
    ...(o.queue === 'redis'
      ? { ISTHMUS_QUEUE_URL: process.env['TEST_REDIS'], ISTHMUS_QUEUE_PREFIX: `{t${randomUUID().slice(0, 8)}}` }
      : {}),
    ...o.env,
  });
  const hub = await startHub(settings, createLogger({ level: settings.logLevel, service: 'test', version: '0' }));
  const keys = new Map<string, string>();
  return {
    hub,
    databaseUrl,
    api: async (method, path, body, as = 'admin', language) => {
      if (!keys.has(as)) keys.set(as, (await readFile(join(dataDir, `${as}.key`), 'utf8')).trim());
      const response = await fetch(`${hub.url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${keys.get(as)}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(language === undefined ? {} : { 'accept-language': language }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as never };
    },
    stop: async () => {
      await hub.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Waits until `probe` gives a value that is not undefined or false. Fails with `what` after the deadline. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false>,
  deadlineMs = 20_000,
): Promise<T> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`it did not happen within ${deadlineMs} ms: ${what}`);
    await new Promise((r) => setTimeout(r, 50));
  }
}
