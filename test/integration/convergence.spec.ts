import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Acceptable } from '#ingest';
import { days, message, row } from '../support/counter-rows.js';
import { dump, type Pipeline, record, startPipeline } from '../support/pipeline.js';

describe('the same records in any order, any number of times', () => {
  let p: Pipeline;

  beforeAll(async () => {
    p = await startPipeline({ clock: { now: () => new Date('2026-11-23T04:00:00Z'), sleep: async () => {} } });
    for (const [code, rule] of [
      ['traders', 'count(trade, 30d) > 0 and status != "closed"'],
      ['falling', 'assets(total) < 0.7 * assets(total, 20d)'],
      ['callable', 'consent(call) == "granted" or has(phones)'],
    ])
      await p.hub.api('POST', '/segments', { code, name: code, rule });
  });
  afterAll(() => p.stop());

  async function end(batches: readonly (readonly Acceptable[])[], applyBetween: boolean): Promise<string> {
    await p.reset();
    for (const batch of batches) {
      await p.feed(batch, 'live');
      if (applyBetween) {
        await p.apply();
        await p.evaluate();
      }
    }
    await p.apply();
    await p.evaluate();
    return dump(p.db);
  }

  it('end in byte-equal clients, measures and segments', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 5, maxLength: 40 }),
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 1, max: 9 }),
        async (rows, random, size) => {
          const messages = rows.map(message);
          const once = await end([messages], false);
          const again = [...messages, ...messages.filter(() => random.next().value! % 2 === 0)]
            .map((m) => ({ m, order: random.next().value! }))
            .toSorted((a, b) => a.order - b.order)
            .map(({ m }) => m);
          const batches = Array.from({ length: Math.ceil(again.length / size) }, (_, i) =>
            again.slice(i * size, (i + 1) * size),
          );
          expect(await end(batches, true)).toBe(once);
        },
      ),
      { numRuns: 40, endOnFailure: true, seed: Number(process.env['TEST_SEED'] ?? 20_261_123) },
    );
  });

  it('leave every batch with read = applied + unchanged + quarantined + skipped', async () => {
    await p.reset();
    const rows = fc.sample(row, { numRuns: 200, seed: 7 }).map(message);
    await p.feed([
      ...rows,
      ...rows.slice(0, 50),
      record('trades', 't-bad', { fund: '88001', at: days[0], amount: 'many' }),
    ]);
    await p.apply();
    const batches = await p.db.query<{ read: number; sum: number; quarantined: number; done: boolean }>(
      'select read, applied + unchanged + quarantined + skipped as sum, quarantined, done_at is not null as done from inbox_batch',
    );
    expect(batches).toEqual([{ read: 251, sum: 251, quarantined: 1, done: true }]);
  });
});
