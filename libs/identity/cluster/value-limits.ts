import type { Subject, Value } from '../compare/value.js';
import type { MatchModel } from '../model/model.js';
import { isMisspelt } from '../profile/kinds.js';

/** Who stands in a component, as far as limits look at them. */
export interface Counted {
  /** Names of the nodes. */
  readonly keys: readonly string[];
  /** The kind of key that each node is: `customer_no`. Absent: limits on kinds of key say nothing. */
  readonly types?: readonly string[];
  readonly subjects: readonly Subject[];
  /** Names of the slots of the subjects. */
  readonly slots: readonly string[];
}

/** A limit that two sets of nodes would exceed as one, with what each of them has. */
export interface LimitHit {
  /** A kind of value, a slot, or a kind of key: `phone`, `phone:work`, `customer_no`. */
  readonly name: string;
  readonly most: number;
  readonly left: readonly string[];
  readonly right: readonly string[];
}

interface Rule {
  readonly name: string;
  readonly most: number;
  readonly slots: readonly number[];
}

/** How many different values of a kind one client may have, asked of two sets of nodes that are about to be one. */
export class ValueLimits {
  private readonly rules: readonly Rule[];

  constructor(
    private readonly c: Counted,
    limits: MatchModel['limits']['values'],
  ) {
    this.rules = Object.entries(limits ?? {}).map(([name, most]) => ({ name, most, slots: slotsOf(name, c.slots) }));
  }

  /**
   * Whether one client of the two would have more of something than it may, and more than either has by itself: what
   * the rows of one identity state, or a person joined, is not taken apart, and whoever adds nothing to it may join.
   */
  stop(x: readonly number[], y: readonly number[]): boolean {
    return this.rules.some((r) => {
      if (this.atMost(r, x) + this.atMost(r, y) <= r.most) return false;
      const [left, right] = [this.values(r, x), this.values(r, y)];
      const both = new Set([...left, ...right]).size;
      return both > r.most && both > left.size && both > right.size;
    });
  }

  /** Every limit that the two exceed as one. */
  hits(x: readonly number[], y: readonly number[]): LimitHit[] {
    return this.rules.flatMap((r) => {
      const [left, right] = [[...this.values(r, x)].sort(), [...this.values(r, y)].sort()];
      return new Set([...left, ...right]).size > r.most ? [{ name: r.name, most: r.most, left, right }] : [];
    });
  }

  /** No fewer than there are, and cheaper to count. */
  private atMost({ name, slots }: Rule, nodes: readonly number[]): number {
    let n = 0;
    for (const node of nodes) {
      if (this.c.types?.[node] === name) n++;
      for (const s of slots) n += this.c.subjects[node]!.slots[s]?.length ?? 0;
    }
    return n;
  }

  private values({ name, slots }: Rule, nodes: readonly number[]): Set<string> {
    const values = new Set<string>();
    for (const node of nodes) {
      if (this.c.types?.[node] === name) values.add(this.c.keys[node]!);
      for (const s of slots) for (const v of this.c.subjects[node]!.slots[s] ?? []) if (counts(v)) values.add(v.text);
    }
    return values;
  }
}

/** What is no evidence is nobody's, and a slip is a spelling of something else. */
function counts(v: Value): boolean {
  return !v.hot && !isMisspelt(v.text) && v.identifier?.valid !== false;
}

/** `phone` is every slot of phones, `phone:work` that one. */
function slotsOf(name: string, slots: readonly string[]): number[] {
  const named = `${name}:`;
  return slots.flatMap((s, i) => (s === name || s.startsWith(named) ? [i] : []));
}
