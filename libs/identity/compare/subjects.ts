import type { Frequencies, MatchModel } from '../model/model.js';
import { PARTIES } from '../profile/kinds.js';
import { nameKey, type Profile } from '../profile/profile.js';
import { NameBook, type Subject, type Value, ValueBook } from './value.js';

/** Turns profiles into subjects that share their values: a million profiles of few distinct values stay small. */
export class Subjects {
  readonly slots: string[] = [];
  readonly names = new NameBook();
  readonly books: ValueBook[] = [];
  private readonly place = new Map<string, number>();
  private readonly noNames: readonly never[] = [];

  constructor(slots: readonly string[] = []) {
    for (const s of slots) this.slot(s);
  }

  of(p: Profile): Subject {
    const slots: (readonly Value[] | undefined)[] = [];
    for (const slot in p.values) {
      const i = this.slot(slot);
      const list = this.books[i]!.list(p.values[slot]!);
      slots[i] = list;
    }
    for (const slot in p.identifiers) {
      const i = this.slot(slot);
      slots[i] = this.books[i]!.identifiers(p.identifiers[slot]!);
    }
    // Holes make arrays slow.
    for (let i = 0; i < this.slots.length; i++) if (slots[i] === undefined) slots[i] = undefined;
    return {
      party: p.party === undefined ? -1 : PARTIES.indexOf(p.party),
      names: p.names === undefined ? this.noNames : p.names.map((n) => this.names.name(n, nameKey(n))),
      slots,
    };
  }

  /** Sets the rarity of every value known so far, as the model has learned it. */
  weighBy(m: MatchModel): void {
    const names = m.frequencies['names'];
    for (const w of this.names.words()) w.bits = rarity(names, w.han ?? w.latin);
    for (const [i, slot] of this.slots.entries()) {
      const f = m.frequencies[slot];
      for (const v of this.books[i]!.values()) v.bits = rarity(f, v.text);
    }
  }

  private slot(name: string): number {
    let i = this.place.get(name);
    if (i === undefined) {
      i = this.slots.length;
      this.place.set(name, i);
      this.slots.push(name);
      this.books.push(new ValueBook());
    }
    return i;
  }
}

function rarity(f: Frequencies | undefined, value: string): number {
  if (f === undefined) return 0;
  // A name may be spelled like a property of every object.
  return -Math.log2(Object.hasOwn(f.shares, value) ? f.shares[value]! : f.rest);
}
