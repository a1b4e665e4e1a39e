import type { Tx } from '#platform';
import { inTurn, type Steps } from '../model/steps.js';
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

/** What is to be written of profiles and their keys. */
interface Changes {
  readonly profiles: readonly { readonly id: number; readonly text: string; readonly keys: readonly number[] }[];
  readonly gone: readonly number[];
  /** Key → identities that come under it, and that leave it. Of every profile that changed all keys are named. */
  readonly keys: ReadonlyMap<number, { readonly come: readonly number[]; readonly left: readonly number[] }>;
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
    const { changed, changes } = this.compareWithStored(next);
    if (changed.length === 0) return new Set();
    const crossed = await this.findMembers(changes.keys);
    await this.load([...crossed]);
    await this.loadMembers([...crossed].flatMap((id) => this.known.get(id)!.keys).filter((k) => !this.members.has(k)));
    const scored = new Set([...changed, ...crossed]);
    const candidates = await this.candidatesOf(scored);
    // What is read is read: the database writes while this process weighs.
    const [edges] = await Promise.all([inTurn(this.weigh(candidates)), this.write(changes)]);
    return this.writeEdges([...scored], edges);
  }

  private async load(ids: readonly number[]): Promise<void> {
    const wanted = ids.filter((id) => !this.known.has(id));
    if (wanted.length === 0) return;
    const rows = await this.tx.query<{ id: number; features: Profile; keys: number[] }>(SELECT_PROFILES, [wanted]);
    for (const r of rows) this.known.set(r.id, { profile: r.features, keys: r.keys });
  }

  /** Finds what differs; from here on `known` is as it will be. */
  private compareWithStored(next: ReadonlyMap<number, Profile>): { changed: number[]; changes: Changes } {
    const changed: number[] = [];
    const profiles: { id: number; text: string; keys: readonly number[] }[] = [];
    const gone: number[] = [];
    const moves = new Map<number, { come: number[]; left: number[] }>();
    const under = (key: number) => {
      let of = moves.get(key);
      if (of === undefined) moves.set(key, (of = { come: [], left: [] }));
      return of;
    };
    for (const [id, profile] of next) {
      const before = this.known.get(id);
      const empty = isEmpty(profile);
      if (empty && !before) continue;
      const text = JSON.stringify(profile);
      const equal = before !== undefined && !empty && JSON.stringify(before.profile) === text;
      if (equal && this.scope === 'changed') continue;
      const keys = empty ? [] : [...new Set(this.m.blockKeys(profile).map(keyHash))];
      for (const k of keys) {
        const of = under(k);
        if (!before?.keys.includes(k)) of.come.push(id);
      }
      for (const k of before?.keys ?? []) if (!keys.includes(k)) under(k).left.push(id);
      changed.push(id);
      if (empty) {
        gone.push(id);
        this.known.delete(id);
      } else {
        if (!equal || before.keys.join() !== keys.join()) profiles.push({ id, text, keys });
        this.known.set(id, { profile, keys });
      }
    }
    return { changed, changes: { profiles, gone, keys: moves } };
  }

  private async write({ profiles, gone, keys }: Changes): Promise<void> {
    const pairs = (of: 'come' | 'left') => [...keys].flatMap(([k, moves]) => moves[of].map((id) => [k, id] as const));
    const [come, left] = [pairs('come'), pairs('left')];
    if (profiles.length > 0)
      await this.tx.query(UPSERT_PROFILES, [
        profiles.map((c) => c.id),
        profiles.map((c) => c.text),
        profiles.map((c) => `{${c.keys.join(',')}}`),
      ]);
    if (gone.length > 0) await this.tx.query(DELETE_PROFILES, [gone]);
    if (come.length > 0) await this.tx.query(INSERT_KEYS, [come.map(([k]) => k), come.map(([, id]) => id)]);
    if (left.length > 0) await this.tx.query(DELETE_KEYS, [left.map(([k]) => k), left.map(([, id]) => id)]);
  }

  /** Who will stand under the keys; answers all of them under a key that becomes too common, or is so no more. */
  private async findMembers(keys: Changes['keys']): Promise<Set<number>> {
    const stored = await this.selectMembers([...keys].map(([key, { left }]) => [key, left.length]));
    const crossed = new Set<number>();
    for (const [key, { come, left }] of keys) {
      const before = stored.get(key) ?? [];
      const cut = before.length > this.m.mostPerKey + left.length;
      const after = left.length === 0 ? [...before, ...come] : [...before.filter((id) => !left.includes(id)), ...come];
      if (!cut && before.length > this.m.mostPerKey !== after.length > this.m.mostPerKey)
        for (const id of after) crossed.add(id);
      this.members.set(key, after.length > this.m.mostPerKey ? [] : after);
    }
    return crossed;
  }

  private async loadMembers(keys: readonly number[]): Promise<void> {
    const wanted = [...new Set(keys)];
    if (wanted.length === 0) return;
    for (const [key, members] of await this.selectMembers(wanted.map((k) => [k, 0])))
      this.members.set(key, members.length > this.m.mostPerKey ? [] : members);
  }

  /** The stored members of keys that have any: enough of them to tell whether a key is too common without `left` of them. */
  private async selectMembers(
    keys: readonly (readonly [key: number, left: number])[],
  ): Promise<Map<number, readonly number[]>> {
    const rows = await this.tx.query<{ key: number; members: number[] }>(SELECT_MEMBERS, [
      keys.map(([k]) => k),
      keys.map(([, left]) => this.m.mostPerKey + 1 + left),
    ]);
    return new Map(rows.map((r) => [r.key, r.members]));
  }

  /** Whom each is to be held against. */
  private async candidatesOf(ids: ReadonlySet<number>): Promise<Map<number, Set<number>>> {
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
    return candidates;
  }

  private *weigh(candidates: ReadonlyMap<number, ReadonlySet<number>>): Steps<Map<string, Edge>> {
    const now = new Map<string, Edge>();
    for (const [id, others] of candidates) {
      yield;
      for (const other of others) {
        // A pair of two that changed is weighed once.
        if (other < id && candidates.get(other)?.has(id)) continue;
        const [a, b] = id < other ? [id, other] : [other, id];
        const bits = this.m.edge(this.known.get(a)!.profile, this.known.get(b)!.profile);
        if (bits !== undefined) now.set(`${a} ${b}`, { a, b, bits });
      }
    }
    return now;
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
