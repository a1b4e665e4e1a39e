/** Union–find with path halving. */
export class DisjointSets<T> {
  private readonly parent = new Map<T, T>();

  root(name: T): T {
    let at = name;
    for (;;) {
      const up = this.parent.get(at) ?? at;
      if (up === at) return at;
      const above = this.parent.get(up) ?? up;
      this.parent.set(at, above);
      at = above;
    }
  }

  join(a: T, b: T): void {
    const x = this.root(a);
    const y = this.root(b);
    if (x !== y) this.parent.set(x, y);
  }
}
