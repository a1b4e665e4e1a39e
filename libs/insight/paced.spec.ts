import { describe, expect, it } from '@jest/globals';
import { Paced } from './paced.js';

/** A count that takes `costMs` of a clock that the test moves. */
function counting(costMs: number) {
  const clock = { ms: 0, counts: 0 };
  const paced = new Paced(
    async () => {
      clock.ms += costMs;
      return ++clock.counts;
    },
    () => clock.ms,
  );
  return { clock, paced };
}

describe('a figure that is looked at often', () => {
  it('rests fifty times as long as its count took', async () => {
    const { clock, paced } = counting(100);
    expect((await paced.get()).value).toBe(1);
    clock.ms += 4999;
    expect((await paced.get()).value).toBe(1);
    clock.ms += 1;
    expect((await paced.get()).value).toBe(2);
  });

  it('is counted once for all who look meanwhile', async () => {
    const { clock, paced } = counting(1);
    const seen = await Promise.all([paced.get(), paced.get(), paced.get()]);
    expect(seen.map((s) => s.value)).toEqual([1, 1, 1]);
    expect(clock.counts).toBe(1);
  });

  it('is counted at the next look when a count failed', async () => {
    let fails = true;
    const paced = new Paced(async () => {
      if (fails) throw new Error('the database is away');
      return 7;
    });
    await expect(paced.get()).rejects.toThrow('away');
    fails = false;
    expect((await paced.get()).value).toBe(7);
  });
});
