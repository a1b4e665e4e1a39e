import type { Subject } from '../compare/value.js';
import type { Scorer } from '../model/scorer.js';

/** Of larger clusters a spread of this many members speaks for all. */
const SPEAKERS = 10;

/** What the members of two clusters together say about being one party. */
export class ClusterEvidence {
  private readonly comparisons: number;
  private readonly parts: Float64Array;
  private readonly best: Float64Array;
  /** Per member of either side and comparison: sum of likelihood ratios, and how many members of the other side it met. */
  private readonly ratios = [new Float64Array(0), new Float64Array(0)];
  private readonly met = [new Int32Array(0), new Int32Array(0)];

  constructor(
    private readonly scorer: Scorer,
    private readonly subjects: readonly Subject[],
  ) {
    const n = scorer.parts.length;
    this.comparisons = n;
    this.parts = new Float64Array(n);
    this.best = new Float64Array(n);
    for (const side of [0, 1]) {
      this.ratios[side] = new Float64Array(n * SPEAKERS);
      this.met[side] = new Int32Array(n * SPEAKERS);
    }
  }

  /**
   * Bits. Each member is held against the other cluster as a whole: a value is as likely as it is frequent there (the
   * logarithm of the mean of likelihood ratios), so that one chance agreement in many does not carry a join and one
   * odd spelling in many does not stop it. The members' findings are averaged. Of phones and the like, of which a party has
   * several, the best agreement counts. What nobody states says nothing.
   */
  between(x: readonly number[], y: readonly number[]): number {
    const [left, right] = [speakers(x), speakers(y)];
    const parts = this.scorer.parts;
    const n = this.comparisons;
    this.best.fill(-Infinity);
    for (const side of [0, 1]) {
      this.ratios[side]!.fill(0);
      this.met[side]!.fill(0);
    }
    let otherParty = false;
    for (const [i, a] of left.entries())
      for (const [j, b] of right.entries()) {
        const [p, q] = [this.subjects[a]!, this.subjects[b]!];
        this.scorer.score(p, q);
        otherParty ||= p.party >= 0 && q.party >= 0 && p.party !== q.party;
        for (let c = 0; c < n; c++) {
          const bits = parts[c]!;
          if (bits !== bits) continue;
          if (bits > this.best[c]!) this.best[c] = bits;
          const ratio = 2 ** bits;
          this.ratios[0]![i * n + c]! += ratio;
          this.ratios[1]![j * n + c]! += ratio;
          this.met[0]![i * n + c]!++;
          this.met[1]![j * n + c]!++;
        }
      }
    for (let c = 0; c < n; c++) {
      if (this.best[c] === -Infinity) this.parts[c] = Number.NaN;
      else if (this.scorer.isPlural(c)) this.parts[c] = this.best[c]!;
      else this.parts[c] = (this.side(0, c, left.length) + this.side(1, c, right.length)) / 2;
    }
    return this.scorer.sum(this.parts, otherParty);
  }

  /** Mean, over the members that state anything, of what each finds on the other side. */
  private side(side: 0 | 1, c: number, members: number): number {
    let sum = 0;
    let count = 0;
    for (let i = 0; i < members; i++) {
      const met = this.met[side]![i * this.comparisons + c]!;
      if (met === 0) continue;
      sum += Math.log2(this.ratios[side]![i * this.comparisons + c]! / met);
      count++;
    }
    return sum / count;
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

function speakers(nodes: readonly number[]): readonly number[] {
  if (nodes.length <= SPEAKERS) return nodes;
  const step = nodes.length / SPEAKERS;
  return Array.from({ length: SPEAKERS }, (_, i) => nodes[Math.floor(i * step)]!);
}
