import { type ActionName, ACTIONS, FACT_KINDS, type FactKind } from '#canonical';
import { z } from 'zod';

/** A length of time: `90s`, `30m`, `2h`, `3d`. */
const duration = z
  .string()
  .regex(/^\d{1,5}[smhd]$/, 'a length of time is written 90s, 30m, 2h or 3d')
  .transform((t) => Number(t.slice(0, -1)) * { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[t.at(-1) as 's']);

const hour = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day is written 21:00');
const actionNames = Object.keys(ACTIONS) as [ActionName, ...ActionName[]];
const factKinds = Object.keys(FACT_KINDS) as [FactKind, ...FactKind[]];

const step = z.strictObject({
  key: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
  title: z.string().max(100),
  action: z.enum(actionNames),
  /** Code of the system that performs it. */
  system: z.string(),
  /** The first step has none; a later one says which step it follows, and when. */
  follows: z.strictObject({ step: z.string(), when: z.enum(['reached', 'not_reached', 'always']) }).optional(),
  /** Contents, as Liquid templates over `client`. */
  params: z.record(z.string(), z.string().max(50_000)),
  /** How long to wait for an outcome before going on as if not reached. */
  wait: duration.prefault('3d'),
  /** An action that could not be sent for this long is not sent any more. */
  expires: duration.prefault('7d'),
});

/** What a person plans: whom, with which control group, which steps, which guards, which goal. */
export const campaignSpec = z
  .strictObject({
    audience: z.strictObject({
      segment: z.string(),
      /** `snapshot`: the members when it is planned. `live`: whoever enters while it runs. */
      mode: z.enum(['snapshot', 'live']).default('snapshot'),
    }),
    /** Percent of the audience that is left alone, to compare with. */
    control: z.number().min(0).max(50).multipleOf(0.01).default(10),
    steps: z.array(step).min(1).max(10),
    guards: z
      .strictObject({
        consent: z.enum(['not_denied', 'granted', 'ignore']).default('not_denied'),
        purpose: z.enum(['marketing', 'service']).default('marketing'),
        frequency: z.strictObject({ most: z.int().min(1).max(100), days: z.int().min(1).max(365) }).optional(),
        quietHours: z.strictObject({ from: hour, to: hour }).optional(),
      })
      .prefault({}),
    /** What counts as success for one client, in either arm. */
    goal: z.strictObject({
      fact: z.enum(factKinds),
      is: z.enum(['avoided', 'achieved']),
      within: duration.prefault('30d'),
    }),
    /** How far the segment may drift between approval and launch, in percent of the audience. */
    drift: z.number().min(0).max(100).default(5),
  })
  .check((c) => {
    const issue = (path: (string | number)[], message: string) =>
      c.issues.push({ code: 'custom', path, message, input: c.value });
    const keys = c.value.steps.map((s) => s.key);
    c.value.steps.forEach((s, i) => {
      if (keys.indexOf(s.key) !== i) issue(['steps', i, 'key'], `two steps have the key "${s.key}"`);
      if (i === 0 && s.follows) issue(['steps', 0, 'follows'], 'the first step follows nothing');
      if (i > 0 && !s.follows) issue(['steps', i, 'follows'], 'say which step it follows, and when');
      if (s.follows && !keys.slice(0, i).includes(s.follows.step))
        issue(['steps', i, 'follows', 'step'], `there is no earlier step "${s.follows.step}"`);
    });
  });

export type CampaignSpec = z.output<typeof campaignSpec>;
/** As a person writes it, and as it is stored. */
export type CampaignSource = z.input<typeof campaignSpec>;
export type Step = CampaignSpec['steps'][number];
