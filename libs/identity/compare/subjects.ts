import type { MatchModel } from '../model/model.js';
import { PARTIES } from '../profile/kinds.js';
import { nameKey, type Profile } from '../profile/profile.js';
import { nameWeigher, valueWeigher } from './rarity.js';
import { NameBook, type Subject, type Value, ValueBook } from './value.js';

/** Turns profiles into subjects that share their values: a million profiles of few distinct values stay small. */
export class Subjects {
  readonly slots: string[] = [];
  readonly names: NameBook;
  readonly books: ValueBook[] = [];
  private readonly place = new Map<string, number>();
  private readonly noNames: readonly never[] = [];

  /** @param model weighs every value that is met. Default: `weighBy` does when all are known. */
  constructor(
    slots: readonly string[] = [],
    private readonly model?: MatchModel,
  ) {
    this.names = new NameBook(model && nameWeigher(model));
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
    const weigh = nameWeigher(m);
    for (const n of this.names.names()) weigh(n);
    for (const [i, slot] of this.slots.entries()) {
      const weighValue = valueWeigher(slot, m);
      for (const v of this.books[i]!.values()) weighValue(v);
    }
  }

  private slot(name: string): number {
    let i = this.place.get(name);
    if (i === undefined) {
      i = this.slots.length;
      this.place.set(name, i);
      this.slots.push(name);
      this.books.push(new ValueBook(this.model && valueWeigher(name, this.model)));
    }
    return i;
  }
}
