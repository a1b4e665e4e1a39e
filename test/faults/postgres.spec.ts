import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { dice } from '../support/dice.js';
import { carryOutDisturbed } from '../support/disturbed-campaign.js';
import { FirmAndHub } from '../support/firm-and-hub.js';
import { until } from '../support/hub.js';
import { type HubProcess, startHubProcess } from '../support/processes.js';

const KILLS = 5;
const random = dice();
const CALLERS = 8;
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
      process.kill(hub.postmaster(), 'SIGKILL');
    }
    const before = sent.filter((s) => s.acknowledged).length;
    await until('events are acknowledged again', async () => sent.filter((s) => s.acknowledged).length > before + 50);
    over.abort();
    await Promise.all(callers);

    const acknowledged = sent.filter((s) => s.acknowledged).map((s) => s.id);
    expect(sent.length).toBeGreaterThan(acknowledged.length);
    const stored = (await hub.query<{ id: string }>('select key as id from inbox_record')).map((r) => r.id);
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
});

describe('PostgreSQL is killed at random moments of a running campaign', () => {
  let both: FirmAndHub;

  beforeAll(async () => {
    both = await FirmAndHub.start({ clients: 2500, queue: 'postgres', embedded: true });
  });
  afterAll(() => both.stop());

  it('no action is lost and none is made twice, counted at the peers', async () => {
    const { hub } = both;
    await carryOutDisturbed(both, async () => {
      for (let kill = 0; kill < KILLS; kill++) {
        await sleep(300 + random() * 1000);
        const killed = hub.postmaster();
        process.kill(killed, 'SIGKILL');
        await untilBack(killed, hub);
      }
    });
  }, 400_000);
});

/** Waits for another postmaster, and for the hub to reach it: backends answer for a moment longer than their parent lives. */
async function untilBack(killed: number, hub: HubProcess): Promise<void> {
  let said = 'nothing';
  const ready = async () => {
    said = 'no other postmaster';
    if (!otherThan(killed, hub)) return false;
    const response = await fetch(`${hub.url}/readyz`, { signal: AbortSignal.timeout(10_000) }).catch(String);
    said = typeof response === 'string' ? response : await response.text();
    return typeof response !== 'string' && response.ok;
  };
  try {
    await until('the database is back', ready, 180_000);
  } catch (e) {
    const busy = await hub
      .query(
        `select now() - query_start as since, state, wait_event_type, wait_event, left(query, 300) as query
         from pg_stat_activity where backend_type = 'client backend' and state <> 'idle' order by query_start`,
      )
      .catch(String);
    throw new Error(`/readyz said ${said}; ${JSON.stringify(busy, undefined, 1)}\n${hub.process.lastWords}`, {
      cause: e,
    });
  }
}

/** Whether a postmaster of another process id has written its file. */
function otherThan(killed: number, hub: HubProcess): boolean {
  try {
    return hub.postmaster() !== killed;
  } catch {
    return false;
  }
}
