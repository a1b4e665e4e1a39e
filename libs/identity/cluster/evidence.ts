import type { Subject } from '../compare/value.js';
import type { Scorer } from '../model/scorer.js';

/** Of larger clusters a spread of this many members speaks for all. */
const SPEAKERS = 10;

/** Where sums are kept while two clusters are held against each other; one for all components under a scorer. */
class Sums {
  readonly parts: Float64Array;
  readonly best: Float64Array;
  /** Per member of either side and comparison: sum of likelihood ratios, and how many members of the other side it met. */
  readonly ratios: readonly [Float64Array, Float64Array];
  readonly met: readonly [Int32Array, Int32Array];

  constructor(comparisons: number) {
    this.parts = new Float64Array(comparisons);
    this.best = new Float64Array(comparisons);
    const n = comparisons * SPEAKERS;
    this.ratios = [new Float64Array(n), new Float64Array(n)];
    this.met = [new Int32Array(n), new Int32Array(n)];
  }

  clear(): void {
    this.best.fill(-Infinity);
    for (const side of [0, 1] as const) {
      this.ratios[side].fill(0);
      this.met[side].fill(0);
    }
  }
}

const sumsOf = new WeakMap<Scorer, Sums>();

/** What the members of two clusters together say about being one party. */
export class ClusterEvidence {
  private readonly comparisons: number;
  private readonly sums: Sums;

  constructor(
    private readonly scorer: Scorer,
    private readonly subjects: readonly Subject[],
  ) {
    this.comparisons = scorer.parts.length;
    let sums = sumsOf.get(scorer);
    if (sums === undefined) sumsOf.set(scorer, (sums = new Sums(this.comparisons)));
    this.sums = sums;
  }

  /**
   * Bits. Each member is held against the other cluster as a whole: a value is as likely as it is frequent there (the
   * logarithm of the mean of likelihood ratios), so that one chance agreement in many does not carry a join and one
   * odd spelling in many does not stop it. The members' findings are averaged. Of phones and the like, of which a party has
   * several, the best agreement counts. What nobody states says nothing.
   */
  between(x: readonly number[], y: readonly number[]): number {
    if (x.length === 1 && y.length === 1) return this.scorer.score(this.subjects[x[0]!]!, this.subjects[y[0]!]!);
    const [left, right] = [speakers(x), speakers(y)];
    const { best, ratios, met } = this.sums;
    const parts = this.scorer.parts;
    const n = this.comparisons;
    this.sums.clear();
    let otherParty = false;
    let apartByName = true;
    for (const [i, a] of left.entries())
      for (const [j, b] of right.entries()) {
        const [p, q] = [this.subjects[a]!, this.subjects[b]!];
        this.scorer.score(p, q);
        otherParty ||= p.party >= 0 && q.party >= 0 && p.party !== q.party;
        // One that bears a former name, or none, is known by the others.
        apartByName &&= this.scorer.apartByName;
        for (let c = 0; c < n; c++) {
          const bits = parts[c]!;
          if (bits !== bits) continue;
          if (bits > best[c]!) best[c] = bits;
          const ratio = 2 ** bits;
          ratios[0][i * n + c]! += ratio;
          ratios[1][j * n + c]! += ratio;
          met[0][i * n + c]!++;
          met[1][j * n + c]!++;
        }
      }
    for (let c = 0; c < n; c++) {
      if (best[c] === -Infinity) this.sums.parts[c] = Number.NaN;
      else if (this.scorer.isPlural(c)) this.sums.parts[c] = best[c]!;
      else this.sums.parts[c] = (this.side(0, c, left.length) + this.side(1, c, right.length)) / 2;
    }
    return this.scorer.sum(this.sums.parts, { otherParty, apartByName });
  }

  /** Mean, over the members that state anything, of what each finds on the other side. */
  private side(side: 0 | 1, c: number, members: number): number {
    let sum = 0;
    let count = 0;
    for (let i = 0; i < members; i++) {
      const met = this.sums.met[side][i * this.comparisons + c]!;
      if (met === 0) continue;
      sum += Math.log2(this.sums.ratios[side][i * this.comparisons + c]! / met);
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
          if (scheme === undefined || v.hot) continue;
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
