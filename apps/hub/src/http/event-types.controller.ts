import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { CLOCK, type Clock, platformErrors } from '#platform';
import {
  eventCatalogue,
  KeyFault,
  REFUSALS,
  SAMPLES,
  signedHeaders,
  signer,
  verifyWebhook,
  webhookErrors,
} from '#webhooks';
import { z } from 'zod';
import { Needs } from './auth.guard.js';
import { type Language, Reads } from './readers-language.js';

const object = z.record(z.string(), z.unknown());
const typeView = z
  .object({
    type: z.string(),
    version: z.int(),
    schemaName: z.string().meta({ description: 'What events carry as `dataschema`' }),
    en: z.string(),
    zh: z.string(),
    operational: z.boolean().meta({ description: 'Only endpoints that name it hear of it' }),
    schema: object.meta({ description: 'JSON Schema of the whole message' }),
    sample: object,
  })
  .meta({ id: 'EventType' });
const sampleView = z
  .object({ language: z.string(), title: z.string(), file: z.string(), code: z.string() })
  .meta({ id: 'WebhookSample' });
const key = z.string().min(1).max(500);
const headers = {
  'webhook-id': z.string().max(500),
  'webhook-timestamp': z.string().max(20),
  'webhook-signature': z.string().max(4000),
};
const signBody = z
  .strictObject({
    key: key.meta({ description: 'whsec_… or whsk_…; used for this answer and forgotten' }),
    id: z.string().min(1).max(500).default('msg_playground'),
    timestamp: z
      .int()
      .min(0)
      .max(999_999_999_999)
      .optional()
      .meta({ description: 'Seconds since 1970; now, unless given' }),
    body: z.string().max(1_000_000),
  })
  .meta({ id: 'SignWebhook' });
const verifyBody = z
  .strictObject({
    keys: z.array(key).min(1).max(10).meta({ description: 'whsec_… or whpk_…; used for this answer and forgotten' }),
    headers: z.object(headers).partial(),
    body: z.string().max(1_000_000).meta({ description: 'The raw body, byte for byte' }),
  })
  .meta({ id: 'VerifyWebhook' });
const signedView = z.object(headers).meta({ id: 'SignedHeaders' });
const verifiedView = z
  .object({
    ok: z.boolean(),
    reason: z.enum(REFUSALS).nullable().meta({ description: 'Why it is not valid, for programs' }),
    why: z.string().nullable().meta({ description: 'The same in words, with what was found' }),
  })
  .meta({ id: 'VerifiedWebhook' });

/** For developers of receivers: what can arrive, how to verify it, and a place to try it. */
@ApiTags('webhooks')
@Controller()
export class EventTypesController {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  @Get('event-types')
  @ApiOperation({
    operationId: 'listEventTypes',
    summary: 'What can be received: schema, version and a sample of each',
  })
  @ApiResponse({ status: 200, standardSchema: z.object({ items: z.array(typeView) }).meta({ id: 'EventTypeList' }) })
  list() {
    return { items: eventCatalogue() };
  }

  @Get('event-types/:type')
  @ApiOperation({ operationId: 'getEventType', summary: 'One type of event' })
  @ApiResponse({ status: 200, standardSchema: typeView })
  get(@Param('type') type: string) {
    const found = eventCatalogue().find((t) => t.type === type);
    if (!found) throw platformErrors.NOT_FOUND({ what: 'event type', id: type });
    return found;
  }

  @Get('webhooks/samples')
  @ApiOperation({ operationId: 'listWebhookSamples', summary: 'How to verify a message, in five languages' })
  @ApiResponse({
    status: 200,
    standardSchema: z.object({ items: z.array(sampleView) }).meta({ id: 'WebhookSampleList' }),
  })
  samples() {
    return { items: SAMPLES.map(({ language, title, file, code }) => ({ language, title, file, code })) };
  }

  @Post('webhooks/sign')
  @HttpCode(200)
  @Needs('read')
  @ApiOperation({ operationId: 'signWebhook', summary: 'Sign a body as the hub would; nothing is stored or sent' })
  @ApiResponse({ status: 200, standardSchema: signedView })
  sign(@Body({ schema: signBody }) b: z.output<typeof signBody>) {
    const at = b.timestamp === undefined ? this.clock.now() : new Date(b.timestamp * 1000);
    return keyed('key', () => signedHeaders([signer(b.key)], b.id, at, b.body));
  }

  @Post('webhooks/verify')
  @HttpCode(200)
  @Needs('read')
  @ApiOperation({ operationId: 'verifyWebhook', summary: 'Verify a message as a receiver should, and say why not' })
  @ApiResponse({ status: 200, standardSchema: verifiedView })
  verify(@Body({ schema: verifyBody }) b: z.output<typeof verifyBody>, @Reads() language: Language) {
    const h = {
      id: b.headers['webhook-id'],
      timestamp: b.headers['webhook-timestamp'],
      signature: b.headers['webhook-signature'],
    };
    const r = keyed('keys', () => verifyWebhook(b.keys, h, b.body, this.clock.now()));
    return { ok: r.ok, reason: r.ok ? null : r.reason, why: r.ok ? null : r.why[language] };
  }
}

function keyed<T>(field: string, work: () => T): T {
  try {
    return work();
  } catch (e) {
    if (!(e instanceof KeyFault)) throw e;
    throw webhookErrors.KEY_UNUSABLE({ reason: e.words }, { errors: [{ pointer: `/${field}`, detail: e.words }] });
  }
}
