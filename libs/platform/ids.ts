import { randomFillSync } from 'node:crypto';

/**
 * UUID version 7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, a 12-bit counter that grows within a millisecond, 62
 * random bits. Ids made by one process sort in the order they were made.
 */
export function uuidv7(now: number = Date.now()): string {
  if (now > lastMs) {
    lastMs = now;
    counter = 0;
  } else if (++counter > 0xfff) {
    lastMs++;
    counter = 0;
  }
  if (used + 8 > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const hex = lastMs.toString(16).padStart(12, '0');
  const random = pool.subarray(used, (used += 8));
  random[0] = 0x80 | (random[0]! & 0x3f);
  const tail = random.toString('hex');
  const count = counter.toString(16).padStart(3, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${count}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}
let lastMs = 0;
let counter = 0;
const pool = Buffer.alloc(1024);
let used = pool.length;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * The public form of an id: `prefix_` and the UUID in 26 characters of Crockford base 32, as the TypeID specification
 * 0.3 writes it. It sorts as the UUID does, and its prefix tells a reader (and an API) what kind of thing it names.
 */
export function publicId(prefix: string, uuid: string): string {
  let n = BigInt(`0x${uuid.replaceAll('-', '')}`);
  let text = '';
  for (let i = 0; i < 26; i++) {
    text = ALPHABET[Number(n & 31n)]! + text;
    n >>= 5n;
  }
  return `${prefix}_${text}`;
}

/** The UUID inside a public id, or undefined when `text` is not an id with that prefix. */
export function parsePublicId(prefix: string, text: string): string | undefined {
  if (!text.startsWith(`${prefix}_`) || text.length !== prefix.length + 27) return undefined;
  let n = 0n;
  for (const c of text.slice(prefix.length + 1)) {
    const digit = ALPHABET.indexOf(c);
    if (digit < 0) return undefined;
    n = (n << 5n) | BigInt(digit);
  }
  if (n >> 128n !== 0n) return undefined;
  const hex = n.toString(16).padStart(32, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
