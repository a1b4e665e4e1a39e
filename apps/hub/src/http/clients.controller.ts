import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { mask } from '#access';
import { type Client, ClientsService, WINNING_RULES } from '#clients';
import { asPhone } from '#ingest';
import { publicId } from '#platform';
import { SegmentsService } from '#segments';
import { SystemsService } from '#systems';
import { z } from 'zod';
import { clientView, viewClient } from './client-view.js';
import { cursorQuery, idParam, iso, NOT_A_CURSOR, page, pageOf, timestamp } from './schemas.js';

const detailView = clientView
  .extend({
    lineage: z.record(
      z.string(),
      z.object({
        system: z.string().nullable(),
        stream: z.string().nullable(),
        key: z.string().nullable(),
        record: z.int().nullable(),
        mapping: z.int().nullable(),
        pin: z.string().nullable().meta({ description: 'The pin that won; then no record did' }),
        rule: z.enum(WINNING_RULES),
      }),
    ),
    identities: z.array(
      z.object({
        type: z.string(),
        key: z.string(),
        firstSeen: timestamp,
        sources: z.array(
          z.object({
            system: z.string(),
            stream: z.string(),
            key: z.string(),
            version: z.string(),
            record: z.int(),
            mapping: z.int(),
          }),
        ),
      }),
    ),
    accounts: z.array(
      z.object({
        kind: z.string(),
        no: z.string(),
        branch: z.string().nullable(),
        status: z.string().nullable(),
        currency: z.string().nullable(),
        opened: z.string().nullable(),
        closed: z.string().nullable(),
        commissionRate: z.string().nullable(),
      }),
    ),
    consents: z.array(z.object({ channel: z.string(), purpose: z.string(), state: z.string(), occurredAt: timestamp })),
    assets: z.array(
      z.object({
        day: z.string(),
        total: z.string().nullable(),
        cash: z.string().nullable(),
        securities: z.string().nullable(),
        net: z.string().nullable(),
      }),
    ),
    segments: z.array(z.object({ code: z.string(), name: z.string(), enteredAt: timestamp })),
  })
  .meta({ id: 'ClientDetail' });

const factView = z
  .object({
    id: z.string(),
    kind: z.string(),
    occurredAt: timestamp,
    system: z.string(),
    amount: z.string().nullable(),
    data: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Fact' });

const listQuery = z.strictObject({
  ...cursorQuery,
  search: z.string().trim().max(200).optional().meta({
    description: 'A name, a key such as a customer number or fund account, a phone number or an e-mail address, whole',
  }),
  status: z.string().max(40).optional(),
  branch: z.string().max(100).optional(),
  manager: z.string().max(100).optional(),
  segment: z.string().max(80).optional(),
});
const timelineQuery = z.strictObject({
  ...cursorQuery,
  cursor: z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\/\d{1,16}$/, NOT_A_CURSOR)
    .refine((c) => !Number.isNaN(Date.parse(c.split('/')[0]!)), NOT_A_CURSOR)
    .optional(),
});
const clientId = idParam('cli');
const ASSET_DAYS = 30;

@ApiTags('clients')
@Controller('clients')
export class ClientsController {
  constructor(
    private readonly clients: ClientsService,
    private readonly segments: SegmentsService,
    private readonly systems: SystemsService,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'listClients', summary: 'Clients, by name or key, branch, manager or segment' })
  @ApiResponse({ status: 200, standardSchema: pageOf(clientView, 'Client') })
  async list(@Query({ schema: listQuery }) q: z.output<typeof listQuery>) {
    const segmentId = q.segment === undefined ? undefined : (await this.segments.get(q.segment)).id;
    const rows = await this.clients.list(
      { search: q.search, phone: asPhone(q.search), status: q.status, branch: q.branch, manager: q.manager, segmentId },
      q.limit + 1,
      q.cursor,
    );
    const { items, nextCursor } = page(rows, q.limit, (c) => c.id);
    return { items: items.map(viewClient), nextCursor };
  }

  @Get(':id')
  @ApiOperation({
    operationId: 'getClient',
    summary: 'One client with everything known; a merged id leads to what it became',
  })
  @ApiResponse({ status: 200, standardSchema: detailView })
  async get(@Param('id', { schema: clientId }) id: string) {
    const client = await this.clients.get(id);
    const [identities, accounts, consents, assets, segments, systems] = await Promise.all([
      this.clients.identities(client.id),
      this.clients.accounts(client.id),
      this.clients.consents(client.id),
      this.clients.assets(client.id, ASSET_DAYS),
      this.segments.ofClient(client.id),
      this.systems.list(),
    ]);
    const codes = new Map(systems.map((s) => [s.id, s.code]));
    return {
      ...viewClient(client),
      lineage: lineageView(client.lineage, codes),
      identities: identities.map((i) => ({
        type: i.type,
        key: mask.key(i.key),
        firstSeen: iso(i.firstSeen),
        sources: i.sources.map((x) => ({ ...x, key: mask.key(x.key) })),
      })),
      accounts: accounts.map((a) => ({ ...a, no: mask.key(a.no) })),
      consents: consents.map((c) => ({ ...c, occurredAt: iso(c.occurredAt) })),
      assets,
      segments: segments.map((s) => ({ ...s, enteredAt: iso(s.enteredAt) })),
    };
  }

  @Get(':id/timeline')
  @ApiOperation({ operationId: 'clientTimeline', summary: 'What happened, newest first' })
  @ApiResponse({ status: 200, standardSchema: pageOf(factView, 'Fact') })
  async timeline(
    @Param('id', { schema: clientId }) id: string,
    @Query({ schema: timelineQuery }) { limit, cursor }: z.output<typeof timelineQuery>,
  ) {
    const client = await this.clients.get(id);
    const [at, fact] = cursor?.split('/') ?? [];
    const before = at === undefined ? undefined : { at: new Date(at), id: Number(fact) };
    const rows = await this.clients.timeline(client.id, limit + 1, before);
    const { items, nextCursor } = page(rows, limit, (f) => `${f.occurredAt.toISOString()}/${f.id}`);
    return {
      items: items.map((f) => ({ ...f, id: String(f.id), occurredAt: iso(f.occurredAt), data: masked(f.data) })),
      nextCursor,
    };
  }
}

/** A source's key is often a customer or account number, and masked like one. */
function lineageView(lineage: Client['lineage'], codes: ReadonlyMap<number, string>) {
  return Object.fromEntries(
    Object.entries(lineage).map(([field, l]) => [
      field,
      'pin' in l
        ? {
            system: null,
            stream: null,
            key: null,
            record: null,
            mapping: null,
            pin: publicId('pin', l.pin),
            rule: l.rule,
          }
        : { ...l, system: codes.get(l.system) ?? String(l.system), key: mask.key(l.key), pin: null },
    ]),
  );
}

function masked(data: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, mask.text(value)]));
}
