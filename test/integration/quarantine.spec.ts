import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { QuarantineService } from '#ingest';
import { dump, MAPPINGS, type Pipeline, record, startPipeline } from '../support/pipeline.js';

const good = [
  record('clients', 'c1@1', { no: '10001', name: '陈晓', status: '0', at: '2026-11-01T00:00:00Z' }),
  record('accounts', 'a1@1', { fund: '880001', no: '10001', status: 'open', at: '2026-11-01T00:00:00Z' }),
  record('trades', 't1', { fund: '880001', amount: '10.50', at: '2026-11-20T01:00:00Z' }),
  record('trades', 't3', { fund: '880001', amount: '20.25', at: '2026-11-21T01:00:00Z' }),
];
/** The counter has begun to write amounts with a unit. */
const poison = record('trades', 't2', { fund: '880001', amount: '99.00元', at: '2026-11-20T02:00:00Z' });
const cured = record('trades', 't2', { fund: '880001', amount: '99.00', at: '2026-11-20T02:00:00Z' });

describe('quarantine', () => {
  let p: Pipeline;
  let quarantine: QuarantineService;

  beforeAll(async () => {
    p = await startPipeline();
    quarantine = p.hub.hub.app.get(QuarantineService);
  });
  beforeEach(async () => {
    await p.reset();
    await p.hub.api('PUT', '/systems/counter/mappings/trades', MAPPINGS['trades']);
  });
  afterAll(() => p.stop());

  it('keeps a poisoned row with its reason and raw bytes, and lets its neighbours through', async () => {
    await p.feed([good[0]!, good[1]!, good[2]!, poison, good[3]!]);
    await p.apply();
    const [entry] = await quarantine.list({}, 10);
    expect(entry).toMatchObject({
      system: 'counter',
      stream: 'trades',
      key: 't2',
      field: 'fact.amount',
      state: 'open',
    });
    expect(entry!.reason).toContain('found "99.00元", needed a decimal number');
    expect((await quarantine.raw(entry!.id)).toString()).toBe(poison.type === 'record' ? poison.data : '');
    expect(await p.db.query('select count(*)::int as n from fact')).toEqual([{ n: 2 }]);
    expect(await quarantine.causes()).toMatchObject([{ n: 1, stream: 'trades', field: 'fact.amount' }]);
  });

  it('gives after fix and replay what a good row would have given', async () => {
    await p.feed([...good, cured]);
    await p.apply();
    const wanted = await dump(p.db);

    await p.reset();
    await p.feed([...good, poison]);
    await p.apply();
    expect(await dump(p.db)).not.toBe(wanted);
    const fixed = structuredClone(MAPPINGS['trades']!);
    fixed.fact!.amount = {
      expr: 'endsWith(amount, "元") ? substring(amount, 0, 5) : amount',
      as: 'decimal',
      required: true,
    };
    expect((await p.hub.api('PUT', '/systems/counter/mappings/trades', fixed)).status).toBe(200);
    expect((await p.hub.api('POST', '/quarantine/replay', { system: 'counter', field: 'fact.amount' })).body).toEqual({
      queued: 1,
      impossible: 0,
    });
    await p.apply();
    expect(await dump(p.db)).toBe(wanted);

    // A second replay of everything finds nothing left, and changes nothing.
    expect((await p.hub.api('POST', '/quarantine/replay', {})).body).toEqual({ queued: 0, impossible: 0 });
    await p.apply();
    expect(await dump(p.db)).toBe(wanted);
    const batches = await p.db.query<{ origin: string; ok: boolean }>(
      'select origin, read = applied + unchanged + quarantined + skipped as ok from inbox_batch order by id',
    );
    expect(batches).toEqual([
      { origin: 'live', ok: true },
      { origin: 'replay', ok: true },
    ]);
  });

  it('comes back when the fix was none', async () => {
    await p.feed([...good, poison]);
    await p.apply();
    await p.hub.api('POST', '/quarantine/replay', {});
    await p.apply();
    expect((await quarantine.list({ state: 'open' }, 10)).length).toBe(1);
    expect((await quarantine.list({ state: 'replayed' }, 10)).length).toBe(1);
  });

  it('sends nothing for what it replays', async () => {
    await p.feed([...good, poison]);
    await p.apply();
    await p.evaluate();
    await p.db.query('delete from event_unrouted; delete from segment_entry');
    await p.hub.api('PUT', '/systems/counter/mappings/trades', {
      ...MAPPINGS['trades'],
      fact: { ...MAPPINGS['trades']!.fact, amount: { value: '99.00', as: 'decimal' } },
    });
    await p.hub.api('POST', '/quarantine/replay', {});
    await p.apply();
    await p.evaluate();
    expect(await p.db.query('select count(*)::int as n from event_unrouted')).toEqual([{ n: 0 }]);
    expect(await p.db.query('select count(*)::int as n from segment_entry')).toEqual([{ n: 0 }]);
  });

  it.each<[string, Parameters<Pipeline['feed']>[0][number]]>([
    [
      'bytes that are no text',
      { type: 'quarantine', stream: 'trades', dedupeId: 'q1', reason: 'not UTF-8', raw: Buffer.from([0xff, 0, 0xfe]) },
    ],
    ['a NUL in its key', record('trades', 'a\0b', { fund: '1', amount: '1', at: '2026-01-01T00:00:00Z' })],
    ['a million characters', record('trades', 'big', { fund: '880001', note: 'x'.repeat(1_000_001) })],
    ['half a character', { ...record('trades', 'half', {}), data: '{"fund":"\ud800"}' } as never],
    ['JSON that is none', { ...record('trades', 'bad', {}), data: '{"fund":' } as never],
    [
      'a prototype for a field',
      record(
        'trades',
        'proto',
        JSON.parse('{"__proto__":{"fund":"880001"},"amount":"1","at":"2026-01-01T00:00:00Z"}') as Record<
          string,
          unknown
        >,
      ),
    ],
    [
      'two hundred levels',
      { ...record('trades', 'deep', {}), data: `${'{"a":'.repeat(200)}1${'}'.repeat(200)}` } as never,
    ],
    ['an impossible day', record('trades', 'day', { fund: '880001', amount: '1', at: '2026-02-30T00:00:00Z' })],
    [
      'a number beyond all bounds',
      record('trades', 'num', { fund: '880001', amount: '9'.repeat(25), at: '2026-01-01T00:00:00Z' }),
    ],
  ])('takes a record with %s, and nothing else of its batch', async (_what, bad) => {
    await p.feed([good[0]!, good[1]!, bad, good[2]!]);
    await p.apply();
    expect(await p.db.query('select read, applied, quarantined from inbox_batch')).toEqual([
      { read: 4, applied: 3, quarantined: 1 },
    ]);
    expect((await quarantine.list({}, 10)).length).toBe(1);
  });

  it('takes an outcome whose kind nobody knows, with the reason, and lets the others through', async () => {
    const outcome = (id: string, kind: string) =>
      ({
        type: 'outcome',
        commandId: `command-${id}`,
        kind,
        occurredAt: '2026-11-20T01:00:00Z',
        dedupeId: id,
      }) as Parameters<Pipeline['feed']>[0][number];
    await p.feed([outcome('o1', 'answered'), outcome('o2', 'voicemail'), outcome('o3', 'busy'), good[0]!]);
    await p.apply();
    expect(await p.db.query('select read, applied, quarantined, skipped from inbox_batch')).toEqual([
      { read: 4, applied: 1, quarantined: 1, skipped: 2 },
    ]);
    const entries = await quarantine.list({}, 10);
    expect(entries).toMatchObject([{ stream: '$outcome', key: 'command-o2', field: 'outcome.kind', state: 'open' }]);
    expect(entries[0]!.reason).toContain('found "voicemail", needed one of answered');
  });
});
