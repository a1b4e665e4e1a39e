import { describe, expect, it } from '@jest/globals';
import type { Database } from '#platform';
import { DEFAULT_MODEL } from '../model/default-model.js';
import { profileOf } from '../profile/profile.js';
import { everybody } from './everybody.js';
import { matcherOf } from './matcher-of.js';
import { SELECT_SOME_NODES, SELECT_SOME_PROFILES } from './models.sql.js';

describe('everybody in memory', () => {
  it('leaves out who came while it was read, with all that ties to them', async () => {
    const same = profileOf({
      values: [
        { kind: 'fullName', text: '欧阳晓霖' },
        { kind: 'idNumber', text: '11010519491231002X' },
      ],
    });
    const node = (id: number) => ({ id, type: 'customer_no', key: `1000${id}`, clientId: `c${id}` });
    const pages = new Map<unknown, { id: number }[]>([
      [SELECT_SOME_NODES, [node(1), node(2)]],
      [SELECT_SOME_PROFILES, [1, 2, 3].map((id) => ({ id, features: same }))],
    ]);
    // The third was written after the nodes were read.
    const query = async (statement: unknown, [, after]: [number, number]) => {
      if (String(statement).includes('identity_edge')) return [{ a: 2, b: 3, bits: null }];
      return (pages.get(statement) ?? []).filter((r) => r.id > after);
    };
    const db = { query: (s: unknown, p?: unknown) => query(s, (p ?? [0, 0]) as [number, number]) };
    const matcher = matcherOf(DEFAULT_MODEL, 1);
    const found = await everybody(db as Pick<Database, 'query'>, matcher, async () => {});
    expect(found.map((c) => c.nodes.map((n) => n.id))).toEqual([[1, 2]]);
    expect(matcher.cluster(found[0]!.component!).clusters).toEqual([[0, 1]]);
  });
});
