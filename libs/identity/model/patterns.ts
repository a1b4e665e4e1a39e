import { MISSING } from '../compare/levels.js';

const SIGNS = '.0123456789';

/** Pairs counted by the levels of their comparisons: a million pairs are a few thousand patterns. */
export class Patterns {
  private readonly index = new Map<string, number>();
  readonly levels: Int8Array[] = [];
  readonly counts: number[] = [];
  total = 0;

  add(levels: Int8Array, count = 1): void {
    let key = '';
    for (let c = 0; c < levels.length; c++) key += SIGNS[levels[c]! - MISSING];
    this.total += count;
    const at = this.index.get(key);
    if (at !== undefined) {
      this.counts[at]! += count;
      return;
    }
    this.index.set(key, this.counts.length);
    this.levels.push(levels.slice());
    this.counts.push(count);
  }
}
