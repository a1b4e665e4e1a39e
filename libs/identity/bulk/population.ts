import { BlockIndex, type Blocks } from '../block/index-of-blocks.js';
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

  get size(): number {
    return this.subjects.length;
  }

  blocks(most: number): Blocks {
    return this.index.blocks(most);
  }
}
