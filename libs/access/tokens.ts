import { createHash, hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A bearer token: 256 random bits. Only its hash is stored, so a copy of the database opens nothing. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Compares a token that was sent with ours, in time that does not depend on where they differ. */
export function sameToken(sent: unknown, ours: string): boolean {
  return typeof sent === 'string' && timingSafeEqual(tokenHash(sent), tokenHash(ours));
}

const KEY_SHAPE = /^isthmus_(live)_([A-Za-z0-9_-]{43})_([0-9a-f]{6})$/;

/** `isthmus_live_<token>_<checksum>`: recognisable to secret scanners, and a typing slip is told from a wrong key. */
export function newApiKey(): string {
  const body = `isthmus_live_${newToken()}`;
  return `${body}_${checksum(body)}`;
}

export function isApiKey(text: string): boolean {
  const m = KEY_SHAPE.exec(text);
  return m !== null && checksum(text.slice(0, -7)) === m[3];
}

function checksum(body: string): string {
  return hash('sha256', body).slice(0, 6);
}
