/** Numbers that grow without a limit known in advance. */
class Numbers {
  items = new Int32Array(1 << 16);
  length = 0;

  push(n: number): void {
    if (this.length === this.items.length) {
      const more = new Int32Array(this.items.length * 2);
      more.set(this.items);
      this.items = more;
    }
    this.items[this.length++] = n;
  }
}

/**
 * Which nodes share block keys. Keys are kept as 32-bit hashes: two keys that fall together bring a few pairs more to
 * comparison, and change no result but that.
 */
export class BlockIndex {
  /** Headings of keys, numbered as they were met. */
  readonly headings: string[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly hashes = new Numbers();
  private readonly owners = new Numbers();
  private readonly under = new Numbers();
  private nodes = 0;

  /** Nodes are numbered from 0 in the order of their first key. */
  add(node: number, what: string, a: string, b: string): void {
    this.hashes.push(hash(hash(hash(0x811c9dc5, what) ^ 0x1f, a) ^ 0x1e, b));
    this.owners.push(node);
    this.under.push(this.number(what));
    if (node >= this.nodes) this.nodes = node + 1;
  }

  /**
   * @param most keys of more nodes than this bring nobody together.
   * @param only headings whose keys count. Default: all.
   */
  blocks(most: number, only?: readonly string[]): Blocks {
    const wanted = only && new Set(only);
    const counts = this.headings.map((h) => wanted === undefined || wanted.has(h));
    const entries = new Int32Array(this.hashes.length);
    let n = 0;
    for (let i = 0; i < this.hashes.length; i++) if (counts[this.under.items[i]!]!) entries[n++] = i;
    const { keys, nodes } = sortByKey(this.hashes.items, entries, n);
    const under = new Int32Array(n);
    for (let i = 0; i < n; i++) {
      under[i] = this.under.items[nodes[i]!]!;
      nodes[i] = this.owners.items[nodes[i]!]!;
    }
    return new Blocks(keys, nodes, under, this.nodes, most);
  }

  private number(what: string): number {
    let n = this.numbers.get(what);
    if (n === undefined) {
      n = this.headings.length;
      this.numbers.set(what, n);
      this.headings.push(what);
    }
    return n;
  }
}

/** Blocks of at least two and at most `most` nodes, both ways: members of a block, blocks of a node. */
export class Blocks {
  private readonly starts: Int32Array;
  private readonly members: Int32Array;
  private readonly nodeStarts: Int32Array;
  private readonly nodeBlocks: Int32Array;
  private readonly headings: Int32Array;
  private readonly stamp: Int32Array;

  constructor(keys: Int32Array, nodes: Int32Array, under: Int32Array, count: number, most: number) {
    const starts = new Numbers();
    const headings = new Numbers();
    const members = new Numbers();
    const perNode = new Int32Array(count + 1);
    for (let i = 0; i < keys.length;) {
      let end = i + 1;
      while (end < keys.length && keys[end] === keys[i]) end++;
      const first = members.length;
      // Sorting is stable and nodes come in order, so repeats of a node stand together.
      for (let k = i; k < end; k++) if (k === i || nodes[k] !== nodes[k - 1]) members.push(nodes[k]!);
      const size = members.length - first;
      if (size < 2 || size > most) members.length = first;
      else {
        starts.push(first);
        headings.push(under[i]!);
        for (let k = first; k < members.length; k++) perNode[members.items[k]! + 1]!++;
      }
      i = end;
    }
    starts.push(members.length);
    this.starts = starts.items.slice(0, starts.length);
    this.headings = headings.items.slice(0, headings.length);
    this.members = members.items.slice(0, members.length);
    for (let n = 0; n < count; n++) perNode[n + 1]! += perNode[n]!;
    this.nodeStarts = perNode;
    this.nodeBlocks = new Int32Array(members.length);
    const at = perNode.slice();
    for (let b = 0; b + 1 < this.starts.length; b++)
      for (let k = this.starts[b]!; k < this.starts[b + 1]!; k++) this.nodeBlocks[at[this.members[k]!]!++] = b;
    this.stamp = new Int32Array(count).fill(-1);
  }

  /** Calls back with every node that shares a block with `node`, each once. */
  each(node: number, call: (other: number) => void): void {
    const seen = new Set([node]);
    for (let k = this.nodeStarts[node]!; k < this.nodeStarts[node + 1]!; k++) {
      const b = this.nodeBlocks[k]!;
      for (let m = this.starts[b]!; m < this.starts[b + 1]!; m++) {
        const other = this.members[m]!;
        if (seen.has(other)) continue;
        seen.add(other);
        call(other);
      }
    }
  }

  /** Calls back with every node that shares a block with `node`, once for each block, and the heading of that. */
  eachMeeting(node: number, call: (other: number, heading: number) => void): void {
    for (let k = this.nodeStarts[node]!; k < this.nodeStarts[node + 1]!; k++) {
      const b = this.nodeBlocks[k]!;
      for (let m = this.starts[b]!; m < this.starts[b + 1]!; m++)
        if (this.members[m] !== node) call(this.members[m]!, this.headings[b]!);
    }
  }

  /** Calls back with every node after `node` that shares a block with it, each once. */
  eachLater(node: number, call: (other: number) => void): void {
    for (let k = this.nodeStarts[node]!; k < this.nodeStarts[node + 1]!; k++) {
      const b = this.nodeBlocks[k]!;
      for (let m = this.starts[b + 1]! - 1; m >= this.starts[b]!; m--) {
        const other = this.members[m]!;
        if (other <= node) break;
        if (this.stamp[other] === node) continue;
        this.stamp[other] = node;
        call(other);
      }
    }
  }
}

/** FNV-1a over UTF-16 units. */
export function hash(seed: number, text: string): number {
  let h = seed;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h ^ (h >>> 15);
}

const DIGIT = 11;

/** Stable radix sort of entries by the keys that they have. */
function sortByKey(of: Int32Array, entries: Int32Array, n: number): { keys: Int32Array; nodes: Int32Array } {
  let k: Int32Array = new Int32Array(n);
  let v: Int32Array = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    v[i] = entries[i]!;
    k[i] = of[v[i]!]!;
  }
  let k2: Int32Array = new Int32Array(n);
  let v2: Int32Array = new Int32Array(n);
  for (let shift = 0; shift < 32; shift += DIGIT) {
    const counts = new Int32Array((1 << DIGIT) + 1);
    const mask = (1 << DIGIT) - 1;
    for (let i = 0; i < n; i++) counts[((k[i]! >>> shift) & mask) + 1]!++;
    for (let d = 0; d < 1 << DIGIT; d++) counts[d + 1]! += counts[d]!;
    for (let i = 0; i < n; i++) {
      const to = counts[(k[i]! >>> shift) & mask]!++;
      k2[to] = k[i]!;
      v2[to] = v[i]!;
    }
    [k, k2] = [k2, k];
    [v, v2] = [v2, v];
  }
  return { keys: k, nodes: v };
}
