import { timingSafeEqual, verify } from 'node:crypto';
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
export type Verified = { readonly ok: true } | { readonly ok: false; readonly reason: Refusal; readonly why: string };

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
  if (!h.id) return refused('no_id', 'the header webhook-id is missing');
  if (!h.timestamp) return refused('no_timestamp', 'the header webhook-timestamp is missing');
  if (!h.signature) return refused('no_signature', 'the header webhook-signature is missing');
  if (!/^\d{1,12}$/.test(h.timestamp))
    return refused('timestamp_malformed', 'webhook-timestamp is no whole number of seconds since 1970');
  const age = Math.floor(now.getTime() / 1000) - Number(h.timestamp);
  if (age > TOLERANCE_SECONDS) return refused('too_old', `the message is ${age} seconds old; 300 are allowed`);
  if (age < -TOLERANCE_SECONDS)
    return refused('in_the_future', `the message is ${-age} seconds in the future; 300 are allowed`);
  const given = h.signature.split(' ').map((s) => s.split(',', 2) as [string, string | undefined]);
  for (const key of keys)
    if (isPublicKey(key) ? matchesPublic(key, given, h, body) : matchesSecret(key, given, h, body)) return { ok: true };
  const versions = [...new Set(given.map(([version]) => version))].join(', ');
  return refused('no_match', `none of the signatures (${versions}) is made by a known key over these bytes`);
}

function refused(reason: Refusal, why: string): Verified {
  return { ok: false, reason, why };
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
