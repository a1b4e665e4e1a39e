import { createHmac, timingSafeEqual } from 'node:crypto';
import type { WebhookRequest } from './connector.js';

/** Compares two texts in time that does not depend on where they differ; only that their lengths differ shows. */
export function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

export function hmacSha256(secret: string, content: string | Buffer, encoding: 'hex' | 'base64' = 'hex'): string {
  return createHmac('sha256', secret).update(content).digest(encoding);
}

export type Verdict = { ok: true } | { ok: false; status: 401 | 400; reason: string };

export function refused(reason: string): Verdict {
  return { ok: false, status: 401, reason };
}

/**
 * Judges `X-Signature: sha256=<hex HMAC-SHA256 of "<X-Timestamp>.<raw body>">`, `X-Timestamp` in Unix seconds.
 *
 * @param windowSeconds how far the signed time may lie from the receipt, in either direction.
 */
export function verifyTimedHmac(request: WebhookRequest, secret: string, windowSeconds: number): Verdict {
  const timestamp = request.headers['x-timestamp'] ?? '';
  const given = /^sha256=([0-9a-f]{64})$/.exec(request.headers['x-signature'] ?? '')?.[1];
  if (given === undefined) return refused('it carries no X-Signature of the form sha256=<hex>');
  if (!/^\d{1,12}$/.test(timestamp)) return refused('it carries no X-Timestamp in Unix seconds');
  const signed = Buffer.concat([Buffer.from(`${timestamp}.`), request.body]);
  if (!sameText(given, hmacSha256(secret, signed))) return refused('the signature is wrong');
  return withinWindow(Number(timestamp), request.receivedAt, windowSeconds);
}

/** @param signedAt Unix seconds. */
export function withinWindow(signedAt: number, receivedAt: Date, windowSeconds: number): Verdict {
  const seconds = Math.round(receivedAt.getTime() / 1000 - signedAt);
  if (Math.abs(seconds) <= windowSeconds) return { ok: true };
  return refused(
    `it was signed ${Math.abs(seconds)} s ${seconds > 0 ? 'ago' : 'in the future'}; at most ${windowSeconds} s are taken`,
  );
}
