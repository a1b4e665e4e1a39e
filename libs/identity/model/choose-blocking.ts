import type { Population } from '../bulk/population.js';
import type { MatchModel } from './model.js';
import { Scorer } from './scorer.js';
import type { Steps } from './steps.js';

/** Of the pairs worth an edge, the share that may go unfound by any chosen heading. */
const UNFOUND = 0.0001;
/** Whoever shares a whole identifier or contact point is held against each other, whether or not the sample has any. */
const POINTS = ['device', 'email', 'idNumber', 'oneCode', 'phone'];
/** What storing and looking up one key costs, in comparisons of a pair. */
const PER_KEY = 3;

/** Nodes whose pairs are looked at, in turn, until `most` pairs were. */
export interface BlockingSample {
  readonly nodes: Iterable<number>;
  readonly most: number;
  /** The share of all parties that there are: see `TrainOptions.share`. */
  readonly share: number;
  readonly comparable: (a: number, b: number) => boolean;
}

/**
 * The headings of block keys that find the pairs worth an edge at the least cost: weighted set cover, greedily (Chvátal
 * 1979), over the pairs of a sample as the model scores them. Equal identifiers and contact points always count.
 *
 * Blocking scheme learning without labels, after Michelson and Knoblock (AAAI 2006) with the model for the labels.
 */
export function* chooseBlocking(people: Population, m: MatchModel, sample: BlockingSample): Steps<readonly string[]> {
  people.layout.weighBy(m);
  const scorer = new Scorer(m, people.layout.slots);
  const blocks = people.blocks(sampledLimit(m.limits.block, sample.share));
  const headings = people.headings;
  const cost = new Float64Array(headings.length);
  /** By the headings that find them, how many edges there are. */
  const edges = new Map<string, { readonly by: readonly number[]; count: number }>();
  let looked = 0;
  for (const node of sample.nodes) {
    if (looked >= sample.most) break;
    yield;
    const met = new Map<number, Set<number>>();
    const own = new Set<number>();
    blocks.eachMeeting(node, (other, h) => {
      own.add(h);
      if (!sample.comparable(node, other)) return;
      const by = met.get(other);
      if (by) by.add(h);
      else met.set(other, new Set([h]));
    });
    for (const h of own) cost[h]! += PER_KEY;
    looked += met.size;
    for (const [other, found] of met) {
      // Nearly all of them are two parties, who meet so much more often among everybody.
      for (const h of found) cost[h]! += 1 / sample.share;
      if (scorer.scan(people.subjects[node]!, people.subjects[other]!) < scorer.reviewBits) continue;
      const by = [...found].sort((a, b) => a - b);
      const e = edges.get(by.join());
      if (e) e.count++;
      else edges.set(by.join(), { by, count: 1 });
    }
  }
  return cover([...edges.values()], cost, headings);
}

/** A key that `most` of all share is shared by about so many of a sample. */
export function sampledLimit(most: number, share: number): number {
  return Math.max(2, Math.round(most * share));
}

function cover(
  edges: readonly { readonly by: readonly number[]; readonly count: number }[],
  cost: Float64Array,
  headings: readonly string[],
): readonly string[] {
  const chosen = new Set(headings.flatMap((h, i) => (POINTS.includes(h) ? [i] : [])));
  const all = edges.reduce((s, e) => s + e.count, 0);
  let open = edges.filter((e) => !e.by.some((h) => chosen.has(h)));
  const unfound = () => open.reduce((s, e) => s + e.count, 0);
  while (unfound() > UNFOUND * all) {
    const gain = new Float64Array(headings.length);
    for (const e of open) for (const h of e.by) gain[h]! += e.count;
    let best = -1;
    for (let h = 0; h < gain.length; h++)
      if (gain[h]! > 0 && (best < 0 || gain[h]! / (cost[h]! + 1) > gain[best]! / (cost[best]! + 1))) best = h;
    if (best < 0) break;
    chosen.add(best);
    open = open.filter((e) => !e.by.includes(best));
  }
  return [...new Set([...POINTS, ...[...chosen].map((h) => headings[h]!)])].sort();
}
