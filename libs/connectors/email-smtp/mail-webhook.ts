import { jsonObject, parseExactJson, verifyTimedHmac, type Webhook } from '#connector-kit';
import { eventMessages } from './mail-messages.js';

const MOST_BYTES = 2 * 1024 * 1024;

/** What the mail system posts: `{"events": […]}`, signed over its raw bytes and the time. */
export function mailWebhook(secret: string, windowSeconds: number): Webhook {
  return {
    maxBytes: MOST_BYTES,
    verify: (request) => verifyTimedHmac(request, secret, windowSeconds),
    parse(request) {
      return {
        messages: eventsIn(request.body).flatMap(eventMessages),
        reply: { status: 200, body: '{"status":"stored"}' },
      };
    },
  };
}

function eventsIn(body: Buffer): unknown[] {
  let value: unknown;
  try {
    value = parseExactJson(body.toString('utf8'));
  } catch {
    throw new Error('the body is no JSON');
  }
  const events = jsonObject(value)?.['events'];
  if (!Array.isArray(events)) throw new Error('"events" is no list');
  return events as unknown[];
}
