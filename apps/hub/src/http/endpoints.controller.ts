import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { accessErrors, type Actor, AuditedWrites } from '#access';
import { sampleMessage, isEventType } from '#canonical';
import { publicId } from '#platform';
import {
  checkTransform,
  DeliveryLog,
  type Endpoint,
  EndpointsService,
  eventTypeUnknown,
  KEY_KINDS,
  KeysService,
  TransformFault,
} from '#webhooks';
import { z } from 'zod';
import { By, Needs } from './auth.guard.js';
import {
  createBody,
  createdView,
  endpointView,
  keyView,
  newKeyView,
  showEndpoint,
  showKey,
  splitSecrets,
  updateBody,
} from './endpoint-schemas.js';
import { type Language, Reads } from './readers-language.js';
import { cursorQuery, idParam } from './schemas.js';

const endpointId = idParam('ep');
const keyId = idParam('key');
const rotateBody = z
  .strictObject({
    kind: z.enum(KEY_KINDS).default('v1'),
    overlapHours: z.int().min(0).max(720).default(24).meta({ description: 'How long the older keys go on signing' }),
  })
  .meta({ id: 'RotateEndpointKey' });
const testBody = z
  .strictObject({ type: z.string().max(60).optional().meta({ description: 'Send a sample of this type' }) })
  .meta({ id: 'TestEndpoint' });
const previewBody = z
  .strictObject({
    transform: z.record(z.string().max(200), z.string().max(8192)),
    type: z.string().max(60).default('client.updated'),
    message: z.record(z.string(), z.unknown()).optional().meta({ description: 'Instead of a sample of the type' }),
  })
  .meta({ id: 'PreviewTransform' });
const previewView = z
  .object({
    input: z.record(z.string(), z.unknown()),
    output: z.record(z.string(), z.unknown()).nullable(),
    fault: z.string().nullable(),
  })
  .meta({ id: 'TransformPreview' });
/** The feed's cursors are its own: a place in the order of commits. */
const feedQuery = z.strictObject({
  ...cursorQuery,
  cursor: z
    .string()
    .max(60)
    .optional()
    .meta({ description: '`nextCursor` of the call before; absent: from the oldest kept; `latest`: from now on' }),
});
const feedView = z
  .object({
    items: z
      .array(z.record(z.string(), z.unknown()))
      .meta({ description: 'CloudEvents, in the order of their commits' }),
    nextCursor: z.string().meta({ description: 'Send it with the next call; the same again when nothing is new' }),
  })
  .meta({ id: 'EventFeed' });

@ApiTags('webhooks')
@Controller('endpoints')
export class EndpointsController {
  constructor(
    private readonly endpoints: EndpointsService,
    private readonly keys: KeysService,
    private readonly log: DeliveryLog,
    private readonly writes: AuditedWrites,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'listEndpoints', summary: 'Downstream endpoints, and how they fare' })
  @ApiResponse({ status: 200, standardSchema: z.object({ items: z.array(endpointView) }).meta({ id: 'EndpointList' }) })
  async list(@Reads() language: Language) {
    const all = await this.endpoints.list();
    const health = await this.endpoints.health(all.map((e) => e.id));
    return { items: all.map((e) => showEndpoint(e, health.get(e.id), language)) };
  }

  @Post()
  @ApiOperation({ operationId: 'createEndpoint', summary: 'Register an endpoint; its secret is shown this once' })
  @ApiResponse({ status: 201, standardSchema: createdView })
  create(
    @Body({ schema: createBody }) body: z.output<typeof createBody>,
    @By() actor: Actor,
    @Reads() language: Language,
  ) {
    const { settings, secrets } = splitSecrets(body);
    const { signing, ...rest } = settings as Omit<typeof body, keyof typeof secrets>;
    mayReveal(actor, rest.reveal);
    return this.writes.run(actor, 'endpoint.create', async (tx) => {
      const { endpoint, key } = await this.endpoints.create(tx, rest as never, secrets, signing, actor.login);
      const shown = showEndpoint(endpoint, undefined, language);
      return {
        object: `endpoint/${shown.id}`,
        detail: audited(rest, secrets),
        result: { ...shown, secret: key.secret, publicKey: key.publicKey },
      };
    });
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getEndpoint', summary: 'One endpoint' })
  @ApiResponse({ status: 200, standardSchema: endpointView })
  async get(@Param('id', { schema: endpointId }) id: string, @Reads() language: Language) {
    return this.show(await this.endpoints.get(id), language);
  }

  @Patch(':id')
  @ApiOperation({
    operationId: 'updateEndpoint',
    summary: 'Change, disable or enable an endpoint; what waits for it is kept',
  })
  @ApiResponse({ status: 200, standardSchema: endpointView })
  async update(
    @Param('id', { schema: endpointId }) id: string,
    @Body({ schema: updateBody }) body: z.output<typeof updateBody>,
    @By() actor: Actor,
    @Reads() language: Language,
  ) {
    const { settings, secrets } = splitSecrets(body);
    const { version, ...change } = settings as Omit<typeof body, keyof typeof secrets>;
    mayReveal(actor, change.reveal);
    const endpoint = await this.writes.run(actor, 'endpoint.update', async (tx) => {
      const changed = await this.endpoints.update(tx, id, version, change as never, secrets, actor.login);
      // Where they go, and whose they are, decides as much as which they are. To stop it is everybody's.
      const { state: _, ...rest } = audited(change, secrets);
      if (Object.values(rest).some((v) => v !== undefined)) mayReveal(actor, changed.reveal);
      const detail = { ...audited(change, secrets), version: changed.version };
      return { object: `endpoint/${publicId('ep', id)}`, detail, result: changed };
    });
    return this.show(endpoint, language);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ operationId: 'deleteEndpoint', summary: 'Remove an endpoint and its delivery log' })
  @ApiResponse({ status: 204 })
  remove(@Param('id', { schema: endpointId }) id: string, @By() actor: Actor) {
    return this.writes.run(actor, 'endpoint.delete', async (tx) => {
      await this.endpoints.remove(tx, id);
      return { object: `endpoint/${publicId('ep', id)}`, result: undefined };
    });
  }

  @Get(':id/keys')
  @ApiOperation({ operationId: 'listEndpointKeys', summary: 'Signing keys; the secrets are never shown again' })
  @ApiResponse({ status: 200, standardSchema: z.object({ items: z.array(keyView) }).meta({ id: 'EndpointKeyList' }) })
  async listKeys(@Param('id', { schema: endpointId }) id: string) {
    return { items: (await this.keys.list(id)).map(showKey) };
  }

  @Post(':id/keys')
  @ApiOperation({
    operationId: 'rotateEndpointKey',
    summary: 'A new key; older ones of its kind sign beside it until the overlap ends',
  })
  @ApiResponse({ status: 201, standardSchema: newKeyView })
  rotate(
    @Param('id', { schema: endpointId }) id: string,
    @Body({ schema: rotateBody }) { kind, overlapHours }: z.output<typeof rotateBody>,
    @By() actor: Actor,
  ) {
    return this.writes.run(actor, 'endpoint.rotate_key', async (tx) => {
      const key = await this.keys.rotate(tx, id, kind, overlapHours, actor.login);
      const shown = { ...key, id: publicId('key', key.id) };
      return { object: `endpoint/${publicId('ep', id)}`, detail: { kind, overlapHours, key: shown.id }, result: shown };
    });
  }

  @Delete(':id/keys/:key')
  @HttpCode(204)
  @ApiOperation({ operationId: 'deleteEndpointKey', summary: 'End a key at once' })
  @ApiResponse({ status: 204 })
  removeKey(
    @Param('id', { schema: endpointId }) id: string,
    @Param('key', { schema: keyId }) key: string,
    @By() actor: Actor,
  ) {
    return this.writes.run(actor, 'endpoint.delete_key', async (tx) => {
      await this.keys.remove(tx, id, key);
      return { object: `endpoint/${publicId('ep', id)}`, detail: { key: publicId('key', key) }, result: undefined };
    });
  }

  @Post(':id/test')
  @HttpCode(202)
  @ApiOperation({ operationId: 'testEndpoint', summary: 'Send a test, or a sample of a type marked as a test' })
  @ApiResponse({ status: 202, standardSchema: z.object({ delivery: z.string() }).meta({ id: 'EndpointTest' }) })
  test(
    @Param('id', { schema: endpointId }) id: string,
    @Body({ schema: testBody }) { type }: z.output<typeof testBody>,
    @By() actor: Actor,
  ) {
    return this.writes.run(actor, 'endpoint.test', async (tx) => {
      const delivery = publicId('msg', await this.log.sendTest(tx, id, type));
      return { object: `endpoint/${publicId('ep', id)}`, detail: { type, delivery }, result: { delivery } };
    });
  }

  @Get(':id/events')
  @ApiOperation({
    operationId: 'pullEvents',
    summary: 'The events an endpoint would get, to be fetched by cursor: every one once, none missed',
  })
  @ApiResponse({ status: 200, standardSchema: feedView })
  async events(
    @Param('id', { schema: endpointId }) id: string,
    @Query({ schema: feedQuery }) q: z.output<typeof feedQuery>,
  ) {
    const { events, cursor } = await this.log.pull(id, q.cursor, q.limit);
    return { items: events, nextCursor: cursor };
  }

  @Post('transform-preview')
  @HttpCode(200)
  @Needs('read')
  @ApiOperation({
    operationId: 'previewTransform',
    summary: 'What a transformation makes of a message; nothing is sent',
  })
  @ApiResponse({ status: 200, standardSchema: previewView })
  preview(
    @Body({ schema: previewBody }) { transform, type, message }: z.output<typeof previewBody>,
    @Reads() language: Language,
  ) {
    if (!isEventType(type)) throw eventTypeUnknown(type, '/type');
    const run = checkTransform(transform);
    const input = message ?? sampleMessage(type);
    try {
      return { input, output: run(input), fault: null };
    } catch (e) {
      if (e instanceof TransformFault) return { input, output: null, fault: e.words[language] };
      throw e;
    }
  }

  private async show(e: Endpoint, language: Language) {
    return showEndpoint(e, (await this.endpoints.health([e.id])).get(e.id), language);
  }
}

/** Unmasked personal data leaves the house: not every operator may decide that, nor what becomes of it. */
function mayReveal(actor: Actor, reveal: readonly string[] | undefined): void {
  if (reveal !== undefined && reveal.length > 0 && !actor.scopes.includes('admin'))
    throw accessErrors.SCOPE_MISSING({ scope: 'admin', who: actor.login });
}

/** Settings as they are, secrets by name only. */
function audited(settings: object, secrets: Record<string, unknown>): Record<string, unknown> {
  const touched = Object.entries(secrets).filter(([, v]) => v !== undefined);
  return {
    ...settings,
    ...(touched.length > 0 ? { secrets: touched.map(([name, v]) => (v === null ? `-${name}` : name)) } : {}),
  };
}
