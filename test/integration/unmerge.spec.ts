import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Pins, Recomputes } from '#clients';
import { Decisions, identityErrors, ModelWork } from '#identity';
import { IsthmusError } from '#platform';
import { message, row } from '../support/counter-rows.js';
import { dump, type Pipeline, startPipeline } from '../support/pipeline.js';

/** What happens to the hub, one after the other. Numbers choose among what is there at that moment. */
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('feed' as const), rows: fc.array(row, { maxLength: 8 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('merge' as const), a: fc.nat(), b: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('unmerge' as const),
      a: fc.nat(),
      part: fc.array(fc.boolean(), { minLength: 8 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revoke' as const), a: fc.nat() }) },
);
/** What a person may say about a field meanwhile; the fields of every client follow from where its identities stand. */
const pin = fc.record({
  do: fc.constant('pin' as const),
  a: fc.nat(),
  tier: fc.constantFrom('gold', 'silver', undefined),
});
type Of<A> = A extends fc.Arbitrary<infer T> ? T : never;
type Step = Of<typeof step> | Of<typeof pin>;

const said = { reason: 'property', by: 'test' };
/** What a person may be told; every other error fails the test. */
const REFUSALS = new Set<string>(Object.keys(identityErrors));

describe('a history of merges and unmerges', () => {
  let p: Pipeline;
  let decisions: Decisions;
  let work: ModelWork;
  let pins: Pins;
  let recomputes: Recomputes;

  beforeAll(async () => {
    p = await startPipeline({ clock: { now: () => new Date('2026-11-23T04:00:00Z'), sleep: async () => {} } });
    decisions = p.hub.hub.app.get(Decisions, { strict: false });
    work = p.hub.hub.app.get(ModelWork, { strict: false });
    pins = p.hub.hub.app.get(Pins, { strict: false });
    recomputes = p.hub.hub.app.get(Recomputes, { strict: false });
    await p.hub.api('POST', '/segments', { code: 'traders', name: 'traders', rule: 'count(trade, 30d) > 0' });
    await p.hub.api('POST', '/segments', { code: 'callable', name: 'callable', rule: 'consent(call) == "granted"' });
  });
  afterAll(() => p.stop());

  async function take(s: Step): Promise<void> {
    if (s.do === 'feed') {
      if (s.rows.length > 0) await p.feed(s.rows.map(message), 'live');
      await p.apply();
    } else if (s.do === 'revoke') {
      const standing = (await decisions.list(100)).filter((d) => d.revokedAt === null);
      const chosen = standing[s.a % (standing.length || 1)];
      if (chosen) await p.db.tx((tx) => decisions.revoke(tx, chosen.id, 'test'));
    } else {
      const clients = await p.db.query<{ id: string; identities: number[] }>(
        'select client_id as id, array_agg(id order by type, key) as identities from source_identity group by 1 order by 1',
      );
      const a = clients[s.a % (clients.length || 1)];
      if (!a) return;
      if (s.do === 'pin') await setPin(a.id, s.tier);
      else await decide(s, a, clients);
    }
    await p.evaluate();
  }

  /** @param tier none: the newest pin is taken away. */
  async function setPin(clientId: string, tier: string | undefined): Promise<void> {
    const [client] = await p.db.query<{ version: number }>('select version from client where id = $1', [clientId]);
    const [newest] = await pins.list(clientId, { limit: 1 });
    await p.db.tx(async (tx) => {
      if (tier !== undefined)
        await pins.pin(
          tx,
          clientId,
          client!.version,
          { field: 'tier', value: tier, reason: 'property', expiresAt: undefined },
          'test',
        );
      else if (newest) await pins.unpin(tx, clientId, client!.version, newest.id, 'property', 'test');
    });
  }

  async function decide(
    s: Step & { do: 'merge' | 'unmerge' },
    a: { id: string; identities: number[] },
    clients: readonly { id: string }[],
  ): Promise<void> {
    try {
      if (s.do === 'merge') {
        const b = clients[s.b % clients.length]!;
        await p.db.tx((tx) => decisions.merge(tx, [...new Set([a.id, b.id])], said));
        const now = await p.db.query<{ n: number }>(
          'select count(distinct client_id)::int as n from source_identity where id = any($1::bigint[])',
          [a.identities],
        );
        expect(now[0]!.n).toBe(1);
      } else {
        const part = a.identities.filter((_, i) => s.part[i % s.part.length]);
        await p.db.tx((tx) => decisions.unmerge(tx, a.id, part, said));
        const [mixed] = await p.db.query<{ n: number }>(
          `select count(*)::int as n from source_identity i join source_identity j on j.client_id = i.client_id
           where i.id = any($1::bigint[]) and j.id = any($2::bigint[])`,
          [part, a.identities.filter((id) => !part.includes(id))],
        );
        expect(mixed!.n).toBe(0);
      }
    } catch (e) {
      if (!(e instanceof IsthmusError) || !REFUSALS.has(e.code)) throw e;
    }
  }

  it('leaves no trace when all is revoked: clients, timeline, measures, memberships are as if never joined', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 3, maxLength: 15 }),
        fc.array(step, { maxLength: 10 }),
        async (first, steps) => {
          const rows = [first, ...steps.flatMap((s) => (s.do === 'feed' ? [s.rows] : []))].flat();
          await p.reset();
          await p.feed(rows.map(message), 'live');
          await p.apply();
          await p.evaluate();
          const never = await dump(p.db);

          await p.reset();
          await take({ do: 'feed', rows: first });
          for (const s of steps) await take(s);
          for (const d of await decisions.list(500))
            if (d.revokedAt === null) await p.db.tx((tx) => decisions.revoke(tx, d.id, 'test'));
          await p.evaluate();
          expect(await dump(p.db)).toBe(never);
        },
      ),
      { numRuns: 40, endOnFailure: true, seed: Number(process.env['TEST_SEED'] ?? 20_261_125) },
    );
  });

  it('stands where a full pass stands, with all its decisions and pins', async () => {
    const any = fc.oneof({ weight: 3, arbitrary: step }, { weight: 1, arbitrary: pin });
    await fc.assert(
      fc.asyncProperty(fc.array(any, { minLength: 3, maxLength: 14 }), async (steps) => {
        await p.reset();
        for (const s of steps) await take(s);
        const before = await dump(p.db);
        expect(await work.reconcile('reconcile')).toEqual({ merged: 0, split: 0 });
        await p.db.tx((tx) => recomputes.ask(tx, 'policy', 'test'));
        await recomputes.run();
        await p.evaluate();
        expect(await dump(p.db)).toBe(before);
      }),
      { numRuns: 25, endOnFailure: true, seed: Number(process.env['TEST_SEED'] ?? 20_261_125) },
    );
  });
});
