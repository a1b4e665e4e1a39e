import { createHash } from 'node:crypto';

/**
 * The kinds of key by which a source says who somebody is. `rank` orders them: a client takes its id from the best
 * ranked key it has.
 *
 * A `holder` key is a number that a system gave to somebody: a record that names two of them states that they are one.
 * The others are contact points and documents: evidence that is weighed, since people share, lend and mistype them.
 *
 * A key is firm-wide. Where two counters number their customers independently, the mapping puts a prefix before one
 * of them.
 */
export const IDENTITY_KEYS = {
  customer_no: { rank: 10, holder: true, en: 'customer number', zh: '客户号' },
  one_code: { rank: 20, holder: false, en: 'one-code account', zh: '一码通' },
  id_document: { rank: 30, holder: false, en: 'identity document', zh: '证件号码' },
  fund_account: { rank: 40, holder: true, en: 'fund account', zh: '资金账号' },
  securities_account: { rank: 50, holder: true, en: 'securities account', zh: '股东账户' },
  user_id: { rank: 60, holder: true, en: 'web or app user', zh: '网站用户' },
  contact_no: { rank: 70, holder: true, en: 'call-centre contact', zh: '呼叫中心联系人' },
  subscriber_no: { rank: 80, holder: true, en: 'mail subscriber', zh: '邮件订阅者' },
  anonymous_id: { rank: 85, holder: false, en: 'browser or device', zh: '匿名访客' },
  email: { rank: 90, holder: false, en: 'e-mail address', zh: '电子邮箱' },
  phone: { rank: 95, holder: false, en: 'phone number', zh: '电话号码' },
} as const;

export type IdentityKeyType = keyof typeof IDENTITY_KEYS;

export interface IdentityKey {
  readonly type: IdentityKeyType;
  readonly key: string;
}

export function isIdentityKeyType(type: string): type is IdentityKeyType {
  return Object.hasOwn(IDENTITY_KEYS, type);
}

/** Orders keys by rank, then by spelling: the smallest of a client's keys is its founder. */
export function founderRank(k: IdentityKey): string {
  return `${String(IDENTITY_KEYS[k.type].rank).padStart(2, '0')}:${k.type}:${k.key}`;
}

/**
 * The id of the client that a key founds: a UUIDv8 (RFC 9562 §5.8) over the key. Because it follows from the key
 * alone, the same records give the same ids in any order of arrival, and an unmerge brings the old id back.
 */
export function clientIdOf(founder: string): string {
  const h = createHash('sha256').update('isthmus client\0').update(founder).digest();
  h[6] = 0x80 | (h[6]! & 0x0f);
  h[8] = 0x80 | (h[8]! & 0x3f);
  const x = h.toString('hex');
  return `${x.slice(0, 8)}-${x.slice(8, 12)}-${x.slice(12, 16)}-${x.slice(16, 20)}-${x.slice(20, 32)}`;
}
