import type { IdentityKeyType, Origin } from '#canonical';
import { FactPartitions } from '#clients';
import { Resolver } from '#identity';
import { type Acceptable, ApplyService, InboxService, MappingsService, type MappingSource } from '#ingest';
import { CLOCK, type Clock, Database, Envelope, Metrics, type Tx } from '#platform';
import { SegmentsService } from '#segments';
import { startTestHub, type TestHub } from './hub.js';

/**
 * The middle of the hub without its drains: a test says itself when a round runs. The hub is started in the role
 * `api`, so nothing applies or evaluates behind the test's back.
 */
export interface Pipeline {
  readonly hub: TestHub;
  readonly db: Database;
  readonly segments: SegmentsService;
  /** Puts records into the inbox, each call as one batch. */
  feed(messages: readonly Acceptable[], origin?: Origin, system?: string): Promise<void>;
  /** Applies everything that waits. */
  apply(): Promise<void>;
  /** The same by several workers at once; each waits its turn where another is at work. */
  applyTogether(workers: number): Promise<void>;
  /** Evaluates every changed client. */
  evaluate(): Promise<void>;
  /** Forgets all clients and everything received, and keeps systems, mappings and segments. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/** Streams of a small invented counter: short names, one of each kind of statement. */
export const MAPPINGS: Record<string, MappingSource> = {
  clients: {
    version: { path: 'at', as: 'instant' },
    identities: [key('customer_no', 'no'), key('id_document', 'idNo', 'id_document'), key('user_id', 'user')],
    client: {
      name: 'name',
      status: { path: 'status', codes: { '0': 'active', '1': 'dormant', '2': 'leaving', '3': 'closed' } },
      tier: 'tier',
      branch: 'branch',
      birthDate: { path: 'born', as: 'day', onFault: 'drop' },
      phones: [{ path: 'phone', as: 'phone' }],
      emails: [{ path: 'mail', as: 'email' }],
      attributes: { hobby: 'hobby' },
    },
  },
  accounts: {
    version: { path: 'at', as: 'instant' },
    identities: [key('fund_account', 'fund'), key('customer_no', 'no')],
    account: { kind: 'fund', no: 'fund', status: 'status' },
  },
  assets: {
    version: { path: 'at', as: 'instant' },
    identities: [key('fund_account', 'fund')],
    assets: { day: { path: 'day', as: 'day' }, total: { path: 'total', as: 'decimal' } },
  },
  trades: {
    identities: [key('fund_account', 'fund')],
    fact: {
      kind: 'trade',
      at: { path: 'at', as: 'instant' },
      amount: { path: 'amount', as: 'decimal', required: true },
      also: { path: 'fee', as: 'decimal' },
      data: { stock: 'stock' },
    },
  },
  consents: {
    version: { path: 'at', as: 'instant' },
    identities: [key('customer_no', 'no')],
    consents: [{ channel: 'call', state: { path: 'call', codes: { y: 'granted', n: 'denied' } } }],
  },
  logins: {
    identities: [key('user_id', 'user')],
    fact: { kind: 'web.login', at: { path: 'at', as: 'instant' }, data: {} },
  },
};

function key(type: IdentityKeyType, path: string, as: 'text' | 'id_document' = 'text') {
  return { type, from: { path, as } };
}

export async function startPipeline(o: { clock?: Clock } = {}): Promise<Pipeline> {
  const hub = await startTestHub({ env: { ISTHMUS_ROLE: 'api' } });
  const { app } = hub.hub;
  for (const code of ['counter', 'crm'])
    await hub.api('POST', '/systems', {
      code,
      name: code,
      connector: 'web-segment',
      settings: { writeKey: `key-of-${code}` },
      priority: code === 'counter' ? 10 : 20,
      mappings: MAPPINGS,
    });
  const db = app.get(Database);
  const clock = o.clock ?? app.get<Clock>(CLOCK);
  const worker = () =>
    new ApplyService(
      db,
      app.get(Envelope),
      app.get(MappingsService),
      app.get(FactPartitions, { strict: false }),
      app.get(Resolver, { strict: false }),
      app.get(Metrics),
      clock,
    );
  const apply = worker();
  const waiting = async () =>
    (await db.query<{ n: number }>('select count(*)::int as n from inbox_batch where done_at is null'))[0]!.n;
  const segments = app.get(SegmentsService, { strict: false });
  return {
    hub,
    db,
    segments,
    feed: (messages, origin = 'live', system = 'counter') =>
      app.get(InboxService).accept(system, 'test', messages, origin),
    apply: async () => {
      while ((await apply.round()) > 0);
    },
    applyTogether: async (workers) => {
      await Promise.all(
        Array.from({ length: workers }, worker).map(async (w) => {
          while ((await w.round()) > 0 || (await waiting()) > 0);
        }),
      );
    },
    evaluate: async () => {
      while ((await segments.round()) > 0);
    },
    reset: () => db.tx(forget),
    stop: () => hub.stop(),
  };
}

async function forget(tx: Tx): Promise<void> {
  await tx.query(
    `truncate client, source_identity, source_record, identity_point, identity_edge, match_profile, block_key, match_edge,
       identity_decision, identity_decision_side, blocked_value, review_item, identity_history, field_pin,
       client_recompute, account, consent, asset_day, fact, measure_day, event, event_unrouted,
       client_changed, segment_member, segment_entry, campaign_client, action, action_attempt, outcome,
       inbox_record, inbox_seen, inbox_replay, quarantine, inbox_day, inbox_batch`,
  );
}

/** A record as the counter's runner would yield it. */
export function record(stream: string, id: string, data: Record<string, unknown>, occurredAt?: string): Acceptable {
  const row = id.split('@')[0]!;
  return { type: 'record', stream, key: row, op: 'upsert', dedupeId: id, data: JSON.stringify(data), occurredAt };
}

/**
 * Everything that must not depend on the order of arrival, in a fixed order: clients with their ids and fields, who is
 * known by which key, accounts, consents, snapshots, facts, measures, members.
 */
export async function dump(db: Database): Promise<string> {
  const queries = {
    clients: `select id, kind, name, status, tier, branch, birth_date, phones, emails, attributes,
        lineage -> 'fields' as lineage, (select jsonb_agg(s - 'record') from jsonb_array_elements(lineage -> 'sources') s) as sources, id_document is not null as document
      from client where merged_into is null order by id`,
    redirects:
      'select count(*) from client c where merged_into is not null and exists (select from client d where d.id = c.merged_into and d.merged_into is not null)',
    identities: 'select type, key, client_id from source_identity order by type, key',
    accounts: `select a.kind, a.no, i.client_id, a.status, a.version from account a join source_identity i on i.id = a.identity_id order by 1, 2`,
    consents: `select i.type, i.key, k.channel, k.purpose, k.state, k.occurred_at from consent k join source_identity i on i.id = k.identity_id order by 1, 2, 3, 4`,
    assets: `select i.type, i.key, d.day, d.total, d.net from asset_day d join source_identity i on i.id = d.identity_id order by 1, 2, 3`,
    facts: `select i.type, i.key, f.kind, f.occurred_at, f.amount, f.data from fact f join source_identity i on i.id = f.identity_id order by 1, 2, 3, 4, 5, f.data::text`,
    measures: `select i.type, i.key, m.kind, m.day, m.n, m.amount from measure_day m join source_identity i on i.id = m.identity_id order by 1, 2, 3, 4`,
    members: `select s.code, m.client_id from segment_member m join segment s on s.id = m.segment_id
        join client c on c.id = m.client_id where c.merged_into is null order by 1, 2`,
    review: `select least(i.type || i.key, j.type || j.key) as a, greatest(i.type || i.key, j.type || j.key) as b, r.cause from review_item r
        join source_identity i on i.id = r.a join source_identity j on j.id = r.b`,
  };
  const out: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(queries)) out[name] = await db.query(text);
  // Which of the two has the smaller number follows from the order of arrival.
  out['review'] = (await db.query<Record<string, string>>(queries.review))
    .map((r) => JSON.stringify(Object.values(r)))
    .toSorted();
  return JSON.stringify(out, null, 1);
}
