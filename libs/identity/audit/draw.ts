import type { Database } from '#platform';
import { DisjointSets } from '../evidence/disjoint-sets.js';
import type { MatchModel } from '../model/model.js';
import { seededRandom } from '../model/random.js';
import { COUNT_STRATA, SELECT_CANDIDATES, SELECT_STATED_TIES } from './audits.sql.js';
import { allocate, cutsInBits, cutsOf, type Stratum } from './strata.js';

export interface DrawnPair {
  readonly a: number;
  readonly b: number;
  readonly bits: number;
  /** Place of its stratum in the list of them. */
  readonly stratum: number;
  /** Pairs of the firm that it stands for. */
  readonly weight: number;
}

export interface Drawn {
  readonly strata: readonly Stratum[];
  /** In an order that tells nothing of them. */
  readonly pairs: readonly DrawnPair[];
}

interface Candidate {
  readonly a: number;
  readonly b: number;
  readonly bits: number;
  readonly stratum: number;
}

/** Of each stratum so many times as many candidates as are wanted, and some more: rows tie some of them. */
const CANDIDATES = { times: 5, more: 50 };
const LEAST_HASH = -(2n ** 63n);
const MOST_HASH = 2n ** 63n - 1n;
const IDENTITIES_PER_QUERY = 5000;

/**
 * A random sample of the pairs that the model in force weighs, which is what `match_edge` holds: the pairs with the least
 * keyed hash of each stratum. The same seed over the same pairs draws the same sample.
 *
 * Whom rows tie to each other no model joins or parts, so such pairs are left out, as they are in a preview. How many
 * they are is told by the candidates of the stratum, which are a random sample themselves, and all of a small one.
 */
export async function drawPairs(
  db: Pick<Database, 'query'>,
  model: MatchModel,
  wanted: number,
  seed: number,
): Promise<Drawn> {
  const bounds = cutsInBits(model);
  const stored = bounds.concat(Infinity).map(() => 0);
  for (const { stratum, n } of await db.query<{ stratum: number; n: number }>(COUNT_STRATA, [bounds]))
    stored[stratum] = n;
  const quota = allocate(stored, wanted);
  const limits = stored.map((n, i) => hashOf((quota[i]! * CANDIDATES.times + CANDIDATES.more) / Math.max(1, n)));
  const candidates = await db.query<Candidate>(SELECT_CANDIDATES, [bounds, seed, limits]);
  const tied = await tiedByRows(db, candidates);

  const cuts = [0, ...cutsOf(model), 1];
  const strata: Stratum[] = [];
  const placeOf = new Map<number, number>();
  const open = Map.groupBy(
    candidates.filter((c) => !tied(c)),
    (c) => c.stratum,
  );
  for (const [i, n] of stored.entries()) {
    const free = open.get(i)?.length ?? 0;
    if (free === 0) continue;
    const seen = candidates.filter((c) => c.stratum === i).length;
    placeOf.set(i, strata.length);
    strata.push({
      from: cuts[i]!,
      to: cuts[i + 1]!,
      pairs: Math.round((n * free) / seen),
      drawn: Math.min(quota[i]!, free),
    });
  }
  const left = strata.map((s) => s.drawn);
  const pairs: DrawnPair[] = [];
  for (const c of candidates) {
    const stratum = placeOf.get(c.stratum);
    if (stratum === undefined || left[stratum] === 0 || tied(c)) continue;
    left[stratum]!--;
    pairs.push({ ...c, stratum, weight: strata[stratum]!.pairs / strata[stratum]!.drawn });
  }
  return { strata, pairs: shuffled(pairs, seed) };
}

/** The hash below which this share of all hashes lies; as text, for it needs all its 64 bits. */
function hashOf(share: number): string {
  return String(share >= 1 ? MOST_HASH : LEAST_HASH + (BigInt(Math.floor(share * 2 ** 53)) << 11n));
}

/** By their hashes the pairs of large strata would come first. */
function shuffled<T>(pairs: readonly T[], seed: number): T[] {
  const random = seededRandom(seed);
  const order = [...pairs];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Finds everybody whom rows tie to the identities of some pairs, however many rows that takes. */
async function tiedByRows(
  db: Pick<Database, 'query'>,
  pairs: readonly Candidate[],
): Promise<(pair: Candidate) => boolean> {
  const rows = new DisjointSets<number>();
  const reached = new Set(pairs.flatMap((p) => [p.a, p.b]));
  for (let frontier = [...reached]; frontier.length > 0;) {
    const next = new Set<number>();
    for (let i = 0; i < frontier.length; i += IDENTITIES_PER_QUERY)
      for (const { a, b } of await db.query<{ a: number; b: number }>(SELECT_STATED_TIES, [
        frontier.slice(i, i + IDENTITIES_PER_QUERY),
      ])) {
        rows.join(a, b);
        for (const id of [a, b]) if (!reached.has(id)) next.add(id);
      }
    for (const id of next) reached.add(id);
    frontier = [...next];
  }
  return ({ a, b }) => rows.root(a) === rows.root(b);
}
