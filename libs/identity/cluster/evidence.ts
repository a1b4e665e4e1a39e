import type { Subject } from '../compare/value.js';
import type { Scorer } from '../model/scorer.js';

/** Of larger clusters a spread of this many members speaks for all. */
const SPEAKERS = 10;

/** What the members of two clusters together say about being one party. */
export class ClusterEvidence {
  private readonly best: Float64Array;
  private readonly sum: Float64Array;
  private readonly count: Int32Array;
  private readonly parts: Float64Array;

  constructor(
    private readonly scorer: Scorer,
    private readonly subjects: readonly Subject[],
  ) {
    const n = scorer.names.length;
    this.best = new Float64Array(n);
    this.sum = new Float64Array(n);
    this.count = new Int32Array(n);
    this.parts = new Float64Array(n);
  }

  /** Bits: of what a party has several, the best agreement; of what it has one, the mean; of what nobody states, none. */
  between(x: readonly number[], y: readonly number[]): number {
    this.best.fill(-Infinity);
    this.sum.fill(0);
    this.count.fill(0);
    const parts = this.scorer.parts;
    const stepX = Math.ceil(x.length / SPEAKERS);
    const stepY = Math.ceil(y.length / SPEAKERS);
    let otherParty = false;
    for (let i = 0; i < x.length; i += stepX)
      for (let j = 0; j < y.length; j += stepY) {
        const [a, b] = [this.subjects[x[i]!]!, this.subjects[y[j]!]!];
        this.scorer.score(a, b);
        otherParty ||= a.party >= 0 && b.party >= 0 && a.party !== b.party;
        for (let c = 0; c < parts.length; c++) {
          const p = parts[c]!;
          if (p !== p) continue;
          if (p > this.best[c]!) this.best[c] = p;
          this.sum[c]! += p;
          this.count[c]!++;
        }
      }
    for (let c = 0; c < parts.length; c++)
      this.parts[c] =
        this.count[c] === 0
          ? Number.NaN
          : this.scorer.kindAt(c).among === 'mean'
            ? this.sum[c]! / this.count[c]!
            : this.best[c]!;
    return this.scorer.sum(this.parts, otherParty);
  }

  /** True when each side holds a valid unique number of one scheme, and they share none. */
  uniqueIdsClash(x: readonly number[], y: readonly number[]): boolean {
    const left = this.uniqueIds(x);
    if (left.size === 0) return false;
    for (const [scheme, numbers] of this.uniqueIds(y)) {
      const others = left.get(scheme);
      if (others !== undefined && ![...numbers].some((n) => others.has(n))) return true;
    }
    return false;
  }

  private uniqueIds(nodes: readonly number[]): Map<string, Set<string>> {
    const ids = new Map<string, Set<string>>();
    for (const n of nodes)
      for (const values of this.subjects[n]!.slots)
        for (const v of values ?? []) {
          const scheme = v.identifier?.scheme;
          if (scheme === undefined) continue;
          const of = ids.get(scheme);
          if (of === undefined) ids.set(scheme, new Set([v.text]));
          else of.add(v.text);
        }
    return ids;
  }
}
