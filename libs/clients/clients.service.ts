import { Injectable } from '@nestjs/common';
import { IDENTITY_KEYS } from '#canonical';
import { Database, platformErrors } from '#platform';
import { Client } from './client.entity.js';

export interface TimelineFact {
  readonly id: number;
  readonly kind: string;
  readonly occurredAt: Date;
  readonly system: string;
  readonly amount: string | null;
  readonly data: Record<string, string>;
}

/**
 * One index each: "or" would walk the table. It is asked as an array: of a subquery the planner believes that it finds
 * one client in a hundred, and then walks all clients in the order of their ids.
 */
const FOUND_BY = `
  select id from client where merged_into is null and name = :search
  union all select id from client where merged_into is null and phones @> array[:phone]
  union all select id from client where merged_into is null and emails @> array[lower(:search)]
  union all select client_id from source_identity where type = any(:types) and key in (:search, :phone)`;

/** Reads what is known of a client. Masking is the caller's: this returns values as stored, documents sealed. */
@Injectable()
export class ClientsService {
  constructor(private readonly db: Database) {}

  /** The client that an id means now: a merged id leads to the client it became. */
  async get(id: string): Promise<Client> {
    const client = await this.db.manager.findOneBy(Client, { id });
    if (!client) throw platformErrors.NOT_FOUND({ what: 'client', id });
    return client.mergedInto === null ? client : this.get(client.mergedInto);
  }

  /** The names of some clients, as stored. */
  async names(ids: readonly string[]): Promise<Map<string, string | null>> {
    const rows = await this.db.query<{ id: string; name: string | null }>(
      'select id, name from client where id = any($1::uuid[])',
      [[...new Set(ids)]],
    );
    return new Map(rows.map((r) => [r.id, r.name]));
  }

  /** One page in id order after `after`; `search` is a name or any key, whole; `phone` is the number it may be. */
  async list(
    f: {
      search?: string | undefined;
      phone?: string | undefined;
      status?: string | undefined;
      branch?: string | undefined;
      manager?: string | undefined;
      segmentId?: string | undefined;
    },
    limit: number,
    after?: string,
  ): Promise<Client[]> {
    const query = this.db.manager
      .createQueryBuilder(Client, 'c')
      .where('c.merged_into is null')
      .orderBy('c.id')
      .take(limit);
    if (after !== undefined) query.andWhere('c.id > :after', { after });
    if (f.status !== undefined) query.andWhere('c.status = :status', { status: f.status });
    if (f.branch !== undefined) query.andWhere('c.branch = :branch', { branch: f.branch });
    if (f.manager !== undefined) query.andWhere('c.manager = :manager', { manager: f.manager });
    if (f.segmentId !== undefined)
      query.andWhere('exists (select from segment_member m where m.client_id = c.id and m.segment_id = :segmentId)', f);
    if (f.search !== undefined)
      query.andWhere(`c.id = any(array(${FOUND_BY}))`, {
        search: f.search,
        phone: f.phone ?? f.search,
        types: Object.keys(IDENTITY_KEYS),
      });
    return query.getMany();
  }

  /** By which keys each source knows the client. */
  identities(clientId: string) {
    return this.db.query<{
      id: number;
      type: string;
      key: string;
      firstSeen: Date;
      sources: { system: string; stream: string; key: string; version: string; record: number; mapping: number }[];
    }>(
      `select i.id, i.type, i.key, i.first_seen as "firstSeen",
         coalesce(jsonb_agg(jsonb_build_object('system', s.code, 'stream', r.stream, 'key', r.key, 'version', r.version,
           'record', r.record_id, 'mapping', r.mapping_version) order by s.code, r.stream, r.key) filter (where r.key is not null), '[]') as sources
       from source_identity i
         left join source_record r on r.identity_id = i.id and not r.deleted
         left join system s on s.id = r.system_id
       where i.client_id = $1 group by i.id order by i.type, i.key`,
      [clientId],
    );
  }

  accounts(clientId: string) {
    return this.db.query<{
      kind: string;
      no: string;
      branch: string | null;
      status: string | null;
      currency: string | null;
      opened: string | null;
      closed: string | null;
      commissionRate: string | null;
    }>(
      `select a.kind, a.no, a.branch, a.status, a.currency, a.opened, a.closed, trim_scale(a.commission_rate)::text as "commissionRate"
       from account a join source_identity i on i.id = a.identity_id where i.client_id = $1 order by a.kind, a.no`,
      [clientId],
    );
  }

  /** The newest word on each channel and purpose; at the same instant a refusal counts. */
  consents(clientId: string) {
    return this.db.query<{ channel: string; purpose: string; state: string; occurredAt: Date }>(
      `select distinct on (k.channel, k.purpose) k.channel, k.purpose, k.state, k.occurred_at as "occurredAt"
       from consent k join source_identity i on i.id = k.identity_id where i.client_id = $1
       order by k.channel, k.purpose, k.occurred_at desc, (k.state = 'denied') desc`,
      [clientId],
    );
  }

  /** The latest asset snapshots, newest day first, summed over accounts. */
  assets(clientId: string, days: number) {
    return this.db.query<{
      day: string;
      total: string | null;
      cash: string | null;
      securities: string | null;
      net: string | null;
    }>(
      `select a.day, trim_scale(sum(a.total))::text as total, trim_scale(sum(a.cash))::text as cash,
         trim_scale(sum(a.securities))::text as securities, trim_scale(sum(a.net))::text as net
       from asset_day a join source_identity i on i.id = a.identity_id where i.client_id = $1 group by a.day order by a.day desc limit ${days}`,
      [clientId],
    );
  }

  /** What happened, newest first, before the cursor (time and fact id). */
  timeline(clientId: string, limit: number, before?: { at: Date; id: number }): Promise<TimelineFact[]> {
    return this.db.query<TimelineFact>(
      `select f.id, f.kind, f.occurred_at as "occurredAt", s.code as system, trim_scale(f.amount)::text as amount, f.data
       from source_identity i join fact f on f.identity_id = i.id join system s on s.id = f.system_id
       where i.client_id = $1 and ($2::timestamptz is null or (f.occurred_at, f.id) < ($2, $3))
       order by f.occurred_at desc, f.id desc limit ${limit}`,
      [clientId, before?.at ?? null, before?.id ?? null],
    );
  }
}
