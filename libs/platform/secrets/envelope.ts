import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

/**
 * Envelope encryption at rest: AES-256-GCM under a key of its own per value, which is itself wrapped by the master
 * key (NIST SP 800-38D; key wrapping in the same mode). The additional data binds a ciphertext to its place, so that
 * a value moved to another system or field does not open.
 *
 * Layout: version (1) · master key id (4) · iv (12) · wrapped key (32) · tag (16) · iv (12) · ciphertext · tag (16).
 */
export class Envelope {
  // Key objects, not bytes: handing bytes to every call costs five times the call.
  private readonly keys = new Map<string, KeyObject>();
  private readonly current: string;
  private readonly hashKey: KeyObject;

  /** @param masters 32-byte keys; the first encrypts, all decrypt: rotation is "put the new key first". */
  constructor(masters: readonly Buffer[]) {
    if (masters.length === 0) throw new Error('a master key is needed');
    for (const k of masters) {
      if (k.length !== 32) throw new Error(`a master key has 32 bytes; found ${k.length}`);
      this.keys.set(keyId(k), createSecretKey(k));
    }
    this.current = keyId(masters[0]!);
    // The oldest key, so that the hashes that match identities survive a rotation of the encrypting key.
    this.hashKey = createSecretKey(Buffer.from(hkdfSync('sha256', masters.at(-1)!, '', 'isthmus keyed hash v1', 32)));
  }

  /** @param place what the value is, such as `system/trading/password`. */
  seal(plain: string, place: string): Buffer {
    const own = randomBytes(32);
    const wrapped = encrypt(this.keys.get(this.current)!, own, place);
    return Buffer.concat([
      Buffer.from([1]),
      Buffer.from(this.current, 'hex'),
      wrapped,
      encrypt(createSecretKey(own), Buffer.from(plain), place),
    ]);
  }

  /** @throws Error when the master key is unknown, the place is another, or a byte was changed. */
  open(sealed: Buffer, place: string): string {
    if (sealed[0] !== 1) throw new Error('unknown envelope version');
    const id = sealed.subarray(1, 5).toString('hex');
    const master = this.keys.get(id);
    if (!master) throw new Error(`the master key ${id} that sealed ${place} is not configured (ISTHMUS_MASTER_KEYS)`);
    const own = decrypt(master, sealed.subarray(5, 65), place);
    return decrypt(createSecretKey(own), sealed.subarray(65), place).toString();
  }

  /** A keyed hash for equality search over values that are stored sealed, such as id documents. */
  hash(value: string, place: string): Buffer {
    return createHmac('sha256', this.hashKey).update(place).update('\0').update(value).digest();
  }
}

function keyId(key: Buffer): string {
  return createHmac('sha256', key).update('isthmus key id').digest('hex').slice(0, 8);
}

function encrypt(key: KeyObject, plain: Buffer, place: string): Buffer {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(place));
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: KeyObject, sealed: Buffer, place: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
  decipher.setAAD(Buffer.from(place));
  decipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
}
