import { createHmac, createSecretKey, randomBytes } from 'node:crypto';

/** Standard Webhooks 1.0, symmetric secrets: `whsec_` and 24 to 64 random bytes in base64. */
const PREFIX = 'whsec_';

export function newSecret(): string {
  return PREFIX + randomBytes(32).toString('base64');
}

/**
 * The headers of one attempt (Standard Webhooks 1.0 §"Signature scheme"): v1 is HMAC-SHA256 over
 * `id.timestamp.body`, over the exact bytes that are sent.
 *
 * @param at time of this attempt; receivers refuse what is older than five minutes.
 */
export function signedHeaders(secret: string, id: string, at: Date, body: string): Record<string, string> {
  const timestamp = Math.floor(at.getTime() / 1000).toString();
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signature(secret, id, timestamp, body),
  };
}

export function signature(secret: string, id: string, timestamp: string, body: string): string {
  const key = createSecretKey(Buffer.from(secret.slice(PREFIX.length), 'base64'));
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}
