import { createHmac, timingSafeEqual } from 'node:crypto';

/** Compares two texts in time that does not depend on where they differ; only that their lengths differ shows. */
export function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

export function hmacSha256(secret: string, content: string | Buffer, encoding: 'hex' | 'base64' = 'hex'): string {
  return createHmac('sha256', secret).update(content).digest(encoding);
}
