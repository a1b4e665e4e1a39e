import { fullness } from './fullness.js';
import type { SurvivorshipRule } from './policy.js';
import { type Statement, statedValue, valueMark } from './statement.js';

/** Records that state one field, held against each other by the rules of a policy, in its order. */
export class Contest {
  private times: Map<string, number> | undefined;

  /** @param stating in the order that decides when no rule does. */
  constructor(
    private readonly field: string,
    private readonly order: readonly SurvivorshipRule[],
    readonly stating: readonly Statement[],
  ) {}

  /** The record that is believed; of those for which `among` holds, if it is given. */
  best(among?: (s: Statement) => boolean): Statement | undefined {
    let best: Statement | undefined;
    for (const s of this.stating)
      if ((among === undefined || among(s)) && (best === undefined || this.compare(s, best) < 0)) best = s;
    return best;
  }

  /** All of them, most believed first. */
  ranked(): readonly Statement[] {
    return this.stating.length < 2 ? this.stating : this.stating.toSorted((a, b) => this.compare(a, b));
  }

  /** The first rule that tells them apart; `key` when none does. */
  deciding(a: Statement, b: Statement): SurvivorshipRule | 'key' {
    for (const rule of this.order) if (this.by(rule, a, b) !== 0) return rule;
    return 'key';
  }

  /** Negative when `a` is believed before `b`. */
  private compare(a: Statement, b: Statement): number {
    for (const rule of this.order) {
      const sign = this.by(rule, a, b);
      if (sign !== 0) return sign;
    }
    return 0;
  }

  private by(rule: SurvivorshipRule, a: Statement, b: Statement): number {
    switch (rule) {
      case 'verified':
        return Number(b.verified.includes(this.field)) - Number(a.verified.includes(this.field));
      case 'priority':
        return a.priority - b.priority;
      case 'recency':
        return b.version.getTime() - a.version.getTime();
      case 'completeness':
        return this.fullnessOf(b) - this.fullnessOf(a);
      case 'frequency':
        return this.timesOf(b) - this.timesOf(a);
    }
  }

  private fullnessOf(s: Statement): number {
    return fullness(this.field, statedValue(s.fields, this.field)!);
  }

  /** How many records state the same value. */
  private timesOf(s: Statement): number {
    if (this.times === undefined) {
      this.times = new Map();
      for (const one of this.stating) {
        const mark = valueMark(one.fields, this.field);
        this.times.set(mark, (this.times.get(mark) ?? 0) + 1);
      }
    }
    return this.times.get(valueMark(s.fields, this.field))!;
  }
}
