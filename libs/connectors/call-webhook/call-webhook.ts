import { jsonObject, parseExactJson, type Webhook } from '#connector-kit';
import { type CallEcho, callMessages } from './call-messages.js';
import { type Preset, verifySignature } from './signature-presets.js';

const MOST_BYTES = 256 * 1024;

/** What the call centre posts when a call has ended: one JSON object, signed over its raw bytes. */
export function callWebhook(
  s: { signature: { preset: Preset; secret: string }; replayWindowSeconds: number },
  reading: CallEcho,
): Webhook {
  return {
    maxBytes: MOST_BYTES,
    verify: (request) => verifySignature(request, s.signature, s.replayWindowSeconds),
    parse(request) {
      const call = readObject(request.body);
      return {
        messages: callMessages(call, reading, request.receivedAt),
        reply: { status: 200, body: '{"status":"stored"}' },
      };
    },
  };
}

function readObject(body: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parseExactJson(body.toString('utf8'));
  } catch {
    throw new Error('the body is no JSON');
  }
  const object = jsonObject(value);
  if (!object) throw new Error('the body is no JSON object');
  return object;
}
