import type { Name } from '../normalise/name.js';
import type { Identifier } from '../profile/profile.js';

/** One distinct value of a slot; equal texts are one object, so that equality is a comparison of references. */
export interface Value {
  readonly id: number;
  readonly text: string;
  /** Bits that its rarity tells: −log2 of the share of parties that have it. Set by the model in use. */
  bits: number;
  /** Shared by many different parties: no evidence. Set by the model in use. */
  hot: boolean;
  readonly identifier?: Identifier;
  /** The list of this value and no other. */
  readonly alone: readonly Value[];
}

/** One distinct word of names: in Latin letters, with the characters it was stated in. */
export interface Word {
  readonly id: number;
  readonly latin: string;
  readonly han?: string;
  bits: number;
}

/** A name whose words are shared objects. */
export interface NameValue {
  readonly given?: Word;
  readonly surname?: Word;
  readonly rest: readonly Word[];
  /** Bits by which the rarities of its two words overstate that of the whole name. Set by the model in use. */
  excess: number;
}

/** A profile, ready for comparison: names, and the values of each slot of the layout. */
export interface Subject {
  readonly party: number;
  readonly names: readonly NameValue[];
  readonly slots: readonly (readonly Value[] | undefined)[];
}

/** Keeps one object per distinct value of a slot. */
export class ValueBook {
  private readonly of = new Map<string, Value>();
  private readonly lists = new Map<string, readonly Value[]>();

  constructor(private readonly weigh?: (v: Value) => void) {}

  list(texts: readonly string[]): readonly Value[] {
    if (texts.length === 1) return this.value(texts[0]!).alone;
    return this.several(texts.join('\0'), () => texts.map((t) => this.value(t)));
  }

  identifiers(ids: readonly Identifier[]): readonly Value[] {
    if (ids.length === 1) return this.value(ids[0]!.whole, ids[0]).alone;
    return this.several(ids.map((i) => i.whole).join('\0'), () => ids.map((i) => this.value(i.whole, i)));
  }

  values(): IterableIterator<Value> {
    return this.of.values();
  }

  private several(key: string, make: () => readonly Value[]): readonly Value[] {
    let list = this.lists.get(key);
    if (list === undefined) this.lists.set(key, (list = make()));
    return list;
  }

  private value(text: string, identifier?: Identifier): Value {
    let v = this.of.get(text);
    if (v === undefined) {
      const alone: Value[] = [];
      v = {
        id: this.of.size + 1,
        text,
        bits: 0,
        hot: false,
        alone,
        ...(identifier === undefined ? {} : { identifier }),
      };
      alone.push(v);
      this.of.set(text, v);
      this.weigh?.(v);
    }
    return v;
  }
}

/** Keeps one object per distinct word of names, and per distinct name. */
export class NameBook {
  private readonly of = new Map<string, Word>();
  private readonly whole = new Map<string, NameValue>();

  constructor(private readonly weigh?: (n: NameValue) => void) {}

  name(n: Name, key: string): NameValue {
    let v = this.whole.get(key);
    if (v === undefined) {
      v = {
        ...(n.given === undefined ? {} : { given: this.word(n.given, n.han?.given) }),
        ...(n.surname === undefined ? {} : { surname: this.word(n.surname, n.han?.surname) }),
        rest: (n.rest ?? []).map((r) => this.word(r)),
        excess: 0,
      };
      this.whole.set(key, v);
      this.weigh?.(v);
    }
    return v;
  }

  names(): IterableIterator<NameValue> {
    return this.whole.values();
  }

  private word(latin: string, han?: string): Word {
    const key = han === undefined ? latin : `${latin} ${han}`;
    let w = this.of.get(key);
    if (w === undefined) {
      w = { id: this.of.size + 1, latin, bits: 0, ...(han === undefined ? {} : { han }) };
      this.of.set(key, w);
    }
    return w;
  }
}
