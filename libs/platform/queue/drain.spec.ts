import { afterEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { ClaimEngine } from './claim-engine.js';
import { Drain } from './drain.js';

const log = pino({ level: 'silent' });
const soon = (ms: number) => new Promise((r) => setTimeout(r, ms));
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

describe('Drain', () => {
  it('works until nothing is left, then sleeps until it is woken', async () => {
    let left = 3;
    let rounds = 0;
    const drain = new Drain({ name: 'd', log, pollMs: 60_000, round: async () => (rounds++, left > 0 ? left-- : 0) });
    stops.push(() => drain.stop());
    drain.start();
    await soon(30);
    expect([left, rounds]).toEqual([0, 4]);
    left = 1;
    drain.wake();
    await soon(30);
    expect([left, rounds]).toEqual([0, 6]);
  });

  it('loses no wake that comes while a round is under way', async () => {
    let rounds = 0;
    let release = () => {};
    const drain = new Drain({
      name: 'd',
      log,
      pollMs: 60_000,
      round: () => new Promise((r) => (rounds++, (release = () => r(0)))),
    });
    stops.push(async () => (release(), drain.stop()));
    drain.start();
    drain.wake();
    release();
    await soon(20);
    expect(rounds).toBe(2);
  });

  it('finds work without being woken, by its poll', async () => {
    let rounds = 0;
    const drain = new Drain({ name: 'd', log, pollMs: 10, round: async () => (rounds++, 0) });
    stops.push(() => drain.stop());
    drain.start();
    await soon(100);
    expect(rounds).toBeGreaterThan(3);
  });

  it('waits after a failure, however often it is woken', async () => {
    let rounds = 0;
    const drain = new Drain({
      name: 'd',
      log,
      pollMs: 5,
      round: async () => {
        rounds++;
        throw new Error('down');
      },
    });
    stops.push(() => drain.stop());
    drain.start();
    for (let i = 0; i < 50; i++) {
      drain.wake();
      await soon(1);
    }
    expect(rounds).toBe(1);
  });
});

interface Row {
  id: number;
  target: string;
  fence: number;
}

describe('ClaimEngine', () => {
  function engineOver(
    rows: Row[],
    o: {
      capacity?: number;
      alive?: () => boolean;
      window?: { atOnce: number; held: number };
      unbegun?: () => string;
      send?: (r: Row) => Promise<string>;
      flush?: (ids: number[]) => Promise<void>;
    } = {},
  ) {
    const sent: number[] = [];
    const flushed: number[] = [];
    let most = 0;
    let now = 0;
    const engine = new ClaimEngine<Row, string>({
      name: 'e',
      log,
      capacity: o.capacity ?? 10,
      batch: 10,
      pollMs: 10,
      flushMs: 5,
      alive: o.alive ?? (() => true),
      claim: async (room, busy) => rows.splice(0, Math.min(room, (o.window?.held ?? room) - (busy.get('t') ?? 0))),
      ...(o.window ? { window: () => o.window! } : {}),
      ...(o.unbegun ? { unbegun: o.unbegun } : {}),
      target: (r) => r.target,
      send: async (r) => {
        most = Math.max(most, ++now);
        sent.push(r.id);
        const result = o.send ? await o.send(r) : 'ok';
        now--;
        return result;
      },
      flush: async (results) => {
        const ids = results.map((x) => x.row.id);
        await o.flush?.(ids);
        flushed.push(...ids);
      },
    });
    stops.push(() => engine.stop(100));
    engine.start();
    return { engine, sent, flushed, most: () => most };
  }
  const rows = (n: number): Row[] => Array.from({ length: n }, (_, id) => ({ id, target: 't', fence: 1 }));

  it('sends everything, never more at once than its capacity', async () => {
    const e = engineOver(rows(100), { capacity: 7, send: async () => (await soon(1), 'ok') });
    await soon(300);
    expect(e.sent).toHaveLength(100);
    expect(e.flushed.toSorted((a, b) => a - b)).toEqual(e.sent.toSorted((a, b) => a - b));
    expect(e.most()).toBe(7);
  });

  it('sends nothing it holds when it was silent for too long', async () => {
    const e = engineOver(rows(5), { alive: () => false });
    await soon(50);
    expect(e.sent).toEqual([]);
  });

  it('gives back what it has not begun when it was silent, if it is told how', async () => {
    const e = engineOver(rows(5), { alive: () => false, unbegun: () => 'back' });
    await soon(50);
    expect([e.sent, e.flushed]).toEqual([[], [0, 1, 2, 3, 4]]);
  });

  it('holds more of one target than it sends at once, and none twice', async () => {
    const e = engineOver(rows(60), {
      capacity: 40,
      window: { atOnce: 3, held: 12 },
      send: async () => (await soon(1), 'ok'),
    });
    await soon(400);
    expect(e.most()).toBe(3);
    expect(e.sent).toEqual(rows(60).map((r) => r.id));
    expect(e.flushed).toHaveLength(60);
  });

  it('keeps results until the database takes them', async () => {
    let refusals = 2;
    const e = engineOver(rows(3), {
      flush: async () => {
        if (refusals-- > 0) throw new Error('down');
      },
    });
    await soon(900);
    expect(e.flushed).toHaveLength(3);
  });

  it('writes the results of what was under way when it is stopped', async () => {
    const e = engineOver(rows(1), { send: async () => (await soon(50), 'ok') });
    await soon(10);
    await e.engine.stop();
    expect(e.flushed).toEqual([0]);
  });
});
