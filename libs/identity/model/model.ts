/** Weights of one comparison: m and u of each of its levels, and how often its values occur. */
export interface ComparisonModel {
  /** `givenName`, `surname`, `nameOrder`, `otherNames`, or a slot such as `phone` or `place:suburb`. */
  readonly comparison: string;
  /** Share of pairs of one party that are at each level; sums to 1. */
  readonly m: readonly number[];
  /** Share of pairs of two parties that are at each level; sums to 1. */
  readonly u: readonly number[];
  /** Share of households that have it in common. Absent: as is believed of its kind. */
  readonly common?: number;
}

/** How often values occur: the rarer an agreed value, the more it tells. */
export interface Frequencies {
  /** Parties that state a value at all. */
  readonly total: number;
  /** Share of the most frequent values. */
  readonly shares: Readonly<Record<string, number>>;
  /** Share taken for a value that is not listed. */
  readonly rest: number;
}

export interface Thresholds {
  /** Least probability at which two nodes are one client without a person's word. */
  readonly link: number;
  /** Least probability at which a person is asked. */
  readonly review: number;
  /** Bits of evidence, prior left out, below which it contradicts a link that a source states. */
  readonly contradictBits: number;
}

/** Turns bits into a probability: 1 / (1 + 2^−(scale × bits + offset)). Fields are seldom as independent as assumed. */
export interface Calibration {
  readonly scale: number;
  readonly offset: number;
}

export interface Limits {
  /** A block key that more nodes share than this brings nobody together by itself. */
  readonly block: number;
  /** No client of more nodes than this is made without a person's word. */
  readonly cluster: number;
  /** No two nodes of a client are more ties apart than this without a person's word. Absent: they may be. */
  readonly diameter?: number;
  /**
   * Most different values that one client may have without a person's word, by kind of value, slot or kind of key:
   * `phone`, `phone:work`, `customer_no`. What is not named is not limited.
   */
  readonly values?: Readonly<Record<string, number>>;
}

/** Everything that decides; JSON-serialisable. The same model over the same profiles gives the same clients. */
export interface MatchModel {
  readonly format: 1;
  readonly version: string;
  /** Bits of two nodes being one party before anything is compared. */
  readonly prior: number;
  /** Bits of two nodes being people of one household, likewise. */
  readonly related: number;
  readonly comparisons: readonly ComparisonModel[];
  /** By slot; `names` for the words of names, `wholeNames` for given name and surname together. */
  readonly frequencies: Readonly<Record<string, Frequencies>>;
  /** Headings of the block keys that bring candidates together: the fewest that find what is worth finding. Absent: all. */
  readonly blocking?: readonly string[];
  /** Values that many different parties share (a branch's phone, info@): no evidence. By slot. */
  readonly hot: Readonly<Record<string, readonly string[]>>;
  readonly thresholds: Thresholds;
  readonly calibration: Calibration;
  readonly limits: Limits;
}

export function probabilityOf(bits: number, c: Calibration): number {
  return 1 / (1 + 2 ** -(c.scale * bits + c.offset));
}

export function bitsOf(probability: number, c: Calibration): number {
  return (Math.log2(probability / (1 - probability)) - c.offset) / c.scale;
}
