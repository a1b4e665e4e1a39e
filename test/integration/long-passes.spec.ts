import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Recomputes } from '#clients';
import { Models, ModelWork, Resolver } from '#identity';
import { type Clock, Envelope, LOGGER, type Logger } from '#platform';
import { type Pipeline, record, startPipeline } from '../support/pipeline.js';

/** Both passes take several steps for them. */
const CLIENTS = 2300;

describe('while everybody is computed anew', () => {
  let p: Pipeline;
  let pauses = 0;

  beforeAll(async () => {
    p = await startPipeline();
    await p.feed(Array.from({ length: CLIENTS }, (_, i) => client(i)));
    await p.apply();
  }, 120_000);
  afterAll(() => p.stop());

  function client(i: number, at = '2026-10-01T08:00:00+08:00') {
    return record('clients', `c${i}@${at}`, { at, no: `1${String(i).padStart(5, '0')}`, tier: at });
  }

  const tierOf = async (no: string) =>
    (
      await p.db.query<{ tier: string }>(
        'select c.tier from client c join source_identity i on i.client_id = c.id where i.key = $1',
        [no],
      )
    )[0]!.tier;

  /** A clock on which a live record comes and is applied in every pause; what happened, in order. */
  function busyClock(happened: string[]): Clock {
    return {
      now: () => new Date(),
      sleep: async (ms) => {
        expect(ms).toBeGreaterThan(0);
        happened.push('pause');
        const at = `2026-10-02T08:00:${10 + pauses++}+08:00`;
        await p.feed([client(7, at)]);
        await p.apply();
        if ((await tierOf('100007')) === at) happened.push('live record applied');
      },
    };
  }

  it('a live record is applied after every step of a full pass over the identities', async () => {
    const { app } = p.hub.hub;
    const happened: string[] = [];
    const work = new ModelWork(
      p.db,
      app.get(Models, { strict: false }),
      app.get(Resolver, { strict: false }),
      busyClock(happened),
      app.get<Logger>(LOGGER),
    );
    expect(await work.reconcile('reconcile')).toEqual({ merged: 0, split: 0 });
    happened.push('pass ended');
    const step = ['pause', 'live record applied'];
    expect(happened).toEqual([...step, ...step, ...step, 'pass ended']);
  });

  it('a live record is applied after every step of a pass over the fields of the clients', async () => {
    const happened: string[] = [];
    const recomputes = new Recomputes(p.db, p.hub.hub.app.get(Envelope), busyClock(happened));
    await p.db.tx((tx) => recomputes.ask(tx, 'policy', 'test'));
    await recomputes.run();
    happened.push('pass ended');
    expect(happened.filter((h) => h === 'live record applied').length).toBe(Math.ceil(CLIENTS / 500) + 1);
    expect(happened.at(-1)).toBe('pass ended');
  });
});
