import { createHash } from 'node:crypto';
import type { MatchModel } from './model.js';

/** Stands for everything in a model that makes the bits of a pair: equal for models of which one calibration serves both. */
export function weightsMark({ prior, related, comparisons, frequencies, blocking, hot }: MatchModel): string {
  const weights = JSON.stringify({ prior, related, comparisons, frequencies, blocking, hot }, inOrder);
  return createHash('sha256').update(weights).digest('hex');
}

/** A model that was stored has its keys in another order. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([x], [y]) => (x < y ? -1 : 1)));
}
