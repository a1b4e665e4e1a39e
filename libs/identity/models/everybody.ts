import { founderRank } from '#canonical';
import type { Database } from '#platform';
import { BlockIndex } from '../block/index-of-blocks.js';
import type { Profile } from '../profile/profile.js';
import { assemble, type Decision, type Edge, type FoundComponent, type Node } from '../resolve/components.js';
import type { Matcher } from '../resolve/matcher.js';
import { SELECT_SOME_NODES, SELECT_SOME_PROFILES } from './models.sql.js';

const PAGE = 5000;

/** Reads a table page by page, in the order of ids. */
export async function* pages<Row extends { id: number }>(
  db: Pick<Database, 'query'>,
  statement: { name: string; text: string },
  more: readonly unknown[] = [],
): AsyncGenerator<Row[]> {
  for (let after = 0; ;) {
    const rows = await db.query<Row>(statement, [PAGE, after, ...more]);
    if (rows.length === 0) return;
    yield rows;
    after = rows.at(-1)!.id;
  }
}

async function profilesOf(db: Pick<Database, 'query'>, known: ReadonlySet<number>): Promise<Map<number, Profile>> {
  const profiles = new Map<number, Profile>();
  for await (const page of pages<{ id: number; features: Profile }>(db, SELECT_SOME_PROFILES))
    for (const r of page) if (known.has(r.id)) profiles.set(r.id, r.features);
  return profiles;
}

/**
 * The components of the whole firm under a model, computed in memory from what is stored: candidates and scores anew,
 * statements and decisions as they are. For the memory that it takes see `expectMemory`.
 *
 * @param progress hears how many profiles have been scored.
 */
export async function everybody(
  db: Pick<Database, 'query'>,
  m: Matcher,
  progress: (done: number, total: number) => Promise<void>,
): Promise<FoundComponent[]> {
  const nodes: Node[] = [];
  for await (const page of pages<Omit<Node, 'rank'>>(db, SELECT_SOME_NODES))
    for (const n of page) nodes.push({ ...n, rank: founderRank(n) });
  // The firm goes on meanwhile: who came after the nodes were read is left to the next look.
  const known = new Set(nodes.map((n) => n.id));
  const profiles = await profilesOf(db, known);
  const stated = await db.query<Edge>('select a, b, null::double precision as bits from identity_edge group by a, b');
  const edges = stated.filter((e) => known.has(e.a) && known.has(e.b));
  const decisions = await db.query<Decision>(
    `select d.id, d.verdict,
       array(select identity_id from identity_decision_side where decision_id = d.id and side = 0) as "left",
       array(select identity_id from identity_decision_side where decision_id = d.id and side = 1) as "right"
     from identity_decision d where d.revoked_at is null and d.superseded_by is null`,
  );
  await score(profiles, m, (e) => edges.push(e), progress);
  return assemble(nodes, edges, decisions, profiles);
}

/** Every pair that shares a key which is not too common, and weighs enough. */
async function score(
  profiles: ReadonlyMap<number, Profile>,
  m: Matcher,
  found: (e: Edge) => void,
  progress: (done: number, total: number) => Promise<void>,
): Promise<void> {
  const ids = [...profiles.keys()];
  const index = new BlockIndex();
  for (const [node, id] of ids.entries()) {
    for (const key of m.blockKeys(profiles.get(id)!)) index.add(node, '', key, '');
    // Others want the processor too.
    if (node % 1000 === 0) await progress(0, ids.length);
  }
  const blocks = index.blocks(m.mostPerKey);
  for (const [node, id] of ids.entries()) {
    if (node % 1000 === 0) await progress(node, ids.length);
    blocks.eachLater(node, (later) => {
      const other = ids[later]!;
      const bits = m.edge(profiles.get(id)!, profiles.get(other)!);
      if (bits !== undefined) found({ a: id, b: other, bits });
    });
  }
  await progress(ids.length, ids.length);
}
