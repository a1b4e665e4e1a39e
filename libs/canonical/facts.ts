/**
 * The kinds of fact: append-only things that happened. Each fact adds one to its kind's daily measure, and its amount
 * to the sum when it has one. `also` names a second measure that a second amount feeds (a trade's commission).
 */
export const FACT_KINDS = {
  trade: { amount: true, also: 'commission', en: 'trade', zh: '成交' },
  'cash.in': { amount: true, en: 'cash transfer in', zh: '银证转入' },
  'cash.out': { amount: true, en: 'cash transfer out', zh: '银证转出' },
  'custody.in': { amount: true, en: 'custody transfer in', zh: '转托管转入' },
  'custody.out': { amount: true, en: 'custody transfer out', zh: '转托管转出 / 撤销指定' },
  'call.answered': { en: 'call answered', zh: '电话接通' },
  'call.missed': { en: 'call not answered', zh: '电话未接通' },
  complaint: { en: 'complaint', zh: '投诉' },
  'mail.sent': { en: 'mail sent', zh: '邮件发出' },
  'mail.delivered': { en: 'mail delivered', zh: '邮件送达' },
  'mail.opened': { en: 'mail opened', zh: '邮件打开' },
  'mail.clicked': { en: 'mail link clicked', zh: '邮件点击' },
  'mail.bounced': { en: 'mail bounced', zh: '邮件退信' },
  'mail.unsubscribed': { en: 'mail unsubscribed', zh: '邮件退订' },
  'mail.complained': { en: 'mail reported as spam', zh: '邮件被投诉' },
  'web.page': { en: 'page viewed', zh: '页面浏览' },
  'web.login': { en: 'login', zh: '登录' },
  'web.feature': { en: 'feature used', zh: '功能使用' },
  'message.read': { en: 'in-app message read', zh: '站内信已读' },
  visit: { en: 'branch visit', zh: '到店' },
} as const satisfies Record<string, { amount?: boolean; also?: string; en: string; zh: string }>;

export type FactKind = keyof typeof FACT_KINDS;

/** Everything that is counted per client and day: the fact kinds, and the measures that facts feed besides. */
export const MEASURES = {
  ...FACT_KINDS,
  commission: { amount: true, en: 'commission', zh: '佣金' },
} as const;

export type MeasureKind = keyof typeof MEASURES;

export function isFactKind(kind: string): kind is FactKind {
  return Object.hasOwn(FACT_KINDS, kind);
}

export function isMeasureKind(kind: string): kind is MeasureKind {
  return Object.hasOwn(MEASURES, kind);
}

/** What an asset snapshot holds, per fund account and day. */
export const ASSET_PARTS = ['total', 'cash', 'securities', 'funds', 'debt', 'net'] as const;
export type AssetPart = (typeof ASSET_PARTS)[number];
