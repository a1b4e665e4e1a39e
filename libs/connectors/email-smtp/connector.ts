import { type CheckResult, ConfigError, defineConnector, HttpSystem, readCursorPages } from '#connector-kit';
import MailComposer from 'nodemailer/lib/mail-composer';
import { z } from 'zod';
import { eventMessages, messageIdOf, STREAMS, subscriberMessages } from './mail-messages.js';
import { mailWebhook } from './mail-webhook.js';
import { SmtpRoad } from './smtp-road.js';

const settings = z.strictObject({
  host: z
    .string()
    .min(1)
    .max(255)
    .meta({ title: 'Mail server', description: 'Host name or address of the SMTP server.' }),
  port: z
    .int()
    .min(1)
    .max(65_535)
    .meta({ title: 'Port', description: '587 for submission, 465 with TLS from the start.' }),
  secure: z.boolean().default(false).meta({
    title: 'TLS from the start',
    description: 'Otherwise STARTTLS is used where the server offers it.',
  }),
  user: z.string().min(1).max(320).meta({ title: 'User' }),
  password: z.string().min(1).max(500).meta({ title: 'Password', secret: true }),
  from: z.email().meta({ title: 'Sender', description: 'The address that mails come from.' }),
  apiUrl: z.url().meta({ title: 'API address', description: 'Where messages are looked up and subscribers are read.' }),
  apiToken: z.string().min(1).max(500).meta({ title: 'API token', secret: true }),
  webhookSecret: z.string().min(8).max(500).meta({ title: 'Webhook secret', secret: true }),
  replayWindowSeconds: z
    .int()
    .min(10)
    .max(86_400)
    .default(300)
    .meta({ title: 'Replay window', description: 'How far a signed time may lie from now, seconds.' }),
  pollMs: z.int().min(100).max(86_400_000).default(30_000).meta({
    title: 'Reading interval',
    description: 'Pause between two looks for new subscribers and events, milliseconds.',
  }),
});

export type MailSettings = z.output<typeof settings>;

/** Mail systems that take mails by SMTP, send signed events, and can be asked what they know of a message. */
export default defineConnector<MailSettings>({
  name: 'email-smtp',
  kind: 'email',
  title: { en: 'Mail (SMTP and webhook)', zh: '邮件（SMTP 与回调）' },
  summary: {
    en: 'Sends mails by SMTP, takes signed events about them, and reads subscribers and past events.',
    zh: '通过 SMTP 发送邮件，接收带签名的邮件事件，并读取订阅者与历史事件。',
  },
  settings,
  actions: { 'email.send': { idempotency: 'probe', outcome: 'source', timeoutMs: 30_000, settleMs: 2000 } },
  open(context) {
    const { settings: s } = context;
    const smtp = new SmtpRoad({ ...s, resolve: (host) => context.resolve(host) });
    const api = new HttpSystem(context.http, {
      name: 'the mail system',
      baseUrl: s.apiUrl,
      token: s.apiToken,
      now: () => context.now(),
      steps: { credential: 'Set the API token of the mail system.', address: 'Check the API address and the network.' },
    });
    return {
      async check(signal) {
        return Promise.all([visited(smtp, signal), api.check('probe and reading', '/subscribers?limit=1', signal)]);
      },
      async discover() {
        return STREAMS;
      },
      pull: {
        streams: STREAMS.map((d) => d.name),
        intervalMs: s.pollMs,
        read: (request) =>
          readCursorPages({
            ...request,
            system: api,
            path: request.stream === 'subscribers' ? '/subscribers' : '/events',
            read: request.stream === 'subscribers' ? subscriberMessages : eventMessages,
          }),
      },
      webhook: mailWebhook(s.webhookSecret, s.replayWindowSeconds),
      perform: {
        'email.send': async ({ id, params }, signal) => {
          const { to, subject, text, html } = params;
          const composer = new MailComposer({
            from: s.from,
            to,
            subject,
            text,
            ...(html === undefined ? {} : { html }),
            messageId: messageIdOf(id),
            date: context.now(),
            headers: { 'X-Isthmus-Command': id },
            disableFileAccess: true,
            disableUrlAccess: true,
          });
          const result = await smtp.send({ from: s.from, to, text: await composer.compile().build() }, signal);
          return result.status === 'accepted' ? { ...result, externalId: messageIdOf(id) } : result;
        },
      },
      probe: {
        'email.send': async ({ id }, signal) => {
          const found = await api.find(`/messages/${encodeURIComponent(messageIdOf(id))}`, signal);
          return found === undefined ? { status: 'absent' } : { status: 'made', externalId: messageIdOf(id) };
        },
      },
      async close() {
        smtp.close();
      },
    };
  },
});

async function visited(smtp: SmtpRoad, signal: AbortSignal): Promise<CheckResult> {
  const capability = 'email.send';
  try {
    await smtp.visit(signal);
    return { capability, status: 'ok', detail: 'the mail server takes the login' };
  } catch (e) {
    const detail = e instanceof Error ? e.message : String(e);
    if (e instanceof ConfigError) return { capability, status: 'denied', detail, nextStep: e.nextStep };
    return { capability, status: 'unreachable', detail, nextStep: 'Check host, port, TLS and the network.' };
  }
}
