import { Comparer } from '../compare/compare.js';
import { LEVELS, MISSING } from '../compare/levels.js';
import { calledTheSame } from '../compare/organisations.js';
import { WHOLE_NAMES } from '../compare/rarity.js';
import { Subjects } from '../compare/subjects.js';
import type { Subject } from '../compare/value.js';
import { PARTIES } from '../profile/kinds.js';
import type { Profile } from '../profile/profile.js';
import {
  type ComparisonKind,
  comparisonKind,
  isNameComparison,
  NAME_COMPARISONS,
  scaleOfComparison,
} from './comparisons.js';
import { bitsOf, type MatchModel } from './model.js';

/** One line of the evidence for or against: what was compared, how alike it was, what that tells. */
export interface Part {
  /** `prior`, a comparison of the model, or `guard` where other evidence is wanted. */
  readonly comparison: string;
  /** The level's name: `equal`, `slip`, `different` … */
  readonly level: string;
  /** log2 of how much likelier it is among nodes of one party than of two. */
  readonly bits: number;
}

/** A unique number of a document makes records one party unless much speaks against it. Bits. */
const UNIQUE_FLOOR = 24;
/** What must speak for a link besides shared contact points, and besides the name. Bits. */
const BESIDES = 3;
/** No single difference speaks louder than this, however seldom it was seen. Bits. */
const LEAST = -12;
/** Different parties of different kinds. */
const OTHER_PARTY = -60;
const PERSON = PARTIES.indexOf('person');

interface Compiled {
  readonly name: string;
  readonly kind: ComparisonKind;
  readonly isName: boolean;
  readonly weights: Float64Array;
  /** Bits for being of one household. */
  readonly household: Float64Array | undefined;
  /** Share of a level's weight that follows the rarity of the value. */
  readonly rarity: Float64Array;
  readonly chance: number;
  /** The most that it can tell, in bits; and where the values are not equal. */
  readonly most: number;
  readonly mostUnlike: number;
}

/** Sums in another order differ by less. Bits. */
const ROUNDING = 1e-6;
/** What a comparison costs, roughly: those that rule out most for their price come first. */
const PRICE: Readonly<Record<string, number>> = { same: 0.3, identifier: 1, phone: 1, date: 1.5, email: 4 };
const PRICE_OF_TEXT = 2.5;

/** A model made ready for the layout of slots of its subjects. */
export class Scorer {
  readonly comparer: Comparer;
  private readonly compiled: readonly Compiled[];
  private readonly levels: Int8Array;
  private readonly rare: Float64Array;
  /** Bits of each comparison of the last pair, NaN where a side states nothing; and last, what speaks for relatives. */
  readonly parts: Float64Array;
  /** Of the last pair: whether they are organisations or products of other names, and no number says they are one. */
  apartByName = false;
  private readonly knowsNames: boolean;
  readonly linkBits: number;
  readonly reviewBits: number;
  private readonly hopeless: number;
  private readonly order: Int32Array;
  private readonly open: Int32Array;

  constructor(
    readonly model: MatchModel,
    slots: readonly string[],
  ) {
    this.comparer = new Comparer(slots);
    const learned = new Map(model.comparisons.map((c) => [c.comparison, c]));
    this.compiled = this.comparer.comparisons.map((name) => {
      const kind = comparisonKind(name);
      const m = learned.get(name)?.m ?? kind.m;
      const u = learned.get(name)?.u ?? kind.u;
      const common = learned.get(name)?.common ?? kind.household;
      const weights = Float64Array.from(m, (x, l) => weightOf(x, u[l]!, kind, l, m.length));
      const share = Float64Array.from(m, (_, l) => (kind.rarity ? rarityShare(kind, l) : 0));
      const chance = -Math.log2(u[0]!);
      const rare = Math.max(0, rarest(model, name) - chance);
      const told = [...weights].map((w, l) => w + share[l]! * rare);
      return {
        name,
        kind,
        most: Math.max(0, ...told),
        mostUnlike: Math.max(0, ...told.slice(1)),
        isName: isNameComparison(name),
        household:
          common === 0 ? undefined : Float64Array.from(m, (x, l) => Math.log2((common * x) / u[l]! + 1 - common)),
        weights,
        rarity: share,
        chance,
      };
    });
    this.knowsNames = model.frequencies[WHOLE_NAMES] !== undefined;
    const n = this.compiled.length;
    this.levels = new Int8Array(n);
    this.rare = new Float64Array(n);
    this.parts = new Float64Array(n + 1);
    this.linkBits = bitsOf(model.thresholds.link, model.calibration);
    this.reviewBits = bitsOf(model.thresholds.review, model.calibration);
    this.hopeless = this.reviewBits - ROUNDING;
    this.order = Int32Array.from(inOrderOfWorth(this.compiled));
    this.open = new Int32Array(this.order.length);
  }

  /** Whether a party has several of what comparison `c` compares. */
  isPlural(c: number): boolean {
    return this.compiled[c]?.kind.plural ?? false;
  }

  /**
   * The same bits as `score` where they reach the review threshold, and otherwise some number below it: for scanning,
   * where few candidates matter. Does not fill `parts`.
   *
   * What a look tells is counted first, and names; of the rest, the most that it could tell. Then one comparison after
   * the other is made, until no more of them could lead to the threshold.
   */
  scan(a: Subject, b: Subject): number {
    const { comparer, levels, rare, open } = this;
    comparer.names(a, b, levels, rare);
    let most = this.model.prior;
    for (let c = 0; c < NAME_COMPARISONS.length; c++) most += this.told(c);
    let left = 0;
    for (let k = 0; k < this.order.length; k++) {
      const c = this.order[k]!;
      if (comparer.atAGlance(c, a, b, levels, rare)) most += this.told(c);
      else {
        most += this.mostOf(c, a, b);
        open[left++] = c;
      }
    }
    for (let k = 0; k < left; k++) {
      // What is left out, relatives and guards, only lowers it.
      if (most < this.hopeless) return most;
      const c = open[k]!;
      comparer.slot(c, a, b, levels, rare);
      most += this.told(c) - this.mostOf(c, a, b);
    }
    return most < this.hopeless ? most : this.scoreLevels(a, b);
  }

  /** Bits of comparison `c` of the last pair. */
  private told(c: number): number {
    const l = this.levels[c]!;
    if (l === MISSING) return 0;
    const of = this.compiled[c]!;
    return of.weights[l]! + of.rarity[l]! * adjust(this.rare[c]!, of.chance);
  }

  /** The most bits that comparison `c` can tell, where no look told them. */
  private mostOf(c: number, a: Subject, b: Subject): number {
    const of = this.compiled[c]!;
    return this.comparer.isUnlike(c, a, b) ? of.mostUnlike : of.most;
  }

  /** Bits for one party, prior included. Fills `parts`. */
  score(a: Subject, b: Subject): number {
    this.comparer.compare(a, b, this.levels, this.rare);
    return this.scoreLevels(a, b);
  }

  /** The same for the two that were compared last. */
  private scoreLevels(a: Subject, b: Subject): number {
    let kin = this.model.related;
    for (let c = 0; c < this.compiled.length; c++) {
      const of = this.compiled[c]!;
      const l = this.levels[c]!;
      if (l === MISSING) {
        this.parts[c] = Number.NaN;
        continue;
      }
      const rare = of.rarity[l]! * adjust(this.rare[c]!, of.chance);
      this.parts[c] = of.weights[l]! + rare;
      if (of.household !== undefined) kin += of.household[l]! + rare;
    }
    this.parts[this.compiled.length] = kin > -20 ? -Math.log2(1 + 2 ** kin) : 0;
    this.apartByName = (isFirm(a) || isFirm(b)) && !this.sharesNumber() && !calledTheSame(a, b);
    return this.sum(this.parts, {
      otherParty: a.party >= 0 && b.party >= 0 && a.party !== b.party,
      apartByName: this.apartByName,
    });
  }

  private sharesNumber(): boolean {
    return this.compiled.some((of, c) => of.kind.scale === 'identifier' && !of.kind.contact && this.levels[c] === 0);
  }

  /**
   * Prior and parts together, with the rule that contact points alone join nobody; nor does a name alone, as long as
   * nobody has counted how frequent names are; and no organisations of other names.
   */
  sum(parts: Float64Array, o: { readonly otherParty: boolean; readonly apartByName: boolean }): number {
    let bits = this.model.prior;
    let besidesContact = 0;
    let besidesName = 0;
    for (let c = 0; c < parts.length; c++) {
      const p = parts[c]!;
      if (p !== p) continue;
      bits += p;
      if (p <= 0 || c >= this.compiled.length) continue;
      const { kind, isName } = this.compiled[c]!;
      if (!kind.contact) besidesContact += p;
      if (!isName) besidesName += p;
    }
    if (o.otherParty) bits += OTHER_PARTY;
    const guarded = o.apartByName || besidesContact < BESIDES || (!this.knowsNames && besidesName < BESIDES);
    return guarded && bits >= this.reviewBits ? this.reviewBits - 1 : bits;
  }

  explain(a: Subject, b: Subject): { readonly bits: number; readonly parts: Part[] } {
    const bits = this.score(a, b);
    const parts: Part[] = [{ comparison: 'prior', level: '', bits: this.model.prior }];
    for (const [c, of] of this.compiled.entries()) {
      if (this.levels[c] === MISSING) continue;
      const level = LEVELS[scaleOfComparison(of.name)][this.levels[c]!]!;
      parts.push({ comparison: of.name, level, bits: this.parts[c]! });
    }
    const kin = this.parts[this.compiled.length]!;
    if (kin < 0) parts.push({ comparison: 'relatives', level: 'possible', bits: kin });
    if (a.party >= 0 && b.party >= 0 && a.party !== b.party)
      parts.push({ comparison: 'party', level: 'different', bits: OTHER_PARTY });
    const told = parts.reduce((s, p) => s + p.bits, 0);
    if (Math.abs(told - bits) > 1e-9)
      parts.push({
        comparison: 'guard',
        level: this.apartByName ? 'other name' : 'too little else',
        bits: bits - told,
      });
    return { bits, parts };
  }
}

/** Places of the comparisons other than names, with those first that can rule out most for their price. */
function inOrderOfWorth(of: readonly Compiled[]): number[] {
  const worth = of.map((c) => (c.mostUnlike - c.weights.at(-1)!) / (PRICE[c.kind.scale] ?? PRICE_OF_TEXT));
  return of.flatMap((c, i) => (c.isName ? [] : [i])).sort((x, y) => worth[y]! - worth[x]!);
}

/** Bits of the rarest value of a slot. */
function rarest(m: MatchModel, slot: string): number {
  const f = m.frequencies[slot];
  return f === undefined ? 0 : -Math.log2(Math.min(f.rest, ...Object.values(f.shares)));
}

function isFirm(s: Subject): boolean {
  return s.party > PERSON;
}

function weightOf(m: number, u: number, kind: ComparisonKind, level: number, levels: number): number {
  const w = Math.max(LEAST, Math.log2(m / u));
  if (kind.scale === 'identifier' && level === 0 && !kind.contact) return Math.max(w, UNIQUE_FLOOR);
  // People have several phones and change them: a difference is no evidence to speak of.
  if (kind.plural && level === levels - 1) return Math.max(w, -2);
  return w;
}

/** Equal values tell their rarity in full, near ones by half. */
function rarityShare(kind: ComparisonKind, level: number): number {
  if (level === 0) return 1;
  return kind.scale === 'word' || kind.scale === 'text'
    ? level <= 3
      ? 0.5
      : 0
    : kind.scale === 'rest' && level === 1
      ? 0.5
      : 0;
}

function adjust(rarity: number, chance: number): number {
  return rarity === 0 ? 0 : rarity - chance;
}

/**
 * The evidence that two profiles are one party, in bits, with the parts that it is the sum of. Symmetric.
 */
export function weigh(a: Profile, b: Profile, m: MatchModel): { readonly bits: number; readonly parts: Part[] } {
  const subjects = new Subjects();
  const x = subjects.of(a);
  const y = subjects.of(b);
  subjects.weighBy(m);
  return new Scorer(m, subjects.slots).explain(x, y);
}
