import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Webhook as Reference } from 'standardwebhooks';
import { Webhook as Svix } from 'svix';
import { newKeyPair, newSecret, signedHeaders, signer } from './sign.js';
import { verifyWebhook, type WebhookHeaders } from './verify.js';

// The vectors of the specification (standard-webhooks/standard-webhooks, spec and libraries' tests).
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const TIMESTAMP = '1614265330';
const BODY = '{"test": 2432232314}';
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const PRIVATE = 'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==';
const PUBLIC = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=';
const V1 = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
const V1A = 'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==';
const THEN = new Date(Number(TIMESTAMP) * 1000);

const headersOf = (h: Record<string, string>): WebhookHeaders => ({
  id: h['webhook-id'],
  timestamp: h['webhook-timestamp'],
  signature: h['webhook-signature'],
});

describe('signing', () => {
  it('gives the published vectors of Standard Webhooks', () => {
    expect(signer(SECRET).sign(ID, TIMESTAMP, BODY)).toBe(V1);
    expect(signer(PRIVATE).sign(ID, TIMESTAMP, BODY)).toBe(V1A);
  });

  it('is accepted by the reference library and by Svix’s, over other than ASCII too', () => {
    const secret = newSecret();
    const body = '{"名":"陈晓 🀄","price":"1.50"}';
    const h = signedHeaders([signer(secret)], 'msg_1', new Date(), body);
    expect(new Reference(secret).verify(body, h)).toEqual(JSON.parse(body));
    const svix = {
      'svix-id': h['webhook-id'],
      'svix-timestamp': h['webhook-timestamp'],
      'svix-signature': h['webhook-signature'],
    };
    for (const headers of [svix, { ...h }]) {
      expect(() => new Svix(secret).verify(body, headers)).not.toThrow();
      expect(() => new Svix(secret).verify(`${body} `, headers)).toThrow();
    }
  });

  it('is accepted under the old and the new key while both sign', () => {
    const [before, after] = [newSecret(), newSecret()];
    const h = signedHeaders([signer(after), signer(before)], 'msg_1', new Date(), BODY);
    expect(new Reference(before).verify(BODY, h)).toEqual(JSON.parse(BODY));
    expect(new Reference(after).verify(BODY, h)).toEqual(JSON.parse(BODY));
    expect(() => new Reference(newSecret()).verify(BODY, h)).toThrow();
  });

  it('makes key pairs that verify each other', () => {
    const pair = newKeyPair();
    const h = signedHeaders([signer(pair.privateKey)], 'msg_1', new Date(), BODY);
    expect(verifyWebhook([pair.publicKey], headersOf(h), BODY, new Date())).toEqual({ ok: true });
    expect(verifyWebhook([newKeyPair().publicKey], headersOf(h), BODY, new Date()).ok).toBe(false);
  });

  it.each([
    ['whsec_', 'no bytes'],
    ['whsec_c2hvcnQ=', 'too few'],
    [`whsec_${Buffer.alloc(65).toString('base64')}`, 'too many'],
    ['whsec_päßwort', 'no base64'],
    ['whsk_c2hvcnQ=', 'a short private key'],
  ])('refuses %s (%s)', (key) => {
    expect(() => signer(key)).toThrow();
  });

  it('takes secrets of 24 and of 64 bytes', () => {
    for (const n of [24, 64]) expect(() => signer(`whsec_${Buffer.alloc(n, 7).toString('base64')}`)).not.toThrow();
  });
});

describe('verifying', () => {
  const good = { id: ID, timestamp: TIMESTAMP, signature: V1 };

  it.each([
    ['v1', SECRET, V1],
    ['v1 among others', SECRET, `v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,${V1.slice(3)} ${V1}`],
    ['v1a', PUBLIC, V1A],
    ['v1a beside v1', PUBLIC, `${V1} ${V1A}`],
    ['v1 without the prefix of its secret', SECRET.slice(6), V1],
  ])('accepts %s', (_name, key, signature) => {
    expect(verifyWebhook([key], { ...good, signature }, BODY, THEN)).toEqual({ ok: true });
  });

  it('accepts five minutes either way, and not a second more', () => {
    const at = (seconds: number) => new Date(THEN.getTime() + seconds * 1000);
    expect([-301, -300, 300, 301].map((s) => verifyWebhook([SECRET], good, BODY, at(s)).ok)).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(verifyWebhook([SECRET], good, BODY, at(301))).toMatchObject({ reason: 'too_old' });
    expect(verifyWebhook([SECRET], good, BODY, at(-301))).toMatchObject({ reason: 'in_the_future' });
  });

  it.each([
    ['another body', 'no_match', { ...good }, `${BODY} `],
    ['another id', 'no_match', { ...good, id: 'msg_other' }, BODY],
    ['another time', 'no_match', { ...good, timestamp: '1614265331' }, BODY],
    ['no id', 'no_id', { ...good, id: undefined }, BODY],
    ['no time', 'no_timestamp', { ...good, timestamp: undefined }, BODY],
    ['no signature', 'no_signature', { ...good, signature: undefined }, BODY],
    ['an empty signature', 'no_signature', { ...good, signature: '' }, BODY],
    ['a time that is none', 'timestamp_malformed', { ...good, timestamp: 'soon' }, BODY],
    ['a time with a fraction', 'timestamp_malformed', { ...good, timestamp: '1614265330.0' }, BODY],
    ['another version', 'no_match', { ...good, signature: V1.replace('v1', 'v2') }, BODY],
    ['no version', 'no_match', { ...good, signature: V1.slice(3) }, BODY],
    ['half a signature', 'no_match', { ...good, signature: V1.slice(0, -4) }, BODY],
    ['an HMAC that calls itself v1a', 'no_match', { ...good, signature: V1.replace('v1', 'v1a') }, BODY],
    ['ed25519 that calls itself v1', 'no_match', { ...good, signature: V1A.replace('v1a', 'v1') }, BODY],
  ])('refuses %s, with a reason', (_name, reason, headers, body) => {
    const r = verifyWebhook([SECRET, PUBLIC], headers, body, THEN);
    expect(r).toEqual({
      ok: false,
      reason,
      why: { en: expect.stringMatching(/./), zh: expect.stringMatching(/\p{Script=Han}/u) },
    });
  });

  it('refuses a public key of another curve', () => {
    const other = generateKeyPairSync('x25519').publicKey;
    expect(createPublicKey(other.export({ format: 'pem', type: 'spki' })).asymmetricKeyType).toBe('x25519');
    expect(() => verifyWebhook(['whpk_AAAA'], { ...good, signature: V1A }, BODY, THEN)).toThrow(/32 bytes/);
  });
});
