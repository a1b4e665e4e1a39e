import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ConnectorInstance } from '../connector.js';
import { ConfigError } from '../errors.js';
import type { Message } from '../messages.js';
import { all as drained, open, type Opened, opened, outcomeOf, secretsIn, silentPeer, type Subject } from './bench.js';

/** What a reading connector's peer holds while the tests run; it must stand still meanwhile. */
export interface PullCase {
  /** How many things each stream has at least, so that an empty peer proves nothing; all streams are named. */
  readonly atLeast: Readonly<Record<string, number>>;
  /** Records of one page; small, so that there are several. */
  readonly maxRecords?: number;
  /** States that this connector must not take, besides the usual ones. */
  readonly foreignStates?: readonly unknown[];
}

const FOREIGN: readonly unknown[] = [
  'text',
  42,
  true,
  [],
  {},
  { v: 99 },
  { cursor: 'of another' },
  { v: 1, after: {} },
];
const MOST_CUTS = 100;

/**
 * What `pull` promises: the same set however often it is read and wherever it is cut, states that are its own, no
 * field that `discover` does not know, a prompt end when told to stop.
 */
export function conformsInPull<S>(subject: Subject<S>, c: PullCase): void {
  const maxRecords = c.maxRecords ?? 7;

  describe(`${subject.connector.name}: pull`, () => {
    let o: Opened;
    beforeAll(async () => {
      o = await open(subject, subject.settings());
    });
    afterAll(() => o.close());

    it('names the streams that the peer has, each once', () => {
      expect([...o.instance.pull!.streams].sort()).toEqual(Object.keys(c.atLeast).sort());
      expect(o.instance.pull!.intervalMs).toBeGreaterThan(0);
    });

    describe.each(Object.entries(c.atLeast))('of %s', (stream, atLeast) => {
      it('gives the whole stream, the same set twice, each thing once', async () => {
        const first = await readToEnd(o.instance, stream, undefined, maxRecords);
        const again = await readToEnd(o.instance, stream, undefined, maxRecords);
        expect(first.size).toBeGreaterThanOrEqual(atLeast);
        expect(again).toEqual(first);
        const bigger = await readToEnd(o.instance, stream, undefined, 1000);
        expect(bigger).toEqual(first);
      });

      it('has in its records only fields that it discovers, and the same key as it says', async () => {
        const described = (await o.instance.discover(AbortSignal.timeout(10_000))).find((s) => s.name === stream)!;
        const names = new Set(described.fields.map((f) => f.name));
        const unknown = new Set<string>();
        for (const m of (await readToEnd(o.instance, stream, undefined, 1000)).values()) {
          if (m.type !== 'record') continue;
          const data = JSON.parse(m.data) as Record<string, unknown>;
          for (const field of Object.keys(data)) if (!names.has(field)) unknown.add(field);
          expect(m.stream).toBe(stream);
          expect(m.key).not.toBe('');
        }
        expect([...unknown]).toEqual([]);
      });

      it('pauses at a state after at most as many records as it is asked for', async () => {
        let since = 0;
        for (const m of await messages(o.instance, stream, undefined, maxRecords)) {
          if (m.type === 'record') since++;
          if (m.type === 'state') since = 0;
          expect(since).toBeLessThanOrEqual(maxRecords);
        }
        expect(since).toBe(0);
      });

      it('loses nothing, cut after every message and resumed', async () => {
        const whole = await readToEnd(o.instance, stream, undefined, maxRecords);
        const all = await messagesToEnd(o.instance, stream, maxRecords);
        const every = Math.max(1, Math.ceil(all.length / MOST_CUTS));
        for (let cut = 0; cut <= all.length; cut += every) {
          const got = new Map<string, string>();
          let state: unknown;
          for (const m of all.slice(0, cut)) {
            if (m.type === 'state') state = throughStorage(m.state);
            else if (m.type !== 'schema') got.set(nameOf(m), contentOf(m));
          }
          for (const [name, m] of await readToEnd(o.instance, stream, state, maxRecords)) got.set(name, contentOf(m));
          expect(got).toEqual(new Map([...whole].map(([name, m]) => [name, contentOf(m)])));
        }
      });

      it('gives nothing new at the end, and says that it has caught up', async () => {
        const all = await messagesToEnd(o.instance, stream, maxRecords);
        const last = all.findLast((m) => m.type === 'state')!;
        expect(last).toMatchObject({ caughtUp: true });
        const whole = await readToEnd(o.instance, stream, undefined, maxRecords);
        for (const name of (
          await readToEnd(o.instance, stream, throughStorage((last as { state: unknown }).state), maxRecords)
        ).keys())
          expect(whole.has(name)).toBe(true);
      });

      it.each([...FOREIGN, ...(c.foreignStates ?? [])].map((state) => [JSON.stringify(state), state]))(
        'refuses the state %s as a fault of configuration',
        async (_text, state) => {
          const { error } = await outcomeOf(messages(o.instance, stream, state, maxRecords));
          expect(error).toBeInstanceOf(ConfigError);
        },
      );

      it('keeps no secret in its state', async () => {
        const states = (await messagesToEnd(o.instance, stream, maxRecords)).filter((m) => m.type === 'state');
        expect(states.length).toBeGreaterThan(0);
        for (const secret of secretsIn(subject.connector, subject.settings()))
          expect(JSON.stringify(states)).not.toContain(secret);
      });

      it('stops at once when it is told to', async () => {
        const signal = AbortSignal.abort(new Error('told to stop'));
        const { ms } = await outcomeOf(messages(o.instance, stream, undefined, maxRecords, signal));
        expect(ms).toBeLessThan(1000);
      });

      const { aimedAt } = subject;
      if (aimedAt)
        it('stops when it is told to while the peer is silent', async () => {
          const silent = await silentPeer();
          try {
            await opened(subject, aimedAt('127.0.0.1', silent.port), async ({ instance }) => {
              const { error, ms } = await outcomeOf(
                messages(instance, stream, undefined, maxRecords, AbortSignal.timeout(300)),
              );
              expect(error).toBeDefined();
              expect(ms).toBeLessThan(2000);
            });
          } finally {
            await silent.close();
          }
        });
    });
  });
}

type Kept = Exclude<Message, { type: 'state' } | { type: 'schema' }>;

const nameOf = (m: Kept) => `${m.type} ${m.dedupeId}`;
const contentOf = (m: Kept) => (m.type === 'record' ? m.data : m.type);
/** A state comes back from the database as JSON. */
const throughStorage = (state: unknown) => JSON.parse(JSON.stringify(state)) as unknown;

function messages(
  instance: ConnectorInstance,
  stream: string,
  state: unknown,
  maxRecords: number,
  signal: AbortSignal = AbortSignal.timeout(30_000),
): Promise<Message[]> {
  return drained(instance.pull!.read({ stream, state, maxRecords, signal }));
}

/** Reads as the runtime does, from state to state, until the source has no more. */
async function messagesToEnd(
  instance: ConnectorInstance,
  stream: string,
  maxRecords: number,
  from?: unknown,
): Promise<Message[]> {
  const all: Message[] = [];
  let state = from;
  for (let more = true; more;) {
    more = false;
    for (const m of await messages(instance, stream, state, maxRecords)) {
      all.push(m);
      if (m.type !== 'state') continue;
      state = throughStorage(m.state);
      more = !m.caughtUp;
    }
  }
  return all;
}

/** Everything but states, by dedupe id. @throws when one id comes twice with different content. */
async function readToEnd(
  instance: ConnectorInstance,
  stream: string,
  state: unknown,
  maxRecords: number,
): Promise<Map<string, Kept>> {
  const found = new Map<string, Kept>();
  for (const m of await messagesToEnd(instance, stream, maxRecords, state)) {
    if (m.type === 'state' || m.type === 'schema') continue;
    const before = found.get(nameOf(m));
    if (before && contentOf(before) !== contentOf(m)) throw new Error(`${nameOf(m)} came twice with different content`);
    found.set(nameOf(m), m);
  }
  return found;
}
