import { blockKeys } from '../block/keys.js';
import { clusterComponent } from '../cluster/cluster.js';
import { type LimitHit, ValueLimits } from '../cluster/value-limits.js';
import { hotOf } from '../compare/rarity.js';
import { Subjects } from '../compare/subjects.js';
import type { Subject } from '../compare/value.js';
import { comparisonKind, isNameComparison } from '../model/comparisons.js';
import { type MatchModel, probabilityOf } from '../model/model.js';
import { type Part, Scorer } from '../model/scorer.js';
import { kindOf } from '../profile/kinds.js';
import type { Profile } from '../profile/profile.js';
import type { Clustering, Component, Evidence, Matcher, Member, OpenPair } from '../resolve/matcher.js';

/** After so many profiles the memory of values is begun anew, so that it does not grow with the firm. */
const REMEMBERED = 50_000;
/** Of larger sets this many speak for all. */
const SPEAKERS = 10;

/**
 * A model as the resolver uses it, profile after profile, without end.
 *
 * @param exclusive identity → number of a source that is free of duplicates: its identities never join each other.
 */
export function matcherOf(
  m: MatchModel,
  version: number,
  exclusive?: (identity: number) => number | undefined,
): Matcher {
  return new OnlineMatcher(m, version, exclusive);
}

class OnlineMatcher implements Matcher {
  readonly mostPerKey: number;
  private subjects = new WeakMap<Profile, Subject>();
  private layout: Subjects;
  private scorer: Scorer;
  private made = 0;
  private readonly slots: readonly string[];
  private readonly blocking: ReadonlySet<string> | undefined;

  constructor(
    private readonly m: MatchModel,
    readonly version: number,
    private readonly exclusive?: (identity: number) => number | undefined,
  ) {
    this.mostPerKey = m.limits.block;
    this.blocking = m.blocking && new Set(m.blocking);
    this.slots = m.comparisons.map((c) => c.comparison).filter((c) => !isNameComparison(c));
    this.layout = new Subjects(this.slots, m);
    this.scorer = new Scorer(m, this.slots);
  }

  blockKeys(p: Profile): readonly string[] {
    return blockKeys(p, this.blocking);
  }

  edge(a: Profile, b: Profile): number | undefined {
    this.forget();
    const [x, y] = [this.subject(a), this.subject(b)];
    const bits = this.scorer.scan(x, y);
    if (bits >= this.scorer.reviewBits) return bits;
    // A contact point that stands alone belongs to whom it is shared with, if that is one client: see `cluster`.
    return (isBare(a) || isBare(b)) && this.shareContact(a, b) ? this.scorer.score(x, y) : undefined;
  }

  cluster(c: Component): Clustering {
    this.forget();
    const holders = c.nodes.map((n) => n.holder || n.profile?.names !== undefined);
    const scored = c.scored.flatMap(([a, b, bits]) => {
      const shared = !holders[a] || !holders[b];
      if (!shared && bits < this.scorer.reviewBits) return [];
      return [shared ? { a, b, bits: Infinity, stated: true } : { a, b, bits }];
    });
    const found = clusterComponent(
      {
        keys: c.nodes.map((n) => n.rank),
        types: c.nodes.map((n) => n.type),
        subjects: c.nodes.map((n) => this.subject(n.profile ?? NOTHING)),
        slots: this.layout.slots,
        holders,
        ...(this.exclusive ? { exclusive: c.nodes.map((n) => this.exclusive!(n.id)) } : {}),
        edges: [...c.stated.map(([a, b]) => ({ a, b, bits: Infinity, stated: true })), ...scored],
        decisions: [
          ...c.same.map((d) => ({ verdict: 'together' as const, ...d })),
          ...c.different.map((d) => ({ verdict: 'apart' as const, ...d })),
        ],
      },
      this.scorer,
    );
    const open = found.review.map((r): OpenPair => ({ a: r.a, b: r.b, cause: r.reason, bits: finite(r.bits) }));
    return { clusters: found.clusters, open: [...open, ...contested(c, found.contested, holders)] };
  }

  explain(a: readonly Profile[], b: readonly Profile[]): Evidence {
    this.forget();
    const found = new Map<string, Part[]>();
    for (const x of spread(a))
      for (const y of spread(b))
        for (const p of this.scorer.explain(this.subject(x), this.subject(y)).parts) {
          const of = found.get(p.comparison);
          if (of) of.push(p);
          else found.set(p.comparison, [p]);
        }
    // Of each thing that was compared, the pair that agrees most.
    const parts = [...found.values()].map((of) => of.reduce((x, y) => (y.bits > x.bits ? y : x)));
    const bits = parts.reduce((s, p) => s + p.bits, 0);
    return { bits, probability: probabilityOf(bits, this.m.calibration), parts };
  }

  limitsHit(a: readonly Member[], b: readonly Member[]): LimitHit[] {
    this.forget();
    const all = [...a, ...b];
    const values = new ValueLimits(
      {
        keys: all.map((m) => m.key),
        types: all.map((m) => m.type),
        subjects: all.map((m) => this.subject(m.profile ?? NOTHING)),
        slots: this.layout.slots,
      },
      this.m.limits.values,
    );
    return values.hits(
      [...a.keys()],
      [...b.keys()].map((i) => a.length + i),
    );
  }

  private shareContact(a: Profile, b: Profile): boolean {
    for (const [slot, values] of contactValues(a)) {
      const others = contactValues(b).find(([s]) => s === slot)?.[1];
      const hot = hotOf(this.m).get(slot);
      if (others && values.some((v) => others.includes(v) && !hot?.has(v))) return true;
    }
    return false;
  }

  private subject(p: Profile): Subject {
    let s = this.subjects.get(p);
    if (s === undefined) {
      s = this.layout.of(p);
      this.subjects.set(p, s);
      this.made++;
    }
    return s;
  }

  /** Never between the parts of one comparison: values of two memories are not to be compared. */
  private forget(): void {
    if (this.made < REMEMBERED) return;
    this.made = 0;
    this.subjects = new WeakMap();
    this.layout = new Subjects(this.slots, this.m);
    this.scorer = new Scorer(this.m, this.slots);
  }
}

const NOTHING: Profile = {};

/** Nothing but contact points is known. */
function isBare(p: Profile): boolean {
  if (p.names !== undefined) return false;
  const slots = [...Object.keys(p.values ?? {}), ...Object.keys(p.identifiers ?? {})];
  return slots.length > 0 && slots.every((s) => comparisonKind(s).contact);
}

function contactValues(p: Profile): [string, readonly string[]][] {
  const contact = ([slot]: readonly [string, unknown]) => kindOf(slot) !== 'idNumber' && comparisonKind(slot).contact;
  return [
    ...Object.entries(p.values ?? {}).filter(contact),
    ...Object.entries(p.identifiers ?? {})
      .filter(contact)
      .map(([slot, ids]): [string, readonly string[]] => [slot, ids.map((i) => i.whole)]),
  ];
}

/** A contact point that fits several clients, beside the first of those that it fits. */
function contested(c: Component, nodes: readonly number[], holders: readonly boolean[]): OpenPair[] {
  return nodes.flatMap((n) => {
    const near = c.scored.flatMap(([a, b]) => (a === n && holders[b] ? [b] : b === n && holders[a] ? [a] : []));
    const first = near.reduce<number | undefined>(
      (x, y) => (x === undefined || c.nodes[y]!.rank < c.nodes[x]!.rank ? y : x),
      undefined,
    );
    return first === undefined ? [] : [{ a: n, b: first, cause: 'contested', bits: undefined }];
  });
}

function spread<T>(list: readonly T[]): T[] {
  const step = Math.ceil(list.length / SPEAKERS) || 1;
  return list.filter((_, i) => i % step === 0);
}

function finite(bits: number): number | undefined {
  return Number.isFinite(bits) ? bits : undefined;
}
