import { clientIdOf, founderRank, IDENTITY_KEYS, type IdentityKey } from '#canonical';
import type { Tx } from '#platform';
import { INSERT_CLIENTS, INSERT_IDENTITIES, MERGE_CLIENTS, SELECT_IDENTITIES } from './resolve.sql.js';

export interface Resolution {
  /** Per input: the source identity that owns the record. */
  readonly owners: readonly number[];
  /** Per input: the client it belongs to now. */
  readonly clients: readonly string[];
  /** Per input: true when it brought a key that was not known, or joined clients. */
  readonly fresh: readonly boolean[];
  readonly created: readonly string[];
  readonly merged: readonly { readonly from: string; readonly into: string }[];
}

interface Known {
  id: number;
  type: IdentityKey['type'];
  key: string;
  client_id: string;
  founder: string;
}

/**
 * Finds the client of each record by its keys, creating and merging clients as the keys demand.
 *
 * Records that share a strong key are one client; a weak key (phone, e-mail) is used only when a record has no other,
 * and joins nothing. Which records end together, and under which id, follows from the set of records alone: a client
 * takes the id that its best ranked key founds, so arrival order, repeats and batch borders change nothing.
 *
 * One transaction at a time may run this (`APPLY_LANE` in ingest sees to it). Deterministic keys are the whole of it
 * for now: scoring, review and unmerge come with the full resolver, behind this same function.
 *
 * @param records each with at least one key; the first key is the record's own and becomes its owner.
 */
export async function resolveClients(tx: Tx, records: readonly (readonly IdentityKey[])[]): Promise<Resolution> {
  const keys = new Map<string, IdentityKey>();
  const groups = new DisjointSets();
  for (const record of records) {
    const used = keysToUse(record);
    for (const k of used) {
      keys.set(nameOf(k), k);
      groups.join(nameOf(used[0]!), nameOf(k));
    }
  }
  const known = await select(tx, [...keys.values()]);
  for (const k of known.values()) groups.join(nameOf(k), `client ${k.client_id}`);

  const plan = planClients(groups, keys, known);
  if (plan.insert.length > 0)
    await tx.query(INSERT_CLIENTS, [plan.insert.map((c) => c.id), plan.insert.map((c) => c.founder)]);
  if (plan.merged.length > 0)
    await tx.query(MERGE_CLIENTS, [plan.merged.map((m) => m.from), plan.merged.map((m) => m.into)]);
  const ids = await insertIdentities(tx, keys, known, plan.clientOf);

  const owners = records.map((r) => ids.get(nameOf(keysToUse(r)[0]!))!);
  const clients = records.map((r) => plan.clientOf.get(nameOf(keysToUse(r)[0]!))!);
  const moved = new Set(plan.merged.map((m) => m.into));
  const fresh = records.map((r, i) => moved.has(clients[i]!) || keysToUse(r).some((k) => !known.has(nameOf(k))));
  return { owners, clients, fresh, created: plan.created, merged: plan.merged };
}

function keysToUse(record: readonly IdentityKey[]): readonly IdentityKey[] {
  const strong = record.filter((k) => IDENTITY_KEYS[k.type].strong);
  return strong.length > 0 ? strong : record.slice(0, 1);
}

const nameOf = (k: IdentityKey) => `${k.type}\0${k.key}`;

async function select(tx: Tx, keys: readonly IdentityKey[]): Promise<Map<string, Known>> {
  const rows = await tx.query<Known>(SELECT_IDENTITIES, [keys.map((k) => k.type), keys.map((k) => k.key)]);
  return new Map(rows.map((r) => [nameOf(r), r]));
}

interface Plan {
  readonly clientOf: ReadonlyMap<string, string>;
  readonly insert: readonly { readonly id: string; readonly founder: string }[];
  readonly created: readonly string[];
  readonly merged: readonly { readonly from: string; readonly into: string }[];
}

/** For each group of keys: the client it is, and which clients become it. */
function planClients(
  groups: DisjointSets,
  keys: ReadonlyMap<string, IdentityKey>,
  known: ReadonlyMap<string, Known>,
): Plan {
  const clientOf = new Map<string, string>();
  const insert: { id: string; founder: string }[] = [];
  const created: string[] = [];
  const merged: { from: string; into: string }[] = [];
  for (const names of groupNames(groups, keys)) {
    const existing = new Map<string, string>();
    let founder: string | undefined;
    for (const name of names) {
      const k = known.get(name);
      if (k) existing.set(k.client_id, k.founder);
      const rank = k ? k.founder : founderRank(keys.get(name)!);
      if (founder === undefined || rank < founder) founder = rank;
    }
    const id = clientIdOf(founder!);
    if (!existing.has(id)) insert.push({ id, founder: founder! });
    if (existing.size === 0) created.push(id);
    for (const other of existing.keys()) if (other !== id) merged.push({ from: other, into: id });
    for (const name of names) clientOf.set(name, id);
  }
  return { clientOf, insert, created, merged };
}

function groupNames(groups: DisjointSets, keys: ReadonlyMap<string, IdentityKey>): Iterable<string[]> {
  const byRoot = new Map<string, string[]>();
  for (const name of keys.keys()) {
    const root = groups.root(name);
    const names = byRoot.get(root);
    if (names) names.push(name);
    else byRoot.set(root, [name]);
  }
  return byRoot.values();
}

async function insertIdentities(
  tx: Tx,
  keys: ReadonlyMap<string, IdentityKey>,
  known: ReadonlyMap<string, Known>,
  clientOf: ReadonlyMap<string, string>,
): Promise<Map<string, number>> {
  const ids = new Map([...known].map(([name, k]) => [name, k.id]));
  const fresh = [...keys].filter(([name]) => !known.has(name));
  if (fresh.length === 0) return ids;
  const rows = await tx.query<{ id: number } & IdentityKey>(INSERT_IDENTITIES, [
    fresh.map(([, k]) => k.type),
    fresh.map(([, k]) => k.key),
    fresh.map(([name]) => clientOf.get(name)),
  ]);
  for (const r of rows) ids.set(nameOf(r), r.id);
  return ids;
}

/** Union–find with path halving. */
class DisjointSets {
  private readonly parent = new Map<string, string>();

  root(name: string): string {
    let at = name;
    for (;;) {
      const up = this.parent.get(at) ?? at;
      if (up === at) return at;
      const above = this.parent.get(up) ?? up;
      this.parent.set(at, above);
      at = above;
    }
  }

  join(a: string, b: string): void {
    const x = this.root(a);
    const y = this.root(b);
    if (x !== y) this.parent.set(x, y);
  }
}
