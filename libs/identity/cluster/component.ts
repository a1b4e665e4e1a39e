import type { Counted } from './value-limits.js';

/** A tie between two nodes of a component, by their numbers. */
export interface Edge {
  readonly a: number;
  readonly b: number;
  /** Evidence in bits; Infinity for what a source states in one row. */
  readonly bits: number;
  readonly stated?: boolean;
}

/** A person's word: all of `left` and all of `right` are one client, or none of the one is any of the other. */
export interface Decision {
  readonly verdict: 'together' | 'apart';
  readonly left: readonly number[];
  readonly right: readonly number[];
}

/** What belongs together, as far as edges reach; clustering looks at nothing else. */
export interface Component extends Counted {
  /**
   * Names of the nodes, which break ties: `type key` in the hub. Numbers of nodes are places in this list; their
   * order changes nothing.
   */
  readonly keys: readonly string[];
  /** Nodes that own accounts and records, or state a name; the others are bare contact points. Default: all. */
  readonly holders?: readonly boolean[];
  readonly edges: readonly Edge[];
  readonly decisions: readonly Decision[];
  /** Nodes of one source that is free of duplicates carry its number, and never join each other. */
  readonly exclusive?: readonly (number | undefined)[];
}

export type ReviewReason =
  'uncertain' | 'unique_id' | 'contested_record' | 'contradicted' | 'limit' | 'size' | 'diameter' | 'source';

/**
 * Two clusters that a person should look at, by the pair of nodes whose edge led there. Of a `contested_record`, `a` is
 * the node that fits both: it stands in one, and may belong to the other, which `b` is of.
 */
export interface ReviewPair {
  readonly a: number;
  readonly b: number;
  readonly bits: number;
  readonly reason: ReviewReason;
}

export interface Clustering {
  /** Node numbers, each cluster and the list of them in the order of keys. */
  readonly clusters: readonly (readonly number[])[];
  readonly review: readonly ReviewPair[];
  /** Bare nodes whose value fits two clients or more: they stay alone. */
  readonly contested: readonly number[];
  /** Joins that the limits of values, size and diameter stopped. */
  readonly stopped: readonly ReviewPair[];
}
