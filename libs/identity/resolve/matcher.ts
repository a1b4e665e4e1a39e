import type { LimitHit } from '../cluster/value-limits.js';
import type { Profile } from '../profile/profile.js';

/** Somebody of a client, as limits on values look at it. */
export interface Member {
  /** The kind of key that it is, and the key. */
  readonly type: string;
  readonly key: string;
  readonly profile: Profile | undefined;
}

/** One node of a connected component. Its place in the list stands for it in the edges. */
export interface ComponentNode {
  readonly id: number;
  readonly type: string;
  /** Orders nodes whatever came first: rank of the kind of key, then its spelling. */
  readonly rank: string;
  /** False for a contact point that owns records: a browser, an address. */
  readonly holder: boolean;
  readonly profile: Profile | undefined;
}

export interface Component {
  readonly nodes: readonly ComponentNode[];
  readonly stated: readonly (readonly [number, number])[];
  readonly scored: readonly (readonly [number, number, bits: number])[];
  readonly same: readonly Sides[];
  readonly different: readonly Sides[];
}

export interface Sides {
  readonly left: readonly number[];
  readonly right: readonly number[];
}

/** A pair of nodes by which two clusters meet, and why nothing or nobody joined them. */
export interface OpenPair {
  readonly a: number;
  readonly b: number;
  readonly cause: string;
  readonly bits: number | undefined;
}

export interface Clustering {
  readonly clusters: readonly (readonly number[])[];
  readonly open: readonly OpenPair[];
}

/** What the resolver asks of a model: pure functions of profiles. */
export interface Matcher {
  readonly version: number;
  /** A key that more identities share leads to no candidates: it says little, and costs much. */
  readonly mostPerKey: number;
  /** Keys under which profiles are candidates for one another. */
  blockKeys(p: Profile): readonly string[];
  /** The weight of a pair in bits; undefined when it is not worth an edge. */
  edge(a: Profile, b: Profile): number | undefined;
  cluster(c: Component): Clustering;
  /** What speaks for two sets of profiles being one party, and what against. */
  explain(a: readonly Profile[], b: readonly Profile[]): Evidence;
  /** The limits on values that two clients would exceed as one. */
  limitsHit(a: readonly Member[], b: readonly Member[]): readonly LimitHit[];
}

export interface Evidence {
  readonly bits: number;
  /** How likely they are one party, 0 … 1. */
  readonly probability: number;
  readonly parts: readonly EvidencePart[];
}

export interface EvidencePart {
  /** `prior`, or what was compared: `surname`, `phone`, `place:suburb`. */
  readonly comparison: string;
  readonly level: string;
  readonly bits: number;
}
