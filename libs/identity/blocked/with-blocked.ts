import type { MatchModel } from '../model/model.js';

/** A value that a person said is no evidence: of `slot`, as profiles hold it. */
export interface Blocked {
  readonly slot: string;
  readonly value: string;
}

/** A model that also knows what people blocked. */
export function withBlocked(m: MatchModel, blocked: readonly Blocked[]): MatchModel {
  if (blocked.length === 0) return m;
  const bySlot = Object.entries(Object.groupBy(blocked, (b) => b.slot));
  return { ...m, hot: bothHot(m.hot, Object.fromEntries(bySlot.map(([slot, of]) => [slot, of!.map((b) => b.value)]))) };
}

/** What one of the two or both take for no evidence. */
export function bothHot(x: MatchModel['hot'], y: MatchModel['hot']): MatchModel['hot'] {
  const slots = [...new Set([...Object.keys(x), ...Object.keys(y)])].sort();
  return Object.fromEntries(slots.map((s) => [s, [...new Set([...(x[s] ?? []), ...(y[s] ?? [])])].sort()]));
}
