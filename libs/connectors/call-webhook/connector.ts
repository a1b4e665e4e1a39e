import { OUTCOMES } from '#canonical';
import { defineConnector, HttpSystem, readCursorPages } from '#connector-kit';
import { z } from 'zod';
import { type CallEcho, callMessages, contactMessages, STREAMS } from './call-messages.js';
import { callWebhook } from './call-webhook.js';
import { PRESETS } from './signature-presets.js';

const path = z.string().regex(/^[^.\s]+(\.[^.\s]+)*$/, 'a field is written a.b');
const callOutcomes = Object.keys(OUTCOMES).filter(
  (k): k is CallOutcome => OUTCOMES[k as keyof typeof OUTCOMES].channel === 'call',
);
type CallOutcome = {
  [K in keyof typeof OUTCOMES]: (typeof OUTCOMES)[K]['channel'] extends 'call' ? K : never;
}[keyof typeof OUTCOMES];

/** Where the call centre's messages say what; the first is also where a task carries our id. */
const echo = z.strictObject({
  taskId: path.default('taskId').meta({ title: 'Task', description: 'The field that carries our id out and back.' }),
  callId: path.default('callId').meta({ title: 'Call' }),
  disposition: path.default('disposition').meta({ title: 'Disposition' }),
  endedAt: path.default('endedAt').meta({ title: 'End of the call' }),
});

const settings = z.strictObject({
  baseUrl: z.url().meta({ title: 'Address', description: 'Address of the call centre’s API.' }),
  token: z.string().min(1).max(500).meta({ title: 'Token', secret: true, description: 'Bearer token of the API.' }),
  taskPath: z
    .string()
    .regex(/^\/\S*$/, 'a path begins with /')
    .default('/tasks')
    .meta({ title: 'Task path', description: 'Where tasks are posted, below the address.' }),
  signature: z
    .object({
      preset: z
        .enum(PRESETS)
        .default('hmac-sha256')
        .meta({ title: 'Kind', description: 'How the call centre signs what it sends; see the README.' }),
      secret: z.string().min(8).max(500).meta({ title: 'Secret', secret: true }),
    })
    .meta({ title: 'Signature' }),
  replayWindowSeconds: z
    .int()
    .min(10)
    .max(86_400)
    .default(300)
    .meta({ title: 'Replay window', description: 'How far a signed time may lie from now, seconds.' }),
  echo: echo.prefault({}).meta({ title: 'Fields', description: 'Where its messages say what.' }),
  dispositions: z
    .record(z.string().min(1).max(100), z.enum(callOutcomes))
    .default({
      ANSWERED: 'answered',
      INTERESTED: 'interested',
      REFUSED: 'refused',
      NO_ANSWER: 'no_answer',
      BUSY: 'busy',
      INVALID_NUMBER: 'invalid_number',
    })
    .meta({ title: 'Dispositions', description: 'What its ends of a call mean as outcomes.' }),
  pollMs: z.int().min(100).max(86_400_000).default(30_000).meta({
    title: 'Reading interval',
    description: 'Pause between two looks for new calls and contacts, milliseconds.',
  }),
});

export type CallSettings = z.output<typeof settings>;

/** Call centres that take a task with our id and send a signed message that echoes it. */
export default defineConnector<CallSettings>({
  name: 'call-webhook',
  kind: 'call',
  title: { en: 'Call centre (HTTP and webhook)', zh: '呼叫中心（HTTP 与回调）' },
  summary: {
    en: 'Posts call tasks, takes signed messages about ended calls, and reads contacts and past calls.',
    zh: '下发外呼任务，接收带签名的通话结束回调，并读取联系人与历史通话。',
  },
  settings,
  actions: { 'call.task': { idempotency: 'native', outcome: 'source', timeoutMs: 10_000 } },
  open(context) {
    const { settings: s } = context;
    const reading: CallEcho = { fields: s.echo, dispositions: s.dispositions };
    const centre = new HttpSystem(context.http, {
      name: 'the call centre',
      baseUrl: s.baseUrl,
      token: s.token,
      now: () => context.now(),
      steps: { credential: 'Set the token of the call centre.', address: 'Check the address and the network.' },
    });
    return {
      async check(signal) {
        return [
          {
            capability: 'receive',
            status: 'ok',
            detail: `ended calls are received at /in/${context.system}/ signed by ${s.signature.preset}`,
          },
          await centre.check('call.task and reading', '/contacts?limit=1', signal),
        ];
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
            system: centre,
            path: request.stream === 'contacts' ? '/contacts' : '/calls',
            read: (item) =>
              request.stream === 'contacts' ? contactMessages(item) : callMessages(item, reading, context.now()),
          }),
      },
      webhook: callWebhook(s, reading),
      perform: {
        'call.task': ({ id, params: p }, signal) =>
          centre.command(
            'POST',
            s.taskPath,
            withId(s.echo.taskId, id, {
              phone: p.phone,
              name: p.clientName,
              script: p.script,
              priority: p.priority,
              agent: p.manager,
            }),
            id,
            signal,
          ),
      },
      async close() {},
    };
  },
});

/** The task with our id at `a.b`. */
function withId(at: string, id: string, task: Record<string, unknown>): Record<string, unknown> {
  const [first, ...rest] = at.split('.');
  return { [first!]: rest.reduceRight<unknown>((inner, step) => ({ [step]: inner }), id), ...task };
}
