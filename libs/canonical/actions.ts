import { z } from 'zod';

/** How an action can be made once. See docs/explanation/one-effect.md. */
export const IDEMPOTENCY = ['native', 'probe', 'none'] as const;
export type Idempotency = (typeof IDEMPOTENCY)[number];

const text = (max: number) => z.string().min(1).max(max);

/**
 * The actions the hub can ask of a system: canonical, so that a campaign does not change when a call centre is
 * replaced. A connector declares which of them it can perform.
 */
export const ACTIONS = {
  'call.task': {
    channel: 'call',
    params: z.object({
      phone: text(20).meta({ personal: true }),
      clientName: z.string().max(200).default(''),
      script: text(4000),
      priority: z.coerce.number().pipe(z.int().min(1).max(9)).default(5),
      manager: z.string().max(100).default(''),
    }),
    en: 'call task',
    zh: '外呼任务',
  },
  'email.send': {
    channel: 'email',
    params: z.object({
      to: text(320).meta({ personal: true }),
      subject: text(300),
      text: text(50_000),
      html: z.string().max(200_000).optional(),
    }),
    en: 'e-mail',
    zh: '邮件',
  },
  'web.message': {
    channel: 'web',
    params: z.object({ userId: text(200), title: text(200), body: text(4000), link: z.string().max(2000).default('') }),
    en: 'in-app message',
    zh: '站内信',
  },
  'commission.set': {
    channel: 'trading',
    params: z.object({
      fundAccount: text(50),
      /** In units of 万分之 (one ten-thousandth), a decimal string. */
      rate: z.string().regex(/^\d{1,3}(\.\d{1,4})?$/),
      effective: z.iso.date(),
      reason: text(500),
    }),
    en: 'commission plan',
    zh: '佣金方案',
  },
} as const;

export type ActionName = keyof typeof ACTIONS;
export type ActionParams<A extends ActionName> = z.output<(typeof ACTIONS)[A]['params']>;
export type Channel = (typeof ACTIONS)[ActionName]['channel'];

/**
 * What may come of an action. `final` outcomes end the wait of a step; a final outcome is never replaced by one that
 * is not. `reached` says that the client was spoken to. `optOut` is a refusal of the channel: it becomes a denied consent.
 */
export const OUTCOMES = {
  answered: { channel: 'call', final: true, reached: true, good: true, en: 'answered', zh: '已接通' },
  interested: { channel: 'call', final: true, reached: true, good: true, en: 'interested', zh: '有意向' },
  refused: { channel: 'call', final: true, reached: true, good: false, en: 'refused', zh: '拒绝' },
  no_answer: { channel: 'call', final: true, reached: false, good: false, en: 'no answer', zh: '无人接听' },
  busy: { channel: 'call', final: true, reached: false, good: false, en: 'busy', zh: '占线' },
  invalid_number: { channel: 'call', final: true, reached: false, good: false, en: 'invalid number', zh: '空号' },
  delivered: { channel: 'email', final: false, reached: true, good: true, en: 'delivered', zh: '已送达' },
  opened: { channel: 'email', final: false, reached: true, good: true, en: 'opened', zh: '已打开' },
  clicked: { channel: 'email', final: false, reached: true, good: true, en: 'clicked', zh: '已点击' },
  bounced: { channel: 'email', final: true, reached: false, good: false, en: 'bounced', zh: '退信' },
  unsubscribed: {
    channel: 'email',
    final: true,
    reached: true,
    good: false,
    optOut: true,
    en: 'unsubscribed',
    zh: '退订',
  },
  complained: {
    channel: 'email',
    final: true,
    reached: true,
    good: false,
    optOut: true,
    en: 'reported as spam',
    zh: '投诉垃圾邮件',
  },
  read: { channel: 'web', final: true, reached: true, good: true, en: 'read', zh: '已读' },
  applied: { channel: 'trading', final: true, reached: true, good: true, en: 'applied', zh: '已生效' },
  not_applied: { channel: 'trading', final: true, reached: false, good: false, en: 'not applied', zh: '未生效' },
} as const satisfies Record<
  string,
  { channel: Channel; final: boolean; reached: boolean; good: boolean; optOut?: true; en: string; zh: string }
>;

export type OutcomeKind = keyof typeof OUTCOMES;

/** Outcomes by which a client refuses to be reached by the channel again. */
export const OPT_OUTS = Object.entries(OUTCOMES)
  .filter(([, o]) => 'optOut' in o)
  .map(([kind]) => kind);

export function isOutcomeKind(kind: string): kind is OutcomeKind {
  return Object.hasOwn(OUTCOMES, kind);
}

export function isActionName(name: string): name is ActionName {
  return Object.hasOwn(ACTIONS, name);
}
