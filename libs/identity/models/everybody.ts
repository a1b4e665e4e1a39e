import { founderRank } from '#canonical';
import type { Database } from '#platform';
import type { Profile } from '../profile/profile.js';
import { assemble, type Decision, type Edge, type FoundComponent, type Node } from '../resolve/components.js';
import { keyHash } from '../resolve/key-hash.js';
import type { Matcher } from '../resolve/matcher.js';
import { SELECT_SOME_NODES, SELECT_SOME_PROFILES } from './models.sql.js';

const PAGE = 5000;

/** Reads a table page by page, in the order of ids. */
export async function* pages<Row extends { id: number }>(
  db: Pick<Database, 'query'>,
  statement: { name: string; text: string },
): AsyncGenerator<Row[]> {
  for (let after = 0; ;) {
    const rows = await db.query<Row>(statement, [PAGE, after]);
    if (rows.length === 0) return;
    yield rows;
    after = rows.at(-1)!.id;
  }
}

export async function allProfiles(db: Pick<Database, 'query'>): Promise<Map<number, Profile>> {
  const profiles = new Map<number, Profile>();
  for await (const page of pages<{ id: number; features: Profile }>(db, SELECT_SOME_PROFILES))
    for (const r of page) profiles.set(r.id, r.features);
  return profiles;
}

/**
 * The components of the whole firm under a model, computed in memory from what is stored: candidates and scores anew,
 * statements and decisions as they are. About 1 KB an identity.
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
  const profiles = await allProfiles(db);
  const edges: Edge[] = await db.query<Edge>(
    'select a, b, null::double precision as bits from identity_edge group by a, b',
  );
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
  const members = new Map<number, number[]>();
  const keysOf = new Map<number, readonly number[]>();
  for (const [id, p] of profiles) {
    const keys = [...new Set(m.blockKeys(p).map(keyHash))];
    keysOf.set(id, keys);
    for (const k of keys) {
      const of = members.get(k);
      if (of) of.push(id);
      else members.set(k, [id]);
    }
  }
  let done = 0;
  for (const [id, keys] of keysOf) {
    const others = new Set<number>();
    for (const k of keys) {
      const of = members.get(k)!;
      if (of.length <= m.mostPerKey) for (const other of of) if (other > id) others.add(other);
    }
    for (const other of others) {
      const bits = m.edge(profiles.get(id)!, profiles.get(other)!);
      if (bits !== undefined) found({ a: id, b: other, bits });
    }
    // Others want the processor too.
    if (++done % 1000 === 0) await progress(done, profiles.size);
  }
  await progress(profiles.size, profiles.size);
}
