import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import type { Spoken, Words } from '#platform';

/**
 * Standard Webhooks 1.0 §"Signature scheme" (https://github.com/standard-webhooks/standard-webhooks): a signature
 * covers `id.timestamp.body`, over the exact bytes that are sent. `v1` is HMAC-SHA256 with a secret that both sides
 * hold (`whsec_`, 24 to 64 bytes); `v1a` is ed25519 with a private key that only the hub holds (`whsk_`), and a public
 * one (`whpk_`) for the receiver.
 */
export const KEY_KINDS = ['v1', 'v1a'] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

const SECRET = 'whsec_';
const PRIVATE = 'whsk_';
const PUBLIC = 'whpk_';

/** DER before the 32 bytes of an ed25519 key: RFC 8410 §7 (PKCS #8) and §4 (SPKI). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

export function newSecret(): string {
  return SECRET + randomBytes(32).toString('base64');
}

/** A new ed25519 pair: the private key as seed and public key together (64 bytes), as the specification writes it. */
export function newKeyPair(): { privateKey: string; publicKey: string } {
  const pair = generateKeyPairSync('ed25519');
  const seed = pair.privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
  const open = pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  return {
    privateKey: PRIVATE + Buffer.concat([seed, open]).toString('base64'),
    publicKey: PUBLIC + open.toString('base64'),
  };
}

/** A text that is no key of the specification; what it holds is not repeated. */
export class KeyFault extends Error implements Spoken {
  readonly words: Words;
  constructor(en: string, zh: string) {
    super(en);
    this.words = { en, zh };
  }
}

/** A key ready to sign: parsed once, used for every attempt. */
export interface Signer {
  /** @returns one signature with its version: `v1,…` or `v1a,…`. */
  sign(id: string, timestamp: string, body: string): string;
}

/** @throws KeyFault when `key` is neither a secret nor a private key of the specification. */
export function signer(key: string): Signer {
  if (key.startsWith(PRIVATE)) {
    const seed = bytesOf(key, PRIVATE).subarray(0, 32);
    if (seed.length !== 32)
      throw new KeyFault(
        'a private key (whsk_) has 32 or 64 bytes in base64',
        '私钥（whsk_）应为 base64 编码的 32 或 64 字节',
      );
    const k = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
    return { sign: (id, timestamp, body) => `v1a,${ed25519(k, id, timestamp, body)}` };
  }
  const k = secretKey(key);
  return { sign: (id, timestamp, body) => `v1,${hmac(k, id, timestamp, body)}` };
}

/** The HMAC key of `whsec_…` (the prefix may be absent). @throws KeyFault unless it holds 24 to 64 bytes. */
export function secretKey(secret: string): KeyObject {
  const bytes = bytesOf(secret, SECRET);
  if (bytes.length < 24 || bytes.length > 64)
    throw new KeyFault(
      `a secret (whsec_) holds 24 to 64 bytes in base64; found ${bytes.length}`,
      `密钥（whsec_）应为 base64 编码的 24 至 64 字节，实际为 ${bytes.length}`,
    );
  return createSecretKey(bytes);
}

/** The ed25519 key of `whpk_…`. @throws KeyFault unless it holds 32 bytes. */
export function publicKey(text: string): KeyObject {
  const bytes = bytesOf(text, PUBLIC);
  if (bytes.length !== 32)
    throw new KeyFault(
      `a public key (whpk_) holds 32 bytes in base64; found ${bytes.length}`,
      `公钥（whpk_）应为 base64 编码的 32 字节，实际为 ${bytes.length}`,
    );
  return createPublicKey({ key: Buffer.concat([SPKI, bytes]), format: 'der', type: 'spki' });
}

export const isPublicKey = (key: string) => key.startsWith(PUBLIC);

export function hmac(key: KeyObject, id: string, timestamp: string, body: string): string {
  return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
}

/**
 * The headers of one attempt. Several keys give several signatures, apart by spaces: a receiver that knows any of them
 * verifies, which is how a key is rotated.
 *
 * @param at time of this attempt; receivers refuse what is older than five minutes.
 */
export function signedHeaders(
  signers: readonly Signer[],
  id: string,
  at: Date,
  body: string,
): { 'webhook-id': string; 'webhook-timestamp': string; 'webhook-signature': string } {
  const timestamp = Math.floor(at.getTime() / 1000).toString();
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature':
      signers.length === 1
        ? signers[0]!.sign(id, timestamp, body)
        : signers.map((s) => s.sign(id, timestamp, body)).join(' '),
  };
}

function ed25519(key: KeyObject, id: string, timestamp: string, body: string): string {
  return sign(null, Buffer.from(`${id}.${timestamp}.${body}`), key).toString('base64');
}

function bytesOf(key: string, prefix: string): Buffer {
  const text = key.startsWith(prefix) ? key.slice(prefix.length) : key;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text))
    throw new KeyFault(
      `a key is base64 after ${prefix}; found other characters`,
      `${prefix} 之后应为 base64，实际含有其他字符`,
    );
  return Buffer.from(text, 'base64');
}
