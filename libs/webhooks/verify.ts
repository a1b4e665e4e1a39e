import { timingSafeEqual, verify } from 'node:crypto';
import type { Words } from '#platform';
import { hmac, isPublicKey, publicKey, secretKey } from './sign.js';

/** What a message can lack, in the order in which it is looked at. */
export const REFUSALS = [
  'no_id',
  'no_timestamp',
  'no_signature',
  'timestamp_malformed',
  'too_old',
  'in_the_future',
  'no_match',
] as const;
export type Refusal = (typeof REFUSALS)[number];

/** Why a message was not accepted; `why` is for the receiver's developer, never for the sender. */
export type Verified = { readonly ok: true } | { readonly ok: false; readonly reason: Refusal; readonly why: Words };

export interface WebhookHeaders {
  readonly id: string | undefined;
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
}

const TOLERANCE_SECONDS = 300;

/**
 * Verifies a message as a receiver must (Standard Webhooks 1.0 §"Verifying webhook authenticity"): the signature over
 * the raw bytes, compared in constant time, and the timestamp within five minutes either way, so that a captured
 * message cannot be played again later. That is the receiver's half; it must also drop ids that it has seen.
 *
 * @param keys `whsec_…` secrets and `whpk_…` public keys; any of them suffices.
 */
export function verifyWebhook(keys: readonly string[], h: WebhookHeaders, body: string, now: Date): Verified {
  if (!h.id) return refused('no_id', 'the header webhook-id is missing', '缺少请求头 webhook-id');
  if (!h.timestamp)
    return refused('no_timestamp', 'the header webhook-timestamp is missing', '缺少请求头 webhook-timestamp');
  if (!h.signature)
    return refused('no_signature', 'the header webhook-signature is missing', '缺少请求头 webhook-signature');
  if (!/^\d{1,12}$/.test(h.timestamp))
    return refused(
      'timestamp_malformed',
      'webhook-timestamp is no whole number of seconds since 1970',
      'webhook-timestamp 不是自 1970 年起的整秒数',
    );
  const age = Math.floor(now.getTime() / 1000) - Number(h.timestamp);
  if (age > TOLERANCE_SECONDS)
    return refused('too_old', `the message is ${age} seconds old; 300 are allowed`, `消息已过 ${age} 秒；允许 300 秒`);
  if (age < -TOLERANCE_SECONDS)
    return refused(
      'in_the_future',
      `the message is ${-age} seconds in the future; 300 are allowed`,
      `消息时间超前 ${-age} 秒；允许 300 秒`,
    );
  const given = h.signature.split(' ').map((s) => s.split(',', 2) as [string, string | undefined]);
  for (const key of keys)
    if (isPublicKey(key) ? matchesPublic(key, given, h, body) : matchesSecret(key, given, h, body)) return { ok: true };
  const versions = [...new Set(given.map(([version]) => version))].join(', ');
  return refused(
    'no_match',
    `none of the signatures (${versions}) is made by a known key over these bytes`,
    `没有任何签名（${versions}）由已知密钥对这些字节生成`,
  );
}

function refused(reason: Refusal, en: string, zh: string): Verified {
  return { ok: false, reason, why: { en, zh } };
}

type Given = readonly [version: string, signature: string | undefined][];

function matchesSecret(key: string, given: Given, h: WebhookHeaders, body: string): boolean {
  const expected = Buffer.from(hmac(secretKey(key), h.id!, h.timestamp!, body));
  return given.some(([version, signature]) => {
    const found = Buffer.from(signature ?? '');
    return version === 'v1' && found.length === expected.length && timingSafeEqual(found, expected);
  });
}

function matchesPublic(key: string, given: Given, h: WebhookHeaders, body: string): boolean {
  const k = publicKey(key);
  const signed = Buffer.from(`${h.id}.${h.timestamp}.${body}`);
  return given.some(
    ([version, signature]) => version === 'v1a' && verify(null, signed, k, Buffer.from(signature ?? '', 'base64')),
  );
}
