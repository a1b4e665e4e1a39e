import { Body, Controller, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { InjectQueue } from '@nestjs/bullmq';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Queue } from 'bullmq';
import { type Actor, AuditedWrites } from '#access';
import { QUEUES } from '#canonical';
import { Recomputes } from '#clients';
import { settingsSchema } from '#connector-kit';
import { InboxService, type MappingSource, MappingsService } from '#ingest';
import { type CheckResult } from '#connector-kit';
import { type Logger, LOGGER } from '#platform';
import {
  ConnectorCatalogue,
  Gateway,
  OpenSystems,
  System,
  SystemsService,
  type SystemView,
  validateSettings,
} from '#systems';
import { Inject } from '@nestjs/common';
import { z } from 'zod';
import { shippedMappings } from '../shipped-mappings.js';
import { By } from './auth.guard.js';
import { codeOf, count, fieldName, iso, timestamp } from './schemas.js';

const code = codeOf(40);
const settings = z.record(z.string(), z.unknown());
const priority = z.int().min(1).max(99).meta({ description: 'The system with the smallest number is believed first' });
const verified = z
  .array(fieldName)
  .max(100)
  .meta({ description: 'Fields that the system has verified: believed before those that are only stated' });
const localised = z.object({ en: z.string(), zh: z.string() });

const connectorView = z
  .object({
    name: z.string(),
    kind: z.enum(['trading', 'call', 'email', 'web']),
    title: localised,
    summary: localised,
    settings: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema of the settings' }),
    actions: z.array(
      z.object({
        name: z.string(),
        idempotency: z.enum(['native', 'probe', 'none']),
        outcome: z.enum(['sync', 'source', 'poll']),
      }),
    ),
  })
  .meta({ id: 'Connector' });

const registerBody = z
  .strictObject({
    code,
    name: z.string().min(1).max(100),
    connector: z.string(),
    settings,
    priority: priority.optional(),
    verified: verified.optional(),
    agent: code.optional(),
    owner: z.string().max(100).optional(),
    mappings: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: 'Mappings by stream; those the connector ships are taken otherwise' }),
  })
  .meta({ id: 'RegisterSystem' });

const streamView = z
  .object({
    name: z.string(),
    phase: z.enum(['backfill', 'live']),
    rowsDone: count,
    rowsExpected: count.nullable(),
    ratePerSecond: z.number().nullable(),
    etaSeconds: z.number().nullable(),
    caughtUpAt: timestamp.nullable(),
    lastGoodAt: timestamp.nullable(),
    lastRecordAt: timestamp.nullable(),
    drift: z.unknown(),
    error: z
      .object({
        class: z.enum(['config', 'data', 'transient']),
        message: z.string(),
        nextStep: z.string().optional(),
        at: z.string(),
      })
      .nullable(),
  })
  .meta({ id: 'Stream' });

const systemView = z
  .object({
    code,
    name: z.string(),
    connector: z.string(),
    settings,
    secrets: z.array(z.object({ field: z.string(), updatedBy: z.string(), updatedAt: timestamp })),
    priority: z.int(),
    verified: z.array(z.string()),
    agent: z.string().nullable(),
    owner: z.string(),
    state: z.enum(['active', 'paused']),
    version: z.int(),
    createdAt: timestamp,
    updatedAt: timestamp,
    streams: z.array(streamView),
  })
  .meta({ id: 'System' });

const checkView = z
  .object({
    ok: z.boolean(),
    results: z.array(
      z.object({
        capability: z.string(),
        status: z.enum(['ok', 'misconfigured', 'unreachable', 'denied']),
        detail: z.string(),
        nextStep: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'SystemCheck' });

const reconciliationView = z
  .object({
    streams: z.array(z.object({ stream: z.string(), records: count, keys: count, openInQuarantine: count })),
    totals: z.object({
      read: count,
      applied: count,
      unchanged: count,
      skipped: count,
      quarantined: count,
      waiting: count,
    }),
  })
  .meta({ id: 'Reconciliation' });

const mappingView = z
  .object({
    stream: z.string(),
    version: z.int(),
    state: z.enum(['draft', 'active', 'retired']),
    spec: z.unknown(),
    createdBy: z.string(),
    createdAt: timestamp,
  })
  .meta({ id: 'Mapping' });

const updateBody = z
  .strictObject({
    version: z.int(),
    name: z.string().min(1).max(100).optional(),
    settings: settings.optional(),
    state: z.enum(['active', 'paused']).optional(),
    owner: z.string().max(100).optional(),
    priority: priority.optional(),
    verified: verified.optional(),
  })
  .meta({ id: 'UpdateSystem' });

const CHECK_DEADLINE_MS = 15_000;

@ApiTags('systems')
@Controller()
export class SystemsController {
  constructor(
    private readonly systems: SystemsService,
    private readonly open: OpenSystems,
    private readonly gateway: Gateway,
    private readonly catalogue: ConnectorCatalogue,
    private readonly inbox: InboxService,
    private readonly mappings: MappingsService,
    private readonly writes: AuditedWrites,
    private readonly recomputes: Recomputes,
    @InjectQueue(QUEUES.survivorship) private readonly queue: Queue,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  @Get('connectors')
  @ApiOperation({ operationId: 'listConnectors', summary: 'The kinds of system that can be registered' })
  @ApiResponse({
    status: 200,
    standardSchema: z.object({ items: z.array(connectorView) }).meta({ id: 'ConnectorList' }),
  })
  connectors() {
    return {
      items: this.catalogue.all().map((c) => ({
        name: c.name,
        kind: c.kind,
        title: c.title,
        summary: c.summary,
        settings: settingsSchema(c),
        actions: Object.entries(c.actions ?? {}).map(([name, a]) => ({
          name,
          idempotency: a.idempotency,
          outcome: a.outcome,
        })),
      })),
    };
  }

  @Get('systems')
  @ApiOperation({ operationId: 'listSystems', summary: 'Registered systems with their streams' })
  @ApiResponse({ status: 200, standardSchema: z.object({ items: z.array(systemView) }).meta({ id: 'SystemList' }) })
  async list() {
    return { items: await Promise.all((await this.systems.list()).map((s) => this.view(s))) };
  }

  @Post('systems')
  @ApiOperation({ operationId: 'registerSystem', summary: 'Register a system; reading begins at once' })
  @ApiResponse({ status: 201, standardSchema: systemView })
  async register(@Body({ schema: registerBody }) body: z.output<typeof registerBody>, @By() actor: Actor) {
    const given = (body.mappings ?? {}) as Record<string, MappingSource>;
    const shipped = await shippedMappings(body.connector);
    const system = await this.writes.run(actor, 'system.register', async (tx) => {
      const created = await this.systems.register(tx, body, actor.login);
      for (const [stream, source] of Object.entries({ ...shipped, ...given }))
        await this.mappings.activate(tx, created.id, stream, source, actor.login);
      return {
        object: `system/${created.code}`,
        detail: {
          connector: created.connector,
          settings: created.settings,
          priority: created.priority,
          verified: created.verified,
        },
        result: created,
      };
    });
    return this.view(system);
  }

  @Post('systems/check')
  @HttpCode(200)
  @ApiOperation({ operationId: 'checkSettings', summary: 'Try settings without registering them' })
  @ApiResponse({ status: 200, standardSchema: checkView })
  async checkSettings(@Body({ schema: registerBody }) body: z.output<typeof registerBody>) {
    const connector = this.systems.connectorOf(body.connector);
    const instance = await this.open.openOnce(connector, body.code, validateSettings(connector, body.settings));
    try {
      return checked(await instance.check(AbortSignal.timeout(CHECK_DEADLINE_MS)));
    } finally {
      await instance.close().catch((e: unknown) => this.log.warn({ err: e }, 'a checked connector did not close'));
    }
  }

  @Get('systems/:code')
  @ApiOperation({ operationId: 'getSystem', summary: 'One system' })
  @ApiResponse({ status: 200, standardSchema: systemView })
  async get(@Param('code') systemCode: string) {
    return this.view(await this.systems.get(systemCode));
  }

  @Patch('systems/:code')
  @ApiOperation({
    operationId: 'updateSystem',
    summary: 'Change settings or what is believed of it, pause or resume; secrets that are not given keep their value',
  })
  @ApiResponse({ status: 200, standardSchema: systemView })
  async update(
    @Param('code') systemCode: string,
    @Body({ schema: updateBody }) { version, ...change }: z.output<typeof updateBody>,
    @By() actor: Actor,
  ) {
    const system = await this.writes.run(actor, 'system.update', async (tx) => {
      const updated = await this.systems.update(tx, systemCode, version, change, actor.login);
      if (change.priority !== undefined || change.verified !== undefined) {
        await this.recomputes.ask(tx, 'system', actor.login);
        tx.afterCommit(() => void this.queue.add('recompute', {}).catch(() => {}));
      }
      return {
        object: `system/${systemCode}`,
        detail: {
          fields: Object.keys(change),
          state: updated.state,
          priority: updated.priority,
          verified: updated.verified,
        },
        result: updated,
      };
    });
    return this.view(system);
  }

  @Post('systems/:code/check')
  @HttpCode(200)
  @ApiOperation({ operationId: 'checkSystem', summary: 'Is the system reachable, are we let in, is it set up right?' })
  @ApiResponse({ status: 200, standardSchema: checkView })
  async check(@Param('code') systemCode: string) {
    return checked(await this.gateway.check(systemCode));
  }

  @Get('systems/:code/discover')
  @ApiOperation({ operationId: 'discoverStreams', summary: 'The streams and fields that the system offers' })
  @ApiResponse({ status: 200, standardSchema: z.object({ items: z.array(z.unknown()) }) })
  async discover(@Param('code') systemCode: string) {
    return { items: await this.gateway.discover(systemCode) };
  }

  @Get('systems/:code/reconciliation')
  @ApiOperation({
    operationId: 'reconcileSystem',
    summary: 'Count what is held of a system, row by row, to compare it with the source',
  })
  @ApiResponse({ status: 200, standardSchema: reconciliationView })
  reconcile(@Param('code') systemCode: string) {
    return this.inbox.reconcile(systemCode);
  }

  @Get('systems/:code/mappings')
  @ApiOperation({ operationId: 'listMappings', summary: 'All versions of the mappings of a system' })
  @ApiResponse({ status: 200, standardSchema: z.object({ items: z.array(mappingView) }).meta({ id: 'MappingList' }) })
  async listMappings(@Param('code') systemCode: string, @Query('stream') stream?: string) {
    const { id } = await this.systems.get(systemCode);
    const rows = await this.mappings.list(id);
    return {
      items: rows
        .filter((m) => stream === undefined || m.stream === stream)
        .map((m) => ({
          stream: m.stream,
          version: m.version,
          state: m.state,
          spec: m.spec,
          createdBy: m.created_by,
          createdAt: iso(m.created_at),
        })),
    };
  }

  @Put('systems/:code/mappings/:stream')
  @ApiOperation({
    operationId: 'activateMapping',
    summary: 'Store a new version of a mapping and make it the active one',
  })
  @ApiResponse({ status: 200, standardSchema: z.object({ stream: z.string(), version: z.int() }) })
  async activate(
    @Param('code') systemCode: string,
    @Param('stream') stream: string,
    @Body({ schema: settings }) source: Record<string, unknown>,
    @By() actor: Actor,
  ) {
    const { id } = await this.systems.get(systemCode);
    return this.writes.run(actor, 'mapping.activate', async (tx) => {
      const version = await this.mappings.activate(tx, id, stream, source as unknown as MappingSource, actor.login);
      return { object: `system/${systemCode}/mapping/${stream}`, detail: { version }, result: { stream, version } };
    });
  }

  private async view(system: System) {
    const view: SystemView = await this.systems.view(system);
    const streams = await this.systems.streams(system.id);
    return {
      code: view.code,
      name: view.name,
      connector: view.connector,
      settings: view.settings,
      secrets: view.secrets.map((s) => ({ ...s, updatedAt: iso(s.updatedAt) })),
      priority: view.priority,
      verified: view.verified,
      agent: view.agent,
      owner: view.owner,
      state: view.state,
      version: view.version,
      createdAt: iso(view.createdAt),
      updatedAt: iso(view.updatedAt),
      streams: streams.map((s) => {
        const end = s.caughtUpAt ?? new Date();
        const seconds = s.startedAt ? (end.getTime() - s.startedAt.getTime()) / 1000 : 0;
        const rate = seconds > 0 ? s.rowsDone / seconds : null;
        const left = s.rowsExpected === null ? null : Math.max(0, s.rowsExpected - s.rowsDone);
        return {
          name: s.name,
          phase: s.phase,
          rowsDone: s.rowsDone,
          rowsExpected: s.rowsExpected,
          ratePerSecond: rate,
          etaSeconds: s.phase === 'live' || rate === null || rate === 0 || left === null ? null : left / rate,
          caughtUpAt: iso(s.caughtUpAt),
          lastGoodAt: iso(s.lastGoodAt),
          lastRecordAt: iso(s.lastRecordAt),
          drift: s.drift,
          error: s.error,
        };
      }),
    };
  }
}

function checked(results: readonly CheckResult[]) {
  return { ok: results.every((r) => r.status === 'ok'), results };
}
