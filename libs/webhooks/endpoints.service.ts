import { Inject, Injectable } from '@nestjs/common';
import { DRAINS, EVENT_TYPES } from '#canonical';
import {
  CLOCK,
  type Clock,
  Database,
  defineErrors,
  Egress,
  EgressRefused,
  Envelope,
  platformErrors,
  type Tx,
  uuidv7,
  Wakes,
} from '#platform';
import { Endpoint } from './endpoint.entity.js';
import { newSecret } from './sign.js';

export const webhookErrors = defineErrors({
  ENDPOINT_URL_REFUSED: {
    status: 400,
    en: 'Webhooks cannot be sent to {url}: {reason}',
    zh: '无法向 {url} 投递：{reason}',
  },
  EVENT_TYPE_UNKNOWN: {
    status: 400,
    en: 'There is no event type "{type}". List the event types, or end a prefix with *.',
    zh: '不存在事件类型 "{type}"。请查看事件类型列表，或使用以 * 结尾的前缀。',
  },
});

export interface NewEndpoint {
  readonly name: string;
  readonly url: string;
  readonly types?: readonly string[] | undefined;
  readonly concurrency?: number | undefined;
  readonly timeoutMs?: number | undefined;
}

export interface DeliveryView {
  readonly id: string;
  readonly state: string;
  readonly type: string;
  readonly eventId: string;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly deliveredAt: Date | null;
  readonly nextAt: Date;
  readonly lastError: string;
}

/** Downstream endpoints: register, change, disable, look at what was delivered, send again. */
@Injectable()
export class EndpointsService {
  private readonly secrets = new Map<string, { version: number; secret: string }>();

  constructor(
    private readonly db: Database,
    private readonly envelope: Envelope,
    private readonly egress: Egress,
    private readonly wakes: Wakes,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns the endpoint and its secret, which is shown this once. */
  async create(tx: Tx, e: NewEndpoint, actor: string): Promise<{ endpoint: Endpoint; secret: string }> {
    await this.check(e.url, e.types ?? []);
    const now = this.clock.now();
    const endpoint = await tx.manager.save(
      tx.manager.create(Endpoint, {
        id: uuidv7(),
        name: e.name,
        url: e.url,
        types: [...(e.types ?? [])],
        state: 'enabled',
        disabledReason: '',
        concurrency: e.concurrency ?? 8,
        timeoutMs: e.timeoutMs ?? 15_000,
        failingSince: null,
        version: 1,
        createdBy: actor,
        createdAt: now,
        updatedAt: now,
      }),
    );
    const secret = newSecret();
    await this.storeSecret(tx, endpoint.id, secret, actor);
    return { endpoint, secret };
  }

  async update(
    tx: Tx,
    id: string,
    version: number,
    change: Partial<NewEndpoint> & { state?: 'enabled' | 'disabled' | undefined },
  ): Promise<Endpoint> {
    const endpoint = await tx.manager.findOne(Endpoint, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!endpoint) throw platformErrors.NOT_FOUND({ what: 'endpoint', id });
    if (endpoint.version !== version)
      throw platformErrors.VERSION_MISMATCH({ what: 'endpoint', sent: version, current: endpoint.version });
    await this.check(change.url ?? endpoint.url, change.types ?? endpoint.types);
    const given = Object.fromEntries(Object.entries(change).filter(([, v]) => v !== undefined));
    Object.assign(endpoint, given, { version: version + 1, updatedAt: this.clock.now() });
    if (change.state === 'enabled') endpoint.disabledReason = '';
    tx.afterCommit(() => this.wakes.wake(DRAINS.deliver));
    return tx.manager.save(endpoint);
  }

  /** Stops sending; deliveries wait and are not lost. */
  async disable(id: string, reason: string): Promise<void> {
    await this.db.manager.update(
      Endpoint,
      { id },
      { state: 'disabled', disabledReason: reason, updatedAt: this.clock.now() },
    );
  }

  async remove(tx: Tx, id: string): Promise<void> {
    const { affected } = await tx.manager.delete(Endpoint, { id });
    if (!affected) throw platformErrors.NOT_FOUND({ what: 'endpoint', id });
    await tx.query('delete from secret where place = $1', [place(id)]);
  }

  async get(id: string): Promise<Endpoint> {
    const endpoint = await this.db.manager.findOneBy(Endpoint, { id });
    if (!endpoint) throw platformErrors.NOT_FOUND({ what: 'endpoint', id });
    return endpoint;
  }

  list(): Promise<Endpoint[]> {
    return this.db.manager.find(Endpoint, { order: { id: 'asc' } });
  }

  /** One page of deliveries, newest first, before the delivery `before`. */
  async deliveries(
    endpointId: string,
    state: string | undefined,
    limit: number,
    before?: string,
  ): Promise<DeliveryView[]> {
    return this.db.query(
      `select d.id, d.state, e.type, e.id as "eventId", d.attempts, d.created_at as "createdAt", d.delivered_at as "deliveredAt",
         d.next_at as "nextAt", d.last_error as "lastError"
       from delivery d join event e on e.seq = d.event_seq and e.day = d.event_day
       where d.endpoint_id = $1 and ($2::text is null or d.state = $2)
         and ($3::uuid is null or (d.created_at, d.id) < (select created_at, id from delivery where id = $3))
       order by d.created_at desc, d.id desc limit ${limit}`,
      [endpointId, state ?? null, before ?? null],
    );
  }

  attempts(deliveryId: string) {
    return this.db.query<{
      n: number;
      at: Date;
      ms: number;
      status: number | null;
      errorClass: string;
      error: string;
      body: string;
    }>(
      `select n, at, ms, status, error_class as "errorClass", error, body from delivery_attempt where delivery_id = $1 order by n`,
      [deliveryId],
    );
  }

  /** Sends one delivery again now, whatever became of it; the webhook-id stays the same. */
  async resend(deliveryId: string): Promise<void> {
    const rows = await this.db.query(
      `update delivery set state = 'ready', next_at = now(), attempts = 0 where id = $1 and state <> 'claimed' returning id`,
      [deliveryId],
    );
    if (rows.length === 0) throw platformErrors.NOT_FOUND({ what: 'delivery that is not being sent', id: deliveryId });
    this.wakes.wake(DRAINS.deliver);
  }

  /** The signing secret, cached until the endpoint changes. */
  async secretOf(id: string, version: number): Promise<string> {
    const known = this.secrets.get(id);
    if (known?.version === version) return known.secret;
    const [row] = await this.db.query<{ sealed: Buffer }>('select sealed from secret where place = $1', [place(id)]);
    if (!row) throw platformErrors.NOT_FOUND({ what: 'secret of the endpoint', id });
    const secret = this.envelope.open(row.sealed, place(id));
    this.secrets.set(id, { version, secret });
    return secret;
  }

  private async storeSecret(tx: Tx, id: string, secret: string, actor: string): Promise<void> {
    await tx.query('insert into secret (place, sealed, updated_by) values ($1, $2, $3)', [
      place(id),
      this.envelope.seal(secret, place(id)),
      actor,
    ]);
  }

  private async check(url: string, types: readonly string[]): Promise<void> {
    try {
      const { hostname } = this.egress.checkUrl(url);
      await this.egress.resolve(hostname);
    } catch (e) {
      // A name that does not resolve now may resolve later; what may not be called never will.
      if (e instanceof EgressRefused) throw webhookErrors.ENDPOINT_URL_REFUSED({ url, reason: e.message });
    }
    for (const type of types)
      if (!Object.keys(EVENT_TYPES).some((t) => t === type || (type.endsWith('*') && t.startsWith(type.slice(0, -1)))))
        throw webhookErrors.EVENT_TYPE_UNKNOWN({ type });
  }
}

const place = (id: string) => `endpoint/${id}/secret`;
