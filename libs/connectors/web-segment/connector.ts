import { defineConnector, HttpSystem } from '#connector-kit';
import { z } from 'zod';
import { inboxMessages } from './inbox-messages.js';
import { credentialOf, EVENTS, segmentApi } from './segment-api.js';

const settings = z.strictObject({
  writeKey: z.string().min(8).max(200).meta({
    title: 'Write key',
    secret: true,
    description: 'The key that the SDKs of the web site and the apps send.',
  }),
  inboxUrl: z.url().optional().meta({
    title: 'Inbox address',
    description: 'Address of the site’s message API. Without it, in-app messages cannot be sent.',
  }),
  inboxToken: z
    .string()
    .max(500)
    .optional()
    .meta({ title: 'Inbox token', secret: true, description: 'Bearer token of the message API.' }),
});

export type WebSettings = z.output<typeof settings>;

/** Web sites and apps: events in by the Segment HTTP API, in-app messages out. */
export default defineConnector<WebSettings>({
  name: 'web-segment',
  kind: 'web',
  title: { en: 'Web and app (Segment API)', zh: '网站与 App（Segment 接口）' },
  summary: {
    en: 'Receives events from unmodified Segment SDKs, and puts messages into the site’s inbox.',
    zh: '接收未经改动的 Segment SDK 上报的事件，并向站内信箱投放消息。',
  },
  settings,
  actions: { 'web.message': { idempotency: 'native', outcome: 'source', timeoutMs: 10_000 } },
  mount: { path: '/v1', credential: credentialOf, setting: 'writeKey' },
  open(context) {
    const { settings: s } = context;
    const messages =
      s.inboxUrl === undefined
        ? undefined
        : inboxMessages(
            new HttpSystem(context.http, {
              name: 'the inbox',
              baseUrl: s.inboxUrl,
              token: s.inboxToken,
              now: () => context.now(),
              steps: { credential: 'Set the inbox token.', address: 'Check the inbox address and the network.' },
            }),
          );
    return {
      async check(signal) {
        const receive = {
          capability: 'receive',
          status: 'ok' as const,
          detail: 'events are received at /v1 with the write key',
        };
        return messages ? [receive, await messages.check(signal)] : [receive];
      },
      async discover() {
        return [EVENTS];
      },
      webhook: segmentApi(s.writeKey),
      ...(messages ? { perform: { 'web.message': (command, signal) => messages.send(command, signal) } } : {}),
      async close() {},
    };
  },
});
