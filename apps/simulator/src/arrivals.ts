import type { Effect } from './peer.js';

/** What the hub asked of a system, counted by command id: the tests hold the hub's tables against this. */
export class Arrivals {
  private readonly byId = new Map<string, { -readonly [K in keyof Effect]: Effect[K] }>();

  /** @returns whether the id is new; a repeat is counted and changes nothing else. */
  arrive(id: string, to: string, at: string): boolean {
    const known = this.byId.get(id);
    if (!known) {
      this.byId.set(id, { id, arrivals: 1, firstAt: at, lastAt: at, to });
      return true;
    }
    known.arrivals++;
    known.lastAt = at;
    return false;
  }

  ended(id: string, outcome: string): void {
    const known = this.byId.get(id);
    if (known) known.outcome = outcome;
  }

  get(id: string): Effect | undefined {
    return this.byId.get(id);
  }

  has(id: string): boolean {
    return this.byId.has(id);
  }

  all(): Effect[] {
    return [...this.byId.values()].map((e) => ({ ...e }));
  }
}
