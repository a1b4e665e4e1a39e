import type { Tx } from '#platform';
import type { Profile } from '../profile/profile.js';
import { keyHash } from './key-hash.js';
import type { Matcher } from './matcher.js';
import {
  DELETE_KEYS,
  DELETE_MATCHES,
  DELETE_PROFILES,
  INSERT_KEYS,
  SELECT_MATCHES,
  SELECT_MEMBERS,
  SELECT_PROFILES,
  UPSERT_MATCHES,
  UPSERT_PROFILES,
} from './matching.sql.js';

interface Stored {
  readonly profile: Profile;
  readonly keys: readonly number[];
}

/**
 * Stores profiles that changed, finds their candidates and scores them. The scored edges that stand afterwards are a
 * function of all profiles alone: every pair that shares a key of at most `mostPerKey` identities and weighs enough.
 * When a key becomes too common, or stops being so, everybody under it is scored anew.
 *
 * @param next the profiles as they are now.
 * @param scope `all`: also those that did not change are given their keys and scores anew, as under a new model.
 * @returns the identities whose edges changed.
 */
export function refreshProfiles(
  tx: Tx,
  m: Matcher,
  next: ReadonlyMap<number, Profile>,
  scope: 'changed' | 'all' = 'changed',
): Promise<Set<number>> {
  return new Refresh(tx, m, scope).run(next);
}

class Refresh {
  private readonly known = new Map<number, Stored>();
  private readonly members = new Map<number, readonly number[]>();

  constructor(
    private readonly tx: Tx,
    private readonly m: Matcher,
    private readonly scope: 'changed' | 'all',
  ) {}

  async run(next: ReadonlyMap<number, Profile>): Promise<Set<number>> {
    await this.load([...next.keys()]);
    const shifts = new Map<number, number>();
    const changed = await this.store(next, shifts);
    if (changed.length === 0) return new Set();
    const crossed = await this.findMembers(shifts);
    const scored = new Set([...changed, ...crossed]);
    await this.load([...crossed]);
    await this.loadMembers([...crossed].flatMap((id) => this.known.get(id)!.keys).filter((k) => !this.members.has(k)));
    return this.score(scored);
  }

  private async load(ids: readonly number[]): Promise<void> {
    const wanted = ids.filter((id) => !this.known.has(id));
    if (wanted.length === 0) return;
    const rows = await this.tx.query<{ id: number; features: Profile; keys: number[] }>(SELECT_PROFILES, [wanted]);
    for (const r of rows) this.known.set(r.id, { profile: r.features, keys: r.keys });
  }

  /** Writes what differs. `shifts`: by how many identities each key grew. */
  private async store(next: ReadonlyMap<number, Profile>, shifts: Map<number, number>): Promise<number[]> {
    const changed: { id: number; text: string; keys: readonly number[]; written: boolean }[] = [];
    const gone: number[] = [];
    const come: [number, number][] = [];
    const left: [number, number][] = [];
    for (const [id, profile] of next) {
      const before = this.known.get(id);
      const empty = isEmpty(profile);
      if (empty && !before) continue;
      const text = JSON.stringify(profile);
      const equal = before !== undefined && !empty && JSON.stringify(before.profile) === text;
      if (equal && this.scope === 'changed') continue;
      const keys = empty ? [] : [...new Set(this.m.blockKeys(profile).map(keyHash))];
      for (const k of keys) if (!before?.keys.includes(k)) come.push([k, id]);
      for (const k of before?.keys ?? []) if (!keys.includes(k)) left.push([k, id]);
      if (empty) {
        gone.push(id);
        this.known.delete(id);
      } else {
        changed.push({ id, text, keys, written: equal && before.keys.join() === keys.join() });
        this.known.set(id, { profile, keys });
      }
      for (const k of keys) if (!shifts.has(k)) shifts.set(k, 0);
    }
    for (const [k] of come) shifts.set(k, (shifts.get(k) ?? 0) + 1);
    for (const [k] of left) shifts.set(k, (shifts.get(k) ?? 0) - 1);
    const rows = changed.filter((c) => !c.written);
    if (rows.length > 0)
      await this.tx.query(UPSERT_PROFILES, [
        rows.map((c) => c.id),
        rows.map((c) => c.text),
        rows.map((c) => `{${c.keys.join(',')}}`),
      ]);
    if (gone.length > 0) await this.tx.query(DELETE_PROFILES, [gone]);
    if (come.length > 0) await this.tx.query(INSERT_KEYS, [come.map(([k]) => k), come.map(([, id]) => id)]);
    if (left.length > 0) await this.tx.query(DELETE_KEYS, [left.map(([k]) => k), left.map(([, id]) => id)]);
    return [...changed.map((c) => c.id), ...gone];
  }

  /** Who stands under the keys; answers everybody under a key that became too common, or is so no more. */
  private async findMembers(shifts: ReadonlyMap<number, number>): Promise<Set<number>> {
    const keys = [...shifts.keys()];
    const rows = await this.tx.query<{ key: number; members: number[] }>(SELECT_MEMBERS, [
      keys,
      keys.map((k) => this.m.mostPerKey + 1 + Math.max(0, shifts.get(k)!)),
    ]);
    const crossed = new Set<number>();
    for (const { key, members } of rows) {
      const before = members.length - shifts.get(key)!;
      const cut = members.length === this.m.mostPerKey + 1 + Math.max(0, shifts.get(key)!);
      if (!cut && before > this.m.mostPerKey !== members.length > this.m.mostPerKey)
        for (const id of members) crossed.add(id);
      this.members.set(key, members.length > this.m.mostPerKey ? [] : members);
    }
    return crossed;
  }

  private async loadMembers(keys: readonly number[]): Promise<void> {
    const wanted = [...new Set(keys)];
    if (wanted.length === 0) return;
    const rows = await this.tx.query<{ key: number; members: number[] }>(SELECT_MEMBERS, [
      wanted,
      wanted.map(() => this.m.mostPerKey + 1),
    ]);
    for (const { key, members } of rows) this.members.set(key, members.length > this.m.mostPerKey ? [] : members);
  }

  private async score(ids: ReadonlySet<number>): Promise<Set<number>> {
    const candidates = new Map<number, Set<number>>();
    const unknown = new Set<number>();
    for (const id of ids) {
      const own = new Set<number>();
      for (const k of this.known.get(id)?.keys ?? [])
        for (const other of this.members.get(k) ?? [])
          if (other !== id) {
            own.add(other);
            if (!this.known.has(other)) unknown.add(other);
          }
      candidates.set(id, own);
    }
    await this.load([...unknown]);
    const now = new Map<string, Edge>();
    for (const [id, others] of candidates)
      for (const other of others) {
        // A pair of two that changed is weighed once.
        if (other < id && candidates.get(other)?.has(id)) continue;
        const [a, b] = id < other ? [id, other] : [other, id];
        const bits = this.m.edge(this.known.get(a)!.profile, this.known.get(b)!.profile);
        if (bits !== undefined) now.set(`${a} ${b}`, { a, b, bits });
      }
    return this.writeEdges([...ids], now);
  }

  private async writeEdges(ids: readonly number[], now: ReadonlyMap<string, Edge>): Promise<Set<number>> {
    const before = await this.tx.query<Edge>(SELECT_MATCHES, [ids]);
    const weights = new Map(before.map((e) => [`${e.a} ${e.b}`, e.bits]));
    const gone = before.filter((e) => !now.has(`${e.a} ${e.b}`));
    const come = [...now].filter(([name, e]) => weights.get(name) !== e.bits).map(([, e]) => e);
    if (gone.length > 0) await this.tx.query(DELETE_MATCHES, [gone.map((e) => e.a), gone.map((e) => e.b)]);
    if (come.length > 0)
      await this.tx.query(UPSERT_MATCHES, [come.map((e) => e.a), come.map((e) => e.b), come.map((e) => e.bits)]);
    // A changed profile may change how its component falls apart, also where no weight moved.
    return new Set([...ids, ...[...gone, ...come].flatMap((e) => [e.a, e.b])]);
  }
}

interface Edge {
  readonly a: number;
  readonly b: number;
  readonly bits: number;
}

function isEmpty(p: Profile): boolean {
  return p.party === undefined && p.names === undefined && p.values === undefined && p.identifiers === undefined;
}
