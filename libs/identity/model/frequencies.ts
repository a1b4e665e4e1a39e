import { WORDS } from '../compare/rarity.js';
import type { Subject } from '../compare/value.js';
import type { Frequencies } from './model.js';

/** Values beyond these are rare, and all alike rare. */
const MOST_LISTED = 20_000;

class Counter {
  readonly counts = new Map<string, number>();
  total = 0;

  add(value: string): void {
    this.counts.set(value, (this.counts.get(value) ?? 0) + 1);
  }

  frequencies(): Frequencies {
    const sorted = [...this.counts].filter(([, n]) => n > 1).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    return {
      total: this.total,
      shares: Object.fromEntries(sorted.slice(0, MOST_LISTED).map(([v, n]) => [v, n / this.total])),
      rest: (sorted[MOST_LISTED]?.[1] ?? 1) / Math.max(1, this.total),
    };
  }
}

/** How often each value and each word of names occurs among the subjects. */
export function countFrequencies(
  subjects: readonly Subject[],
  slots: readonly string[],
  counted: (slot: string) => boolean,
): Record<string, Frequencies> {
  const names = new Counter();
  const counters = slots.map((s) => (counted(s) ? new Counter() : undefined));
  for (const s of subjects) {
    if (s.names.length > 0) names.total++;
    const words = new Set(s.names.flatMap((n) => [n.given, n.surname, ...n.rest]));
    for (const w of words) {
      if (w === undefined) continue;
      names.add(w.latin);
      if (w.han !== undefined) names.add(w.han);
    }
    for (const [i, c] of counters.entries()) {
      const values = s.slots[i];
      if (c === undefined || values === undefined) continue;
      c.total++;
      for (const v of values) c.add(v.text);
    }
  }
  const out: Record<string, Frequencies> = { [WORDS]: names.frequencies() };
  for (const [i, c] of counters.entries()) if (c !== undefined && c.total > 0) out[slots[i]!] = c.frequencies();
  return out;
}
