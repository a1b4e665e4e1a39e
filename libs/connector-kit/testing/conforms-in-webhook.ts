import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WebhookParsed, WebhookRequest } from '../connector.js';
import { open, type Opened, outcomeOf, secretsIn, type Subject } from './bench.js';

export interface WebhookCase {
  /** A request as the peer makes it, signed with the secret of the settings at `at`. */
  request(body: string, at: Date): WebhookRequest;
  /** What the peer says: each body with the streams of its records and the kinds of its outcomes, in order. */
  readonly bodies: readonly {
    readonly title: string;
    readonly body: string;
    readonly records: readonly string[];
    readonly outcomes?: readonly string[];
    readonly quarantined?: number;
  }[];
  /** The names of headers that carry the proof; a request without them is refused. */
  readonly proof: readonly string[];
  /** What the proof covers. A key alone covers neither. */
  readonly covers: { readonly body: boolean; readonly time: boolean };
  /** How far a signed time may lie from now, seconds. */
  readonly windowSeconds?: number;
}

/** What `webhook` promises: nobody but the peer is believed, and a repeat is the same thing said twice. */
export function conformsInWebhook<S>(subject: Subject<S>, c: WebhookCase): void {
  describe(`${subject.connector.name}: webhook`, () => {
    let o: Opened;
    beforeAll(async () => {
      o = await open(subject, subject.settings());
    });
    afterAll(() => o.close());

    const now = new Date();
    const verify = (r: WebhookRequest) => o.instance.webhook!.verify(r);
    const parse = (r: WebhookRequest): WebhookParsed => o.instance.webhook!.parse(r);
    const first = () => c.bodies[0]!.body;
    const at = (seconds: number) => new Date(now.getTime() + seconds * 1000);
    const received = (r: WebhookRequest, when: Date): WebhookRequest => ({ ...r, receivedAt: when });

    it.each(c.bodies.map((b) => [b.title, b] as const))('takes %s', (_title, b) => {
      const request = c.request(b.body, now);
      expect(verify(request)).toEqual({ ok: true });
      const { messages, reply } = parse(request);
      expect(reply.status).toBe(200);
      expect(messages.flatMap((m) => (m.type === 'record' ? [m.stream] : []))).toEqual(b.records);
      expect(messages.flatMap((m) => (m.type === 'outcome' ? [m.kind] : []))).toEqual(b.outcomes ?? []);
      expect(messages.filter((m) => m.type === 'quarantine').length).toBe(b.quarantined ?? 0);
    });

    it.each(c.bodies.map((b) => [b.title, b.body] as const))(
      'gives %s the same ids when it comes again',
      (_title, body) => {
        const ids = (r: WebhookRequest) => parse(r).messages.map((m) => `${m.type} ${m.dedupeId}`);
        const once = ids(c.request(body, now));
        expect(once.length).toBeGreaterThan(0);
        expect(ids(received(c.request(body, at(30)), at(31)))).toEqual(once);
        expect(new Set(once).size).toBe(once.length);
      },
    );

    it('records only fields that it discovers', async () => {
      const streams = await o.instance.discover(AbortSignal.timeout(10_000));
      for (const b of c.bodies)
        for (const m of parse(c.request(b.body, now)).messages) {
          if (m.type !== 'record') continue;
          const names = streams.find((s) => s.name === m.stream)!.fields.map((f) => f.name);
          expect(names).toEqual(expect.arrayContaining(Object.keys(JSON.parse(m.data) as object)));
        }
    });

    it('refuses a request without proof, or with a false one', () => {
      const good = c.request(first(), now);
      for (const name of c.proof) {
        const { [name]: value, ...rest } = good.headers;
        expect(verify({ ...good, headers: rest })).toMatchObject({ ok: false });
        const other = value!.replace(/[0-9a-z](?=[^0-9a-z]*$)/i, (x) => (x === '1' ? '2' : '1'));
        expect(other).not.toBe(value);
        expect(verify({ ...good, headers: { ...rest, [name]: other } })).toMatchObject({ ok: false });
        expect(verify({ ...good, headers: { ...rest, [name]: '' } })).toMatchObject({ ok: false });
      }
    });

    if (c.covers.body)
      it('refuses a body that was changed or re-encoded on the way', () => {
        const good = c.request(first(), now);
        const reencoded = JSON.stringify(JSON.parse(first()), null, 1);
        const changed = [`${first()} `, first().replace(/\d/, '7'), reencoded, ''].filter((b) => b !== first());
        const verdicts = changed.map((body) => verify({ ...good, body: Buffer.from(body) }).ok);
        expect(verdicts).toEqual(changed.map(() => false));
      });

    if (c.covers.time)
      it('refuses what was signed too long ago, or in the future', () => {
        const window = c.windowSeconds!;
        expect(verify(received(c.request(first(), at(-window + 2)), now))).toEqual({ ok: true });
        expect(verify(received(c.request(first(), at(-window - 2)), now))).toMatchObject({ ok: false });
        expect(verify(received(c.request(first(), at(window + 2)), now))).toMatchObject({ ok: false });
      });

    it('says why it refuses, without a secret', () => {
      const good = c.request(first(), now);
      const bare = Object.fromEntries(Object.entries(good.headers).filter(([name]) => !c.proof.includes(name)));
      const verdict = verify({ ...good, headers: bare });
      if (verdict.ok) throw new Error('it was taken without proof');
      expect(verdict.reason).not.toBe('');
      for (const secret of secretsIn(subject.connector, subject.settings()))
        expect(verdict.reason).not.toContain(secret);
    });

    it.each(['', 'no json', '[]', '"text"', 'null', '{"a":', '{}', '\u0000'])(
      'answers the body %j with an error or a quarantine, and does not fall',
      async (body) => {
        const { value, error } = await outcomeOf((async () => parse(c.request(body, now)))());
        if (error !== undefined) expect((error as Error).message).not.toBe('');
        else expect(value!.messages.filter((m) => m.type !== 'quarantine')).toEqual([]);
      },
    );

    it('says how large a body may be', () => {
      expect(o.instance.webhook!.maxBytes).toBeGreaterThan(1000);
      expect(o.instance.webhook!.maxBytes).toBeLessThanOrEqual(10 * 1024 * 1024);
    });
  });
}
