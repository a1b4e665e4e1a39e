/** Sets of nodes that can be joined and read: the members of each in the order of their rank. */
export class RankedSets {
  private readonly parent: Int32Array;
  private readonly sets: (number[] | undefined)[];

  constructor(
    size: number,
    private readonly rank: Int32Array,
  ) {
    this.parent = Int32Array.from({ length: size }, (_, i) => i);
    this.sets = Array.from({ length: size }, (_, i) => [i]);
  }

  /** The member of least rank stands for its set, whatever the order of joins. */
  root(n: number): number {
    let at = n;
    while (this.parent[at] !== at) {
      this.parent[at] = this.parent[this.parent[at]!]!;
      at = this.parent[at]!;
    }
    return at;
  }

  join(a: number, b: number): void {
    let [x, y] = [this.root(a), this.root(b)];
    if (x === y) return;
    if (this.rank[x]! > this.rank[y]!) [x, y] = [y, x];
    this.parent[y] = x;
    this.sets[x] = this.sets[x]!.concat(this.sets[y]!).sort((p, q) => this.rank[p]! - this.rank[q]!);
    this.sets[y] = undefined;
  }

  members(n: number): readonly number[] {
    return this.sets[this.root(n)]!;
  }
}
