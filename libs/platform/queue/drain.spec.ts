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
      claim?: (room: number) => Promise<Row[]>;
      giveBack?: (held: readonly number[], doubtful: readonly number[]) => Promise<number>;
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
      claim:
        o.claim ??
        (async (room, busy) => rows.splice(0, Math.min(room, (o.window?.held ?? room) - (busy.get('t') ?? 0)))),
      ...(o.giveBack ? { giveBack: o.giveBack } : {}),
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

  it('claims nothing while it is silent', async () => {
    const left = rows(5);
    const e = engineOver(left, { alive: () => false });
    await soon(50);
    expect(e.sent).toEqual([]);
    expect(left).toHaveLength(5);
  });

  /** A table that says whose each row is. */
  function tableOf(n: number) {
    const claimed = new Set<number>();
    const free = rows(n);
    const returned: { id: number; maybe: boolean }[] = [];
    return {
      free,
      claimed,
      returned,
      claim: async (room: number) => {
        const taken = free.splice(0, room);
        for (const r of taken) claimed.add(r.id);
        return taken;
      },
      giveBack: async (held: readonly number[], doubtful: readonly number[]) => {
        const astray = [...claimed].filter((id) => !held.includes(id));
        for (const id of astray) {
          claimed.delete(id);
          returned.push({ id, maybe: doubtful.includes(id) });
          free.push({ id, target: 't', fence: 2 });
        }
        return astray.length;
      },
    };
  }

  it('gives back what it claimed and cannot send, as not sent', async () => {
    const table = tableOf(5);
    let claims = 0;
    let beats = 0;
    const e = engineOver([], {
      ...table,
      // Alive when it claims for the first time, silent when the answer is there, and alive again.
      alive: () => ++beats === 1 || beats > 8,
      claim: (room) => (claims++, table.claim(room)),
      flush: async (ids) => ids.forEach((id) => table.claimed.delete(id)),
    });
    await soon(200);
    expect(table.returned).toEqual([0, 1, 2, 3, 4].map((id) => ({ id, maybe: false })));
    expect(e.flushed.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
    expect(claims).toBeGreaterThan(1);
  });

  it('gives back a claim whose answer was lost', async () => {
    const table = tableOf(3);
    let lost = false;
    const e = engineOver([], {
      ...table,
      claim: async (room) => {
        const taken = await table.claim(room);
        if (lost) return taken;
        lost = true;
        throw new Error('Connection terminated unexpectedly');
      },
      flush: async (ids) => ids.forEach((id) => table.claimed.delete(id)),
    });
    await soon(600);
    expect(table.returned).toHaveLength(3);
    expect(e.flushed.toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
    expect(e.sent).toHaveLength(3);
  });

  it('gives back a row whose send threw as one that may have been sent, and never one under way', async () => {
    const table = tableOf(2);
    let throws = 1;
    let release = () => {};
    const slow = new Promise<void>((r) => (release = r));
    const e = engineOver([], {
      ...table,
      send: async (r) => {
        if (r.id === 1) await slow;
        else if (throws-- > 0) throw new Error('a defect');
        return 'ok';
      },
      flush: async (ids) => ids.forEach((id) => table.claimed.delete(id)),
    });
    await soon(100);
    expect(table.returned).toEqual([{ id: 0, maybe: true }]);
    release();
    await soon(50);
    expect(e.flushed.toSorted((a, b) => a - b)).toEqual([0, 1]);
    expect(table.returned).toHaveLength(1);
  });

  it('writes the others when the database refuses one result for what is in it', async () => {
    const table = tableOf(4);
    const bad = Object.assign(new Error('unsupported Unicode escape sequence'), { code: '22P05' });
    let refusals = 0;
    const e = engineOver([], {
      ...table,
      flush: async (ids) => {
        if (ids.includes(2) && refusals++ < 2) throw bad;
        ids.forEach((id) => table.claimed.delete(id));
      },
    });
    await soon(200);
    expect(table.returned).toEqual([{ id: 2, maybe: true }]);
    expect(e.flushed.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3]);
  });

  it('gives back what it has not begun when it was silent, if it is told how', async () => {
    let beats = 0;
    // Alive when it claims, silent when the rows are there.
    const e = engineOver(rows(5), { alive: () => ++beats === 1, unbegun: () => 'back' });
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
