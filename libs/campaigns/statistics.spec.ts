import { describe, expect, it } from '@jest/globals';
import { armOf } from './arms.js';
import { difference, wilson } from './statistics.js';

describe('intervals', () => {
  it("agree with Newcombe's published example (56/70 and 48/80, method 10)", () => {
    const d = difference({ successes: 56, total: 70 }, { successes: 48, total: 80 });
    expect(d.estimate).toBeCloseTo(0.2, 10);
    expect(d.low).toBeCloseTo(0.0524, 4);
    expect(d.high).toBeCloseTo(0.3339, 4);
  });

  it("agree with Wilson's for 15 of 148 (Newcombe 1998, table I)", () => {
    const w = wilson({ successes: 15, total: 148 });
    expect([w.low, w.high].map((x) => x.toFixed(4))).toEqual(['0.0624', '0.1605']);
  });

  it('stay within what is possible, for empty and extreme groups too', () => {
    for (const [a, n] of [
      [0, 0],
      [0, 1],
      [1, 1],
      [0, 500],
      [500, 500],
    ] as const) {
      const w = wilson({ successes: a, total: n });
      expect(w.low).toBeGreaterThanOrEqual(0);
      expect(w.high).toBeLessThanOrEqual(1);
    }
    expect(difference({ successes: 0, total: 0 }, { successes: 0, total: 0 })).toMatchObject({
      estimate: 0,
      low: -1,
      high: 1,
    });
  });

  it('claim no effect where there is none in at least 94 of 100 trials', () => {
    let s = 7;
    const random = () => (s = (Math.imul(s, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
    const draw = (n: number) => Array.from({ length: n }, random).filter((x) => x < 0.4).length;
    let covered = 0;
    for (let i = 0; i < 1000; i++) {
      const d = difference({ successes: draw(300), total: 300 }, { successes: draw(40), total: 40 });
      if (d.low <= 0 && d.high >= 0) covered++;
    }
    expect(covered).toBeGreaterThan(930);
    expect(covered).toBeLessThan(980);
  });
});

describe('armOf', () => {
  const clients = Array.from({ length: 20_000 }, (_, i) => `client-${i}`);
  const controls = (campaign: string) => clients.filter((c) => armOf(campaign, c, 10) === 'control');

  it('draws the stated share, the same for ever', () => {
    expect(controls('a').length / clients.length).toBeCloseTo(0.1, 2);
    expect(controls('a')).toEqual(controls('a'));
  });

  it('draws independently between campaigns', () => {
    const a = new Set(controls('a'));
    const both = controls('b').filter((c) => a.has(c)).length;
    expect(both / clients.length).toBeCloseTo(0.01, 2);
  });

  it('holds nobody out at 0 percent', () => {
    expect(clients.some((c) => armOf('a', c, 0) === 'control')).toBe(false);
  });
});
