import { BlockIndex, type Blocks, hash } from '../block/index-of-blocks.js';
import { eachBlockKey } from '../block/keys.js';
import { Subjects } from '../compare/subjects.js';
import type { Subject } from '../compare/value.js';
import type { Profile } from '../profile/profile.js';

/** Nodes in memory, numbered in the order in which they were added, ready to train on and to resolve. */
export class Population {
  readonly subjects: Subject[] = [];
  readonly layout = new Subjects();
  private readonly index = new BlockIndex();

  static of(profiles: Iterable<Profile>): Population {
    const p = new Population();
    for (const profile of profiles) p.add(profile);
    return p;
  }

  add(p: Profile): number {
    const node = this.subjects.length;
    this.subjects.push(this.layout.of(p));
    eachBlockKey(p, (what, a, b) => this.index.add(node, what, a, b));
    return node;
  }

  /** A number for each node that follows from what it states, and not from when it was added. */
  contentHashes(seed: number): Int32Array {
    const slots = this.layout.slots.map((s, i) => [s, i] as const).sort(([a], [b]) => (a < b ? -1 : 1));
    return Int32Array.from(this.subjects, (s) => {
      let h = seed;
      for (const n of s.names) {
        h = hash(h, n.given?.han ?? n.given?.latin ?? '');
        h = hash(h ^ 1, n.surname?.han ?? n.surname?.latin ?? '');
        for (const w of n.rest) h = hash(h ^ 2, w.latin);
      }
      for (const [, i] of slots) for (const v of s.slots[i] ?? []) h = hash(h ^ 3, v.text);
      return h;
    });
  }

  get size(): number {
    return this.subjects.length;
  }

  /** The headings of the block keys that were met; a block gives the number of its own. */
  get headings(): readonly string[] {
    return this.index.headings;
  }

  /** See `BlockIndex.blocks`. */
  blocks(most: number, only?: readonly string[]): Blocks {
    return this.index.blocks(most, only);
  }
}
