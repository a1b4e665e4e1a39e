/** Which nodes of a component are tied to each other: by a row, by evidence, or by a person's word. */
export class Ties {
  private readonly of: number[][];

  constructor(nodes: number, ties: Iterable<readonly [number, number]>) {
    this.of = Array.from({ length: nodes }, () => []);
    for (const [a, b] of ties) {
      this.of[a]!.push(b);
      this.of[b]!.push(a);
    }
  }

  /**
   * Whether somebody of `x` would stand more than `most` ties away from somebody of `y` if the two were one cluster.
   * Each must hang together by itself, and be tied to the other.
   */
  tooFar(x: readonly number[], y: readonly number[], most: number): boolean {
    // So few cannot be further apart than that.
    if (x.length + y.length <= most + 1) return false;
    const [from, to] = x.length <= y.length ? [x, y] : [y, x];
    const inside = new Set([...x, ...y]);
    return from.some((n) => {
      const near = this.within(n, most, inside);
      return to.some((m) => !near.has(m));
    });
  }

  private within(n: number, most: number, inside: ReadonlySet<number>): Set<number> {
    const near = new Set([n]);
    let edge = [n];
    for (let d = 0; d < most && edge.length > 0; d++) {
      const next: number[] = [];
      for (const e of edge)
        for (const m of this.of[e]!)
          if (inside.has(m) && !near.has(m)) {
            near.add(m);
            next.push(m);
          }
      edge = next;
    }
    return near;
  }
}
