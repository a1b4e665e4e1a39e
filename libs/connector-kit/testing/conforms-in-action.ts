import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ActionName, ActionParams } from '#canonical';
import type { ActionResult, Command, ConnectorInstance, ProbeResult } from '../connector.js';
import { ConfigError, RejectedError, TransientError } from '../errors.js';
import {
  closedPort,
  eventually,
  open,
  type Opened,
  opened,
  outcomeOf,
  secretsIn,
  silentPeer,
  socketsOpen,
  type Subject,
} from './bench.js';

/** A peer that counts what it does, and can be made sick. Every sickness lasts until the returned cure is called. */
export interface ActionCase<A extends ActionName> {
  readonly action: A;
  /** Good parameters. */
  params(): ActionParams<A>;
  /** How often the peer has MADE this command: 0 or 1 when all is well. A dropped repeat does not count. */
  effects(id: string): number | Promise<number>;
  /** Parameters that the peer refuses for good. */
  readonly refused?: ActionParams<A>;
  /** The peer makes what it is asked, and its answer is lost. */
  losesAnswers?(): Cure;
  /** The peer makes nothing, and says that it is ill (5xx and the like). */
  fails?(): Cure | Promise<Cure>;
  /** The peer makes nothing, and asks for this pause, milliseconds. */
  overloaded?(): { cure: Cure; afterMs: number };
}
type Cure = () => void | Promise<void>;

/** What `perform` promises: one effect at the peer, and a result that says truly whether there may be one. */
export function conformsInAction<S, A extends ActionName>(subject: Subject<S>, c: ActionCase<A>): void {
  const spec = subject.connector.actions![c.action]!;
  const command = (params = c.params(), id: string = randomUUID()): Command<A> => ({
    id,
    action: c.action,
    params,
    attempt: 1,
  });

  describe(`${subject.connector.name}: ${c.action}`, () => {
    let o: Opened;
    beforeAll(async () => {
      o = await open(subject, subject.settings());
    });
    afterAll(async () => {
      for (const secret of secretsIn(subject.connector, subject.settings()))
        expect(o.said.join('\n')).not.toContain(secret);
      await o.close();
    });

    const settled = (i: ConnectorInstance, x: Command<A>, ms = spec.timeoutMs) => perform(i, x, ms, (e) => o.hear(e));

    it('says how a repeat is kept from being a second effect', () => {
      expect(spec.timeoutMs).toBeGreaterThan(0);
      expect(o.instance.perform![c.action]).toBeDefined();
      if (spec.idempotency === 'probe') expect(o.instance.probe?.[c.action]).toBeDefined();
    });

    it('makes it once', async () => {
      const x = command();
      expect(['done', 'accepted']).toContain((await settled(o.instance, x)).status);
      expect(await c.effects(x.id)).toBe(1);
    });

    if (spec.idempotency === 'native')
      it('makes it once, asked five times, twice of them at the same moment', async () => {
        const x = command();
        const results = await Promise.all([settled(o.instance, x), settled(o.instance, x)]);
        for (const attempt of [2, 3, 4]) results.push(await settled(o.instance, { ...x, attempt }));
        expect(results.filter((r) => r.status !== 'done' && r.status !== 'accepted')).toEqual([]);
        expect(new Set(results.map((r) => ('externalId' in r ? r.externalId : undefined))).size).toBe(1);
        expect(await c.effects(x.id)).toBe(1);
      });

    it('makes it once when the first answer is lost', async () => {
      const cure = c.losesAnswers?.();
      if (!cure) return expect(spec.idempotency).toBe('none');
      const x = command();
      const lost = await settled(o.instance, x, 3000);
      await cure();
      expect(lost.status).toBe('unknown');
      const healed = await asTheRuntimeDoes(o.instance, x, spec.idempotency);
      expect(['made', 'done', 'accepted', 'nothing']).toContain(healed);
      expect(await c.effects(x.id)).toBe(1);
    });

    if (spec.idempotency === 'probe') {
      it('finds by probe what it made, and nothing else', async () => {
        const x = command();
        expect(await probe(o.instance, x)).toEqual({ status: 'absent' });
        await settled(o.instance, x);
        expect(['made', 'pending']).toContain((await probe(o.instance, x)).status);
      });

      const { aimedAt } = subject;
      if (aimedAt)
        it('says nothing by probe when the peer cannot be asked', async () => {
          await opened(subject, aimedAt('127.0.0.1', await closedPort()), async ({ instance }) => {
            const { value, error } = await outcomeOf(probe(instance, command()));
            o.hear(error);
            expect(value).toBeUndefined();
            expect(error).toBeInstanceOf(Error);
          });
        });
    }

    const { refused } = c;
    if (refused)
      it('is rejected for good when the peer refuses it', async () => {
        const x = command(refused);
        expect((await settled(o.instance, x)).status).toBe('rejected');
        expect(await c.effects(x.id)).toBe(0);
      });

    it('is to be tried again when the peer is ill or busy, as late as it asks', async () => {
      const ill = await c.fails?.();
      if (ill) {
        const x = command();
        expect((await settled(o.instance, x)).status).toBe('retry');
        await ill();
        expect(await c.effects(x.id)).toBe(0);
        expect(['done', 'accepted']).toContain((await settled(o.instance, x)).status);
        expect(await c.effects(x.id)).toBe(1);
      }
      const busy = c.overloaded?.();
      if (busy) {
        const x = command();
        const { afterMs } = busy;
        expect(await settled(o.instance, x)).toMatchObject({ status: 'retry', afterMs });
        await busy.cure();
        expect(await c.effects(x.id)).toBe(0);
      }
      expect(ill ?? busy).toBeDefined();
    });

    it('lets go of its sockets when it is closed after its work', async () => {
      const before = socketsOpen();
      const working = await open(subject, subject.settings());
      await Promise.all([1, 2, 3].map(() => settled(working.instance, command())));
      await working.close();
      await eventually(() => socketsOpen() <= before, 3000);
      expect(socketsOpen()).toBeLessThanOrEqual(before);
    });

    const { badCredential, aimedAt } = subject;
    if (badCredential)
      it('is kept for later, never rejected, when the credential is refused', async () => {
        await opened(subject, badCredential(), async ({ instance }) => {
          const x = command();
          const result = await settled(instance, x);
          expect(result.status).toBe('retry');
          expect(await c.effects(x.id)).toBe(0);
        });
      });
    if (aimedAt) {
      it('is certainly not made when nobody listens', async () => {
        await opened(subject, aimedAt('127.0.0.1', await closedPort()), async ({ instance }) => {
          expect((await settled(instance, command())).status).toBe('retry');
        });
      });

      it('ends when its time is up, and a silent peer is never a rejection', async () => {
        const silent = await silentPeer();
        try {
          await opened(subject, aimedAt('127.0.0.1', silent.port), async ({ instance }) => {
            const { value, ms } = await outcomeOf(settled(instance, command(), 500));
            expect(['unknown', 'retry']).toContain(value!.status);
            expect(ms).toBeLessThan(2500);
          });
        } finally {
          await silent.close();
        }
      });
    }
  });
}

/** Performs, and classes a throw as the runtime's gateway does. */
async function perform<A extends ActionName>(
  instance: ConnectorInstance,
  command: Command<A>,
  timeoutMs: number,
  hear: (what: unknown) => void,
): Promise<ActionResult> {
  const run = instance.perform![command.action] as (c: Command<A>, s: AbortSignal) => Promise<ActionResult>;
  const { value, error } = await outcomeOf(run(command, AbortSignal.timeout(timeoutMs)));
  hear(value ?? error);
  if (value) return value;
  const detail = error instanceof Error ? error.message : String(error);
  if (error instanceof ConfigError) return { status: 'retry', detail };
  if (error instanceof RejectedError) return { status: 'rejected', detail };
  if (error instanceof TransientError)
    return { status: 'retry', detail, ...(error.retryAfterMs === undefined ? {} : { afterMs: error.retryAfterMs }) };
  return { status: 'unknown', detail };
}

function probe<A extends ActionName>(instance: ConnectorInstance, command: Command<A>): Promise<ProbeResult> {
  const run = instance.probe![command.action] as (c: Command<A>, s: AbortSignal) => Promise<ProbeResult>;
  return run(command, AbortSignal.timeout(10_000));
}

/** What becomes of a command in doubt. */
async function asTheRuntimeDoes<A extends ActionName>(
  instance: ConnectorInstance,
  command: Command<A>,
  idempotency: 'native' | 'probe' | 'none',
): Promise<string> {
  if (idempotency === 'none') return 'nothing';
  if (idempotency === 'probe') {
    for (let n = 0; n < 50; n++) {
      const found = await probe(instance, command);
      if (found.status !== 'pending') return found.status;
      await new Promise((r) => setTimeout(r, 100));
    }
    return 'pending';
  }
  return (await perform(instance, { ...command, attempt: 2 }, 10_000, () => {})).status;
}
