import { createHash } from 'node:crypto';
import type { Random } from './person.js';

/** Numbers that follow from the seed and the label alone (sfc32, its state from a SHA-256). */
export function seeded(seed: string, label: readonly (string | number)[]): Random {
  const h = createHash('sha256')
    .update([seed, ...label].join('\0'))
    .digest();
  let [a, b, c, d] = [h.readInt32LE(0), h.readInt32LE(4), h.readInt32LE(8), h.readInt32LE(12)];
  return () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 2 ** 32;
  };
}

/** A whole number from 0 to `below` − 1. */
export function upTo(below: number, r: Random): number {
  return Math.floor(r() * below);
}

export function pick<T>(list: readonly T[], r: Random): T {
  return list[upTo(list.length, r)]!;
}

/** Decimal digits with leading zeros. */
export function digits(n: number, width: number): string {
  return String(n).padStart(width, '0');
}
