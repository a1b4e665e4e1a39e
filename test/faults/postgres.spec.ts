import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { dice } from '../support/dice.js';
import { until } from '../support/hub.js';
import { type HubProcess, startHubProcess } from '../support/processes.js';

const KILLS = 5;
const CALLERS = 8;
const random = dice();
const AUTHORIZATION = `Basic ${Buffer.from('key-of-web:').toString('base64')}`;

/** What a caller was told about one event. */
interface Sent {
  readonly id: string;
  readonly acknowledged: boolean;
}

describe('PostgreSQL is killed while events come in', () => {
  let hub: HubProcess;

  beforeAll(async () => {
    hub = await startHubProcess();
    await hub.api().post('/systems', {
      code: 'web',
      name: 'Web',
      connector: 'web-segment',
      settings: { writeKey: 'key-of-web' },
    });
  });
  afterAll(() => hub.remove());

  it('nothing acknowledged is lost, and the hub heals without hands', async () => {
    const sent: Sent[] = [];
    const over = new AbortController();
    const caller = async (who: number) => {
      for (let n = 0; !over.signal.aborted; n++) sent.push(await identify(`${who}-${n}`));
    };
    const callers = Array.from({ length: CALLERS }, (_, who) => caller(who));
    for (let kill = 0; kill < KILLS; kill++) {
      const before = sent.filter((s) => s.acknowledged).length;
      await until('events are acknowledged again', async () => sent.filter((s) => s.acknowledged).length > before + 50);
      await sleep(random() * 300);
      process.kill(await postmaster(), 'SIGKILL');
    }
    const before = sent.filter((s) => s.acknowledged).length;
    await until('events are acknowledged again', async () => sent.filter((s) => s.acknowledged).length > before + 50);
    over.abort();
    await Promise.all(callers);

    const acknowledged = sent.filter((s) => s.acknowledged).map((s) => s.id);
    expect(sent.length).toBeGreaterThan(acknowledged.length);
    const stored = await storedIds();
    const kept = new Set(stored);
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
    // Stored once, however often it was sent; what was not acknowledged may or may not be there.
    expect(stored.length).toBe(kept.size);
    expect(stored.filter((id) => !sent.some((s) => s.id === id))).toEqual([]);

    await until('everything applied', async () => {
      const { islands } = await hub.api().get<{ islands: { waiting: number }[] }>('/loop');
      return islands.every((i) => i.waiting === 0);
    });
    const { clients } = await hub.api().get<{ clients: number }>('/loop');
    expect(clients).toBe(kept.size);
  });

  async function identify(id: string): Promise<Sent> {
    try {
      const response = await fetch(`${hub.url}/v1/identify`, {
        method: 'POST',
        headers: { authorization: AUTHORIZATION },
        body: JSON.stringify({ messageId: id, userId: `user-${id}`, traits: { name: '陈晓' } }),
        signal: AbortSignal.timeout(20_000),
      });
      if (!response.ok) await sleep(50);
      return { id, acknowledged: response.ok };
    } catch {
      return { id, acknowledged: false };
    }
  }

  async function postmaster(): Promise<number> {
    const file = await readFile(pidFile(), 'utf8');
    return Number(file.split('\n')[0]);
  }

  async function storedIds(): Promise<string[]> {
    const file = (await readFile(pidFile(), 'utf8')).split('\n');
    const db = new pg.Client({
      host: '127.0.0.1',
      port: Number(file[3]),
      user: 'isthmus',
      password: await readFile(join(hub.dataDir, 'postgres.password'), 'utf8'),
      database: 'isthmus',
    });
    await db.connect();
    const { rows } = await db.query<{ id: string }>('select key as id from inbox_record');
    await db.end();
    return rows.map((r) => r.id);
  }

  function pidFile(): string {
    return join(hub.dataDir, 'postgres', 'postmaster.pid');
  }
});
