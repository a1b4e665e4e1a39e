import { clientIdOf, founderRank, IDENTITY_KEYS, type IdentityKey } from '#canonical';
import type { Tx } from '#platform';
import { DisjointSets } from './disjoint-sets.js';
import { INSERT_FOUNDED, INSERT_IDENTITIES, SELECT_IDENTITIES } from './evidence.sql.js';

/** A key as a record gives it; an identity document comes hashed, with its number sealed. */
export interface StatedKey extends IdentityKey {
  readonly sealed?: string;
}

/** Who one record names. */
export interface Named {
  /** The identity that owns what the record says: of its first holder key, or of its first key when it has none. */
  readonly owner: number;
  /** The other identities that it states to be the same party. */
  readonly holders: readonly number[];
  /** Contact points and documents: attributes of the owner, never identities because of this record. */
  readonly points: readonly StatedKey[];
}

export interface Nodes {
  /** Per record. */
  readonly named: readonly Named[];
  /** Identities that did not exist before. */
  readonly fresh: ReadonlySet<number>;
  /** Of those, the ones that are contact points: their own key is all that is known of them. */
  readonly freshPoints: ReadonlySet<number>;
  /** The client of each identity as it stood when this began; of a fresh one, where it is put until it is resolved. */
  readonly clientOf: ReadonlyMap<number, string>;
}

interface Known extends IdentityKey {
  readonly id: number;
  readonly clientId: string;
  readonly founder: string;
}

/**
 * Finds the identities that records name, and creates those that are new. A new identity is put with whom its record
 * names, which is nearly always where the resolver leaves it; nothing is decided here.
 *
 * @param records each with at least one key.
 */
export async function findNodes(tx: Tx, records: readonly (readonly StatedKey[])[]): Promise<Nodes> {
  const parted = records.map(partKeys);
  const keys = new Map<string, IdentityKey>();
  const groups = new DisjointSets<string>();
  for (const { nodes } of parted)
    for (const k of nodes) {
      keys.set(nameOf(k), k);
      groups.join(nameOf(nodes[0]!), nameOf(k));
    }
  const known = await select(tx, [...keys.values()]);
  const ids = new Map([...known].map(([name, k]) => [name, k.id]));
  const clientOf = new Map([...known.values()].map((k) => [k.id, k.clientId]));
  const fresh = new Set<number>();
  const freshPoints = new Set<number>();
  for (const n of await insert(tx, keys, known, groups)) {
    ids.set(nameOf(n), n.id);
    clientOf.set(n.id, n.clientId);
    fresh.add(n.id);
    if (!IDENTITY_KEYS[n.type].holder) freshPoints.add(n.id);
  }
  const named = parted.map(({ nodes, points }): Named => {
    const [owner, ...others] = nodes.map((k) => ids.get(nameOf(k))!);
    return { owner: owner!, holders: [...new Set(others)].filter((h) => h !== owner), points };
  });
  return { named, fresh, freshPoints, clientOf };
}

function partKeys(record: readonly StatedKey[]): { nodes: readonly StatedKey[]; points: readonly StatedKey[] } {
  const holders = record.filter((k) => IDENTITY_KEYS[k.type].holder);
  const nodes = holders.length > 0 ? holders : record.slice(0, 1);
  const owner = nodes[0]!;
  const points = record.filter(
    (k) =>
      !IDENTITY_KEYS[k.type].holder &&
      // A document without its number stands among the fields; what owns the record knows itself.
      (k.type === 'id_document' ? k.sealed !== undefined : k !== owner),
  );
  return { nodes, points };
}

const nameOf = (k: IdentityKey) => `${k.type}\0${k.key}`;

async function select(tx: Tx, keys: readonly IdentityKey[]): Promise<Map<string, Known>> {
  const rows = await tx.query<Known>(SELECT_IDENTITIES, [keys.map((k) => k.type), keys.map((k) => k.key)]);
  return new Map(rows.map((r) => [nameOf(r), r]));
}

async function insert(
  tx: Tx,
  keys: ReadonlyMap<string, IdentityKey>,
  known: ReadonlyMap<string, Known>,
  groups: DisjointSets<string>,
): Promise<Known[]> {
  const fresh = [...keys].filter(([name]) => !known.has(name));
  if (fresh.length === 0) return [];
  const founders = new Map<string, string>();
  for (const [name, k] of keys) {
    const root = groups.root(name);
    const rank = known.get(name)?.founder ?? founderRank(k);
    const best = founders.get(root);
    if (best === undefined || rank < best) founders.set(root, rank);
  }
  const put = fresh.map(([name, k]) => {
    const founder = founders.get(groups.root(name))!;
    return { ...k, clientId: clientIdOf(founder), founder };
  });
  const clients = new Map(put.map((p) => [p.clientId, p.founder]));
  await tx.query(INSERT_FOUNDED, [[...clients.keys()], [...clients.values()]]);
  const rows = await tx.query<{ id: number } & IdentityKey>(INSERT_IDENTITIES, [
    put.map((p) => p.type),
    put.map((p) => p.key),
    put.map((p) => p.clientId),
  ]);
  const byName = new Map(put.map((p) => [nameOf(p), p]));
  return rows.map((r) => ({ ...byName.get(nameOf(r))!, id: r.id }));
}
