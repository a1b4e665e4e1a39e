import { createHmac, timingSafeEqual } from 'node:crypto';

/** Compares two texts in time that does not depend on where they differ. */
export function sameText(a: string, b: string): boolean {
  const key = 'compare';
  const digest = (t: string) => createHmac('sha256', key).update(t).digest();
  return timingSafeEqual(digest(a), digest(b)) && a.length === b.length;
}

export function hmacSha256(secret: string, content: string | Buffer, encoding: 'hex' | 'base64' = 'hex'): string {
  return createHmac('sha256', secret).update(content).digest(encoding);
}
