import { createHash } from 'node:crypto';
import {
  hmacSha256,
  jsonObject,
  parseExactJson,
  refused,
  sameText,
  type Verdict,
  verifyTimedHmac,
  type WebhookRequest,
  withinWindow,
} from '#connector-kit';

/** How call centres sign. Only the first and the last name a time, so only these keep out what is sent again later. */
export const PRESETS = ['hmac-sha256', 'hmac-sha256-body', 'static-token', 'md5-sorted'] as const;
export type Preset = (typeof PRESETS)[number];

export function verifySignature(
  request: WebhookRequest,
  { preset, secret }: { preset: Preset; secret: string },
  windowSeconds: number,
): Verdict {
  switch (preset) {
    case 'hmac-sha256':
      return verifyTimedHmac(request, secret, windowSeconds);
    case 'hmac-sha256-body':
      return overBody(request, secret);
    case 'static-token':
      return bearer(request, secret);
    case 'md5-sorted':
      return overFields(request, secret, windowSeconds);
  }
}

/** `X-Signature`: hex HMAC-SHA256 of the raw body, with or without `sha256=` before it. */
function overBody(request: WebhookRequest, secret: string): Verdict {
  const given = /^(?:sha256=)?([0-9a-f]{64})$/i.exec(request.headers['x-signature'] ?? '')?.[1]?.toLowerCase();
  if (given === undefined) return refused('it carries no X-Signature of 64 hex digits');
  return sameText(given, hmacSha256(secret, request.body)) ? { ok: true } : refused('the signature is wrong');
}

/** The secret itself, as `X-Token` or bearer token. */
function bearer(request: WebhookRequest, secret: string): Verdict {
  const given = request.headers['x-token'] ?? /^Bearer (.+)$/i.exec(request.headers['authorization'] ?? '')?.[1];
  if (given === undefined || given === '') return refused('it carries no X-Token and no bearer token');
  return sameText(given, secret) ? { ok: true } : refused('the token is wrong');
}

/**
 * `sign` in the body: hex MD5 of `a=1&b=2&…&key=<secret>` over the other top-level fields that are text or number, by
 * name; `timestamp` (Unix seconds) must be among them. Numbers count as they stand in the body.
 */
function overFields(request: WebhookRequest, secret: string, windowSeconds: number): Verdict {
  const body = topLevel(request.body);
  const sign = body?.get('sign');
  const timestamp = body?.get('timestamp') ?? '';
  if (!body || sign === undefined) return refused('its body has no field "sign"');
  if (!/^\d{1,12}$/.test(timestamp)) return refused('its body has no "timestamp" in Unix seconds');
  const signed = [...body]
    .filter(([name, value]) => name !== 'sign' && value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const text = [...signed, ['key', secret]].map(([name, value]) => `${name}=${value}`).join('&');
  const digest = createHash('md5').update(text).digest('hex');
  if (!sameText(sign.toLowerCase(), digest)) return refused('the signature is wrong');
  return withinWindow(Number(timestamp), request.receivedAt, windowSeconds);
}

/** The texts and numbers of the body's first level, numbers as they are written. */
function topLevel(body: Buffer): Map<string, string> | undefined {
  let value: Readonly<Record<string, unknown>> | undefined;
  try {
    value = jsonObject(parseExactJson(body.toString('utf8')));
  } catch {
    return undefined;
  }
  if (!value) return undefined;
  return new Map(
    Object.entries(value).flatMap(([name, v]): [string, string][] => {
      if (typeof v === 'string') return [[name, v]];
      const written = JSON.stringify(v);
      return /^-?\d/.test(written) ? [[name, written]] : [];
    }),
  );
}
