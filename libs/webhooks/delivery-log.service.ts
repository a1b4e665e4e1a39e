import { Injectable } from '@nestjs/common';
import { DRAINS, isEventType } from '#canonical';
import { Database, platformErrors, publicId, type Tx, uuidv7, Wakes } from '#platform';
import { EndpointsService } from './endpoints.service.js';
import { renderMessage, type StoredEvent, testData } from './message.js';
import { DELIVER_TO_ONE, PULL, REPLAY_MISSING } from './replay.sql.js';
import { eventTypeUnknown, webhookErrors } from './webhooks.errors.js';

export const DELIVERY_STATES = ['ready', 'claimed', 'parked', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export interface DeliveryView {
  readonly id: string;
  readonly endpointId: string;
  readonly state: DeliveryState;
  readonly type: string;
  readonly eventId: string;
  readonly subject: string;
  readonly attempts: number;
  readonly createdAt: Date;
  /** When it was delivered or given up. */
  readonly endedAt: Date | null;
  /** When it is tried next; null when nothing more is to come. */
  readonly nextAt: Date | null;
  readonly lastError: string;
}

export interface AttemptView {
  readonly n: number;
  readonly at: Date;
  readonly ms: number;
  readonly status: number | null;
  readonly errorClass: string;
  readonly error: string;
  readonly body: string;
  readonly ip: string | null;
  readonly headers: Record<string, string>;
  readonly answerHeaders: Record<string, string>;
}

export interface DeliveryFilter {
  /** `undelivered`: everything that has not arrived, also what was given up. */
  readonly state?: DeliveryState | 'undelivered' | undefined;
  readonly type?: string | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

const EITHER = `
  select d.id, d.endpoint_id, d.event_seq, d.event_day, d.state, d.attempts, d.created_at, null::timestamptz as ended_at,
    case when d.state = 'parked' then null else d.next_at end as next_at, d.last_error from delivery d
  union all
  select d.id, d.endpoint_id, d.event_seq, d.event_day, d.state, d.attempts, d.created_at, d.ended_at, null, d.last_error
  from delivery_done d`;
const COLUMNS = `d.id, d.endpoint_id as "endpointId", d.state, e.type, e.id as "eventId", e.subject, d.attempts,
  d.created_at as "createdAt", d.ended_at as "endedAt", d.next_at as "nextAt", d.last_error as "lastError"`;

/** At most this many in one call; the caller goes on from where it says. */
const AT_ONCE = 10_000;
const REPLAY_LANE = 7_402_401;

const BACK_COLUMNS = 'id, endpoint_id, event_seq, event_day, order_key, fence, attempts, created_at, last_error';

/** The schedule begins anew; the fence goes on growing. */
const RESET_COLUMNS = BACK_COLUMNS.replace('attempts', '0');

/** What was delivered to whom: to look at, to send again, to make up for, and to fetch. */
@Injectable()
export class DeliveryLog {
  constructor(
    private readonly db: Database,
    private readonly endpoints: EndpointsService,
    private readonly wakes: Wakes,
  ) {}

  /** One page, newest event first, before the delivery `before`. */
  async list(endpointId: string, f: DeliveryFilter, limit: number, before?: string): Promise<DeliveryView[]> {
    await this.endpoints.get(endpointId);
    return this.db.query(
      `select ${COLUMNS} from (${EITHER}) d join event e on e.seq = d.event_seq and e.day = d.event_day
       where d.endpoint_id = $1
         and ($2::text is null or d.state = $2 or ($2 = 'undelivered' and d.state <> 'delivered'))
         and ($3::uuid is null or d.id < $3) and ($4::text is null or e.type = $4)
         and ($5::timestamptz is null or d.created_at >= $5) and ($6::timestamptz is null or d.created_at < $6)
       order by d.id desc limit ${limit}`,
      [endpointId, f.state ?? null, before ?? null, f.type ?? null, f.since ?? null, f.until ?? null],
    );
  }

  /** One delivery, with the event it carries as a thin body shows it. */
  async get(id: string): Promise<DeliveryView & { readonly event: unknown }> {
    const [row] = await this.db.query<DeliveryView & StoredEvent>(
      `select ${COLUMNS}, e.at, e.client_id as "clientId", e.data::text as data
       from (${EITHER}) d join event e on e.seq = d.event_seq and e.day = d.event_day where d.id = $1`,
      [id],
    );
    if (!row) throw platformErrors.NOT_FOUND({ what: 'delivery', id: publicId('msg', id) });
    return { ...row, event: JSON.parse(renderMessage(row)) as unknown };
  }

  async attempts(deliveryId: string): Promise<AttemptView[]> {
    const found = await this.db.query<AttemptView>(
      `select n, at, ms, status, error_class as "errorClass", error, body, ip, headers,
         answer_headers as "answerHeaders"
       from delivery_attempt where delivery_id = $1 order by fence`,
      [deliveryId],
    );
    // None yet is another thing than none ever.
    if (found.length === 0) await this.get(deliveryId);
    return found;
  }

  /** Sends one delivery again now, whatever became of it; the webhook-id stays the same. */
  async resend(tx: Tx, id: string): Promise<void> {
    const waiting = await tx.query(
      `update delivery set state = 'ready', next_at = now(), fence = fence + 1 where id = $1 and state <> 'claimed' returning id`,
      [id],
    );
    if (waiting.length === 0) {
      const back = await tx.query(
        `with back as (delete from delivery_done where id = $1 returning ${BACK_COLUMNS})
         insert into delivery (${BACK_COLUMNS}) select ${RESET_COLUMNS} from back returning id`,
        [id],
      );
      if (back.length === 0) {
        await this.get(id);
        throw webhookErrors.DELIVERY_BEING_SENT({ id: publicId('msg', id) });
      }
    }
    tx.afterCommit(() => this.wakes.wake(DRAINS.deliver));
  }

  /** Gives a parked or waiting delivery up, so that those behind it go on. */
  async skip(tx: Tx, id: string): Promise<void> {
    const ended = await tx.query(
      `with ended as (delete from delivery where id = $1 and state in ('ready', 'parked') returning ${BACK_COLUMNS})
       insert into delivery_done (${BACK_COLUMNS}, state) select ${BACK_COLUMNS}, 'failed' from ended returning id`,
      [id],
    );
    if (ended.length === 0) {
      const { state } = await this.get(id);
      throw webhookErrors.DELIVERY_NOT_WAITING({ id: publicId('msg', id), state });
    }
    tx.afterCommit(() => this.wakes.wake(DRAINS.deliver));
  }

  /**
   * Brings back what was given up since a time, and what is parked: it is sent again with the same webhook-ids.
   * @returns how many, and whether there are more: then call again.
   */
  async recover(
    tx: Tx,
    endpointId: string,
    since: Date,
    until: Date,
    dryRun: boolean,
  ): Promise<{ found: number; more: boolean }> {
    await this.pushable(endpointId);
    const place = `endpoint_id = $1 and created_at >= $2 and created_at < $3`;
    if (dryRun) {
      const [row] = await tx.query<{ n: number }>(
        `select ((select count(*) from delivery_done where ${place} and state = 'failed')
           + (select count(*) from delivery where ${place} and state = 'parked'))::int as n`,
        [endpointId, since, until],
      );
      return { found: row!.n, more: false };
    }
    const [row] = await tx.query<{ n: number }>(
      `with back as (
         delete from delivery_done where (id, event_day) in (
           select id, event_day from delivery_done where ${place} and state = 'failed' order by id limit ${AT_ONCE})
         returning ${BACK_COLUMNS}
       ), again as (
         insert into delivery (${BACK_COLUMNS}) select ${RESET_COLUMNS} from back
         returning id
       ), parked as (
         update delivery set state = 'ready', next_at = now(), attempts = 0 where ${place} and state = 'parked' returning id
       )
       select ((select count(*) from again) + (select count(*) from parked))::int as n`,
      [endpointId, since, until],
    );
    tx.afterCommit(() => this.wakes.wake(DRAINS.deliver));
    return { found: row!.n, more: row!.n >= AT_ONCE };
  }

  /**
   * Makes deliveries of events that the endpoint wants and never had one of: from before it was registered, or from
   * before its filters were changed. Twice is harmless: the second finds nothing.
   * @returns how many, and from when to go on when there are more.
   */
  async replayMissing(
    tx: Tx,
    endpointId: string,
    since: Date,
    until: Date,
    dryRun: boolean,
  ): Promise<{ found: number; continueFrom: Date | null }> {
    await this.pushable(endpointId);
    // One at a time: a second could miss what the first has made and the engine has already moved on.
    await tx.query('select pg_advisory_xact_lock($1)', [REPLAY_LANE]);
    const [row] = await tx.query<{ found: number; made: number; upTo: Date | null }>(REPLAY_MISSING, [
      endpointId,
      since,
      until,
      AT_ONCE,
      !dryRun,
    ]);
    tx.afterCommit(() => this.wakes.wake(DRAINS.deliver));
    return { found: dryRun ? row!.found : row!.made, continueFrom: row!.found >= AT_ONCE ? row!.upTo : null };
  }

  /**
   * Sends a test to one endpoint, whatever its filters; with a type, a sample of that type marked `test`.
   * @returns the delivery's id.
   */
  async sendTest(tx: Tx, endpointId: string, type: string | undefined): Promise<string> {
    if (type !== undefined && !isEventType(type)) throw eventTypeUnknown(type, '/type');
    await this.pushable(endpointId);
    const eventId = uuidv7();
    const [event] = await tx.query<{ seq: number }>(
      `insert into event (id, type, subject, origin, data) values ($1, 'endpoint.test', $2, 'test', $3) returning seq`,
      [eventId, `endpoint/${publicId('ep', endpointId)}`, JSON.stringify(testData(type))],
    );
    const [delivery] = await tx.query<{ id: string }>(DELIVER_TO_ONE, [eventId, event!.seq, endpointId]);
    tx.afterCommit(() => this.wakes.wake(DRAINS.deliver));
    return delivery!.id;
  }

  /**
   * Events for one who fetches them, in the order they were committed, after a cursor; none twice, none missed.
   * @param cursor absent: from the oldest that is kept; `latest`: from now on.
   */
  async pull(
    endpointId: string,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ events: unknown[]; cursor: string }> {
    await this.endpoints.get(endpointId);
    const place = await this.placeOf(cursor);
    const rows = await this.db.query<StoredEvent & { tx: string; seq: number }>(PULL, [endpointId, ...place, limit]);
    const last = rows.at(-1);
    return {
      events: rows.map((r) => JSON.parse(renderMessage(r)) as unknown),
      cursor: last ? `${last.tx}-${last.seq}` : place.join('-'),
    };
  }

  private async placeOf(cursor: string | undefined): Promise<[tx: string, seq: string]> {
    if (cursor === undefined || cursor === '') return ['0', '0'];
    const [row] = await this.db.query<{ now: string }>('select pg_snapshot_xmin(pg_current_snapshot())::text as now');
    if (cursor === 'latest') return [row!.now, '0'];
    const [, tx, seq] = /^(\d{1,18})-(\d{1,18})$/.exec(cursor) ?? [];
    // One that lies ahead is of another database, such as the one before a restore: events would be left out unseen.
    if (tx === undefined || seq === undefined || BigInt(tx) > BigInt(row!.now))
      throw platformErrors.CURSOR_WRONG({ cursor });
    return [tx, seq];
  }

  private async pushable(endpointId: string): Promise<void> {
    const { kind } = await this.endpoints.get(endpointId);
    if (kind === 'pull') throw webhookErrors.ENDPOINT_NOT_FOR_PUSH({ id: publicId('ep', endpointId) });
  }
}
