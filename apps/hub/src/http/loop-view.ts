import type { LoopSnapshot } from '#insight';
import { publicId } from '#platform';
import { z } from 'zod';
import { count, timestamp } from './schemas.js';

const interval = z.object({ low: z.number(), high: z.number() });
const arm = z.object({ clients: count, successes: count, rate: z.number(), interval, amount: z.string() });
const counts = z.record(z.string(), count);

const islandView = z
  .object({
    code: z.string(),
    name: z.string(),
    kind: z.enum(['trading', 'call', 'email', 'web']),
    state: z.enum(['active', 'paused']),
    phase: z.enum(['backfill', 'live', 'idle']),
    recordsPerSecond: z.number(),
    read: count,
    applied: count,
    unchanged: count,
    skipped: count,
    quarantined: count,
    waiting: count,
    rowsDone: count,
    rowsExpected: count.nullable(),
    freshnessSeconds: z.number().nullable(),
    error: z.object({ class: z.string(), message: z.string(), nextStep: z.string().optional() }).nullable(),
  })
  .meta({ id: 'Island' });

export const loopView = z
  .object({
    asOf: timestamp,
    islands: z.array(islandView),
    clients: count,
    segments: z.array(z.object({ code: z.string(), name: z.string(), members: count })),
    campaign: z
      .object({
        id: z.string(),
        code: z.string(),
        name: z.string(),
        state: z.string(),
        launchedAt: timestamp.nullable(),
        plan: z.object({ audience: count, control: count }).nullable(),
        goal: z.object({ fact: z.string(), is: z.enum(['avoided', 'achieved']), withinSeconds: z.number() }),
        funnel: z.array(
          z.object({
            step: z.string(),
            title: z.string(),
            channel: z.string(),
            system: z.string().meta({ description: 'Code of the system that performs it' }),
            clients: count.meta({ description: 'Clients who came to this step' }),
            sent: count.meta({ description: 'Actions that the target took, or that an outcome proves' }),
            reached: count.meta({ description: 'Clients whose outcome says that they were spoken to' }),
            states: counts,
            suppressed: counts,
            outcomes: counts,
          }),
        ),
        results: z
          .object({
            asOf: timestamp,
            clients: count,
            treatment: arm,
            control: arm,
            effect: interval.extend({ estimate: z.number(), significant: z.boolean() }),
          })
          .nullable(),
      })
      .nullable(),
    deliveries: z.object({ endpoints: count, delivered: count, waiting: count, failed: count }),
  })
  .meta({ id: 'Loop' });

export function snapshotView(s: LoopSnapshot): z.output<typeof loopView> {
  return {
    ...s,
    islands: s.islands.map((i) => ({ ...i, kind: i.kind })),
    segments: [...s.segments],
    campaign: s.campaign && { ...s.campaign, id: publicId('cmp', s.campaign.id), funnel: [...s.campaign.funnel] },
  };
}
