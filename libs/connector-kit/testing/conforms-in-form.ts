import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CheckResult } from '../connector.js';
import { secretSettings, settingsSchema } from '../settings-form.js';
import {
  all,
  closedPort,
  eventually,
  open,
  opened,
  outcomeOf,
  secretsIn,
  silentPeer,
  socketsOpen,
  type Subject,
} from './bench.js';

const DEADLINE_MS = 1500;
const GRACE_MS = 1500;

/**
 * What every connector must do, whatever its roads are: settings that make a form, a check that tells good, denied,
 * unreachable and silent apart within the deadline, the same streams every time, no secret told, no socket left.
 */
export function conformsInForm<S>(subject: Subject<S>): void {
  const { connector } = subject;

  describe(`${connector.name}: settings`, () => {
    it('give a JSON Schema in which every field has a title', () => {
      const schema = settingsSchema(connector as never);
      expect(schema['type']).toBe('object');
      const fields = Object.entries(schema['properties'] as Record<string, { title?: string }>);
      expect(fields.length).toBeGreaterThan(0);
      expect(fields.filter(([, f]) => f.title === undefined).map(([name]) => name)).toEqual([]);
    });

    it('take what works, and mark its secrets', () => {
      expect(connector.settings.safeParse(subject.settings()).error).toBeUndefined();
      expect(secretSettings(connector as never).length).toBeGreaterThan(0);
      expect(secretsIn(connector, subject.settings()).length).toBeGreaterThan(0);
    });

    it('refuse nothing at all', () => {
      expect(connector.settings.safeParse({}).success).toBe(false);
      expect(connector.settings.safeParse('settings').success).toBe(false);
    });
  });

  describe(`${connector.name}: check`, () => {
    let silent: Awaited<ReturnType<typeof silentPeer>>;
    beforeAll(async () => {
      silent = await silentPeer();
    });
    afterAll(() => silent.close());

    async function statuses(settings: Record<string, unknown>): Promise<CheckResult['status'][]> {
      const results = await opened(subject, settings, async ({ instance }) => {
        const { value, error, ms } = await outcomeOf(instance.check(AbortSignal.timeout(DEADLINE_MS)));
        expect(error).toBeUndefined();
        expect(ms).toBeLessThan(DEADLINE_MS + GRACE_MS);
        return value!;
      });
      expect(results.filter((r) => r.status !== 'ok' && r.nextStep === undefined)).toEqual([]);
      return results.map((r) => r.status);
    }

    it('is well with a peer that is well', async () => {
      expect(new Set(await statuses(subject.settings()))).toEqual(new Set(['ok']));
    });

    const { badCredential, aimedAt } = subject;
    if (badCredential)
      it('tells a refused credential', async () => {
        expect(await statuses(badCredential())).toContain('denied');
      });
    if (aimedAt) {
      it('tells that nobody listens', async () => {
        const found = await statuses(aimedAt('127.0.0.1', await closedPort()));
        expect(found).toContain('unreachable');
        expect(found).not.toContain('denied');
      });

      it('tells a peer that never answers, within the deadline', async () => {
        const found = await statuses(aimedAt('127.0.0.1', silent.port));
        expect(found).toContain('unreachable');
        expect(found).not.toContain('denied');
      });
    }
  });

  describe(`${connector.name}: manners`, () => {
    it('discovers the same streams every time, with keys among their fields', async () => {
      const discover = () =>
        opened(subject, subject.settings(), ({ instance }) => instance.discover(AbortSignal.timeout(10_000)));
      const streams = await discover();
      expect(await discover()).toEqual(streams);
      expect(new Set(streams.map((s) => s.name)).size).toBe(streams.length);
      for (const s of streams) {
        const names = s.fields.map((f) => f.name);
        expect(new Set(names).size).toBe(names.length);
        expect(names).toEqual(expect.arrayContaining([...s.key, ...s.personal]));
      }
    });

    it('tells no secret in results, errors or logs', async () => {
      const aims = [
        subject.settings(),
        subject.badCredential?.(),
        subject.aimedAt?.('127.0.0.1', await closedPort()),
      ].filter((s) => s !== undefined);
      for (const settings of aims) {
        const secrets = secretsIn(connector, settings);
        const o = await open(subject, settings);
        try {
          o.hear(await outcomeOf(o.instance.check(AbortSignal.timeout(DEADLINE_MS))));
          o.hear(await outcomeOf(o.instance.discover(AbortSignal.timeout(DEADLINE_MS))));
          for (const stream of o.instance.pull?.streams ?? [])
            o.hear(
              await outcomeOf(
                all(
                  o.instance.pull!.read({
                    stream,
                    state: undefined,
                    maxRecords: 5,
                    signal: AbortSignal.timeout(DEADLINE_MS),
                  }),
                ),
              ),
            );
        } finally {
          await o.close();
        }
        for (const secret of secrets) expect(o.said.join('\n')).not.toContain(secret);
      }
    });

    it('lets go of its sockets when it is closed', async () => {
      const before = socketsOpen();
      const o = await open(subject, subject.settings());
      await outcomeOf(o.instance.check(AbortSignal.timeout(DEADLINE_MS)));
      for (const stream of o.instance.pull?.streams ?? [])
        for await (const _ of o.instance.pull!.read({
          stream,
          state: undefined,
          maxRecords: 5,
          signal: AbortSignal.timeout(5000),
        }))
          break;
      const { error, ms } = await outcomeOf(o.close());
      expect(error).toBeUndefined();
      expect(ms).toBeLessThan(5000);
      await eventually(() => socketsOpen() <= before, 3000);
      expect(socketsOpen()).toBeLessThanOrEqual(before);
    });
  });
}
