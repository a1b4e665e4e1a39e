import { Inject, Injectable } from '@nestjs/common';
import { DRAINS } from '#canonical';
import {
  bilingual,
  CLOCK,
  type Clock,
  Database,
  Egress,
  joined,
  platformErrors,
  publicId,
  type Tx,
  uuidv7,
  Wakes,
  type Words,
  writeEvents,
} from '#platform';
import { Endpoint, type ShownAuth } from './endpoint.entity.js';
import {
  checkKept,
  checkMutualTls,
  checkSecrets,
  checkServerCa,
  checkSettings,
  checkTokenUrl,
  DEFAULTS,
  type EndpointSecrets,
  type EndpointSettings,
} from './endpoint-settings.js';
import { KeysService, type NewKey } from './keys.service.js';

/** How an endpoint fares. */
export interface Health {
  readonly endpointId: string;
  readonly breaker: 'closed' | 'open' | 'half_open';
  readonly openUntil: Date | null;
  readonly failures: number;
  readonly failingSince: Date | null;
  /** When it will be disabled if nothing changes. */
  readonly disablesAt: Date | null;
  /** Deliveries that wait, at most 10,001 counted. */
  readonly waiting: number;
  readonly oldestWaitingAt: Date | null;
}

const COUNTED = 10_001;

/** Downstream endpoints: register, change, disable, remove. */
@Injectable()
export class EndpointsService {
  constructor(
    private readonly db: Database,
    private readonly keys: KeysService,
    private readonly egress: Egress,
    private readonly wakes: Wakes,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns the endpoint and its first key, whose secret is shown this once; none for brokers and `pull`. */
  async create(
    tx: Tx,
    settings: Partial<EndpointSettings> & Pick<EndpointSettings, 'name'>,
    secrets: EndpointSecrets,
    signing: 'v1' | 'v1a',
    actor: string,
  ): Promise<{ endpoint: Endpoint; key: NewKey }> {
    const full = { ...DEFAULTS, ...given(settings) } as EndpointSettings;
    await checkSettings(full, this.egress);
    const now = this.clock.now();
    const endpoint = tx.manager.create(Endpoint, {
      ...mutable(full),
      id: uuidv7(),
      state: 'enabled',
      disabledReason: '',
      headerNames: [],
      auth: {},
      version: 1,
      createdBy: actor,
      createdAt: now,
      updatedAt: now,
    });
    await this.seal(tx, endpoint, secrets, actor);
    const saved = await tx.manager.save(endpoint);
    await tx.query('insert into endpoint_flow (endpoint_id) values ($1)', [endpoint.id]);
    return { endpoint: saved, key: await this.keys.add(tx, endpoint.id, signing, actor) };
  }

  async update(
    tx: Tx,
    id: string,
    version: number,
    change: Partial<EndpointSettings> & { readonly state?: 'enabled' | 'disabled' | undefined },
    secrets: EndpointSecrets,
    actor: string,
  ): Promise<Endpoint> {
    const endpoint = await this.lock(tx, id, version);
    const { state, ...settings } = given(change);
    const after = { ...endpoint, ...settings } as EndpointSettings;
    await checkSettings(after, this.egress);
    checkKept(endpoint, after, secrets);
    Object.assign(endpoint, mutable(settings), { version: version + 1, updatedAt: this.clock.now() });
    await this.seal(tx, endpoint, secrets, actor);
    if (state !== undefined && state !== endpoint.state) {
      endpoint.state = state;
      endpoint.disabledReason = state === 'disabled' ? bilingual(`${actor} disabled it`, `由 ${actor} 停用`) : '';
      await tx.query(
        `update endpoint_flow set breaker = 'closed', failures = 0, failing_since = null, notices = 0 where endpoint_id = $1`,
        [id],
      );
    }
    tx.afterCommit(() => this.wakes.wake(DRAINS.deliver));
    return tx.manager.save(endpoint);
  }

  /** Stops sending; deliveries wait and are not lost. Those who listen to `endpoint.disabled` hear of it. */
  async disable(tx: Tx, id: string, reason: Words): Promise<void> {
    const [row] = await tx.query<{ name: string }>(
      `update endpoint set state = 'disabled', disabled_reason = $2, version = version + 1, updated_at = now()
       where id = $1 and state = 'enabled' returning name`,
      [id, joined(reason)],
    );
    if (row) await tellOfEndpoint(tx, 'endpoint.disabled', { id, name: row.name }, { reason: reason.en });
  }

  async remove(tx: Tx, id: string): Promise<void> {
    const { affected } = await tx.manager.delete(Endpoint, { id });
    if (!affected) throw platformErrors.NOT_FOUND({ what: 'endpoint', id });
    await tx.query('delete from secret where starts_with(place, $1)', [`endpoint/${id}/`]);
    await tx.query('delete from delivery where endpoint_id = $1', [id]);
    await tx.query('delete from delivery_done where endpoint_id = $1', [id]);
  }

  async get(id: string): Promise<Endpoint> {
    const endpoint = await this.db.manager.findOneBy(Endpoint, { id });
    if (!endpoint) throw platformErrors.NOT_FOUND({ what: 'endpoint', id });
    return endpoint;
  }

  list(): Promise<Endpoint[]> {
    return this.db.manager.find(Endpoint, { order: { id: 'asc' } });
  }

  async health(ids: readonly string[]): Promise<Map<string, Health>> {
    const rows = await this.db.query<Health>(
      `select f.endpoint_id as "endpointId", f.breaker, f.open_until as "openUntil", f.failures, f.failing_since as "failingSince",
         case when p.state = 'enabled' and p.disable_after_days > 0 then f.failing_since + make_interval(days => p.disable_after_days) end as "disablesAt",
         w.n as waiting, w.oldest as "oldestWaitingAt"
       from endpoint_flow f join endpoint p on p.id = f.endpoint_id
         cross join lateral (
           select count(*)::int as n, min(created_at) as oldest
           from (select created_at from delivery where endpoint_id = p.id and state = 'ready' order by next_at limit ${COUNTED}) d) w
       where f.endpoint_id = any($1::uuid[])`,
      [ids],
    );
    return new Map(rows.map((r) => [r.endpointId, r]));
  }

  private async lock(tx: Tx, id: string, version: number): Promise<Endpoint> {
    const endpoint = await tx.manager.findOne(Endpoint, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!endpoint) throw platformErrors.NOT_FOUND({ what: 'endpoint', id });
    if (endpoint.version !== version)
      throw platformErrors.VERSION_MISMATCH({ what: 'endpoint', sent: version, current: endpoint.version });
    return endpoint;
  }

  /** Checks what shall be sealed, seals it, and notes on the endpoint what may be shown of it. */
  private async seal(tx: Tx, endpoint: Endpoint, s: EndpointSecrets, actor: string): Promise<void> {
    checkSecrets(endpoint.kind, s);
    if (s.oauth) await checkTokenUrl(s.oauth.tokenUrl, this.egress);
    const shown: { -readonly [K in keyof ShownAuth]: ShownAuth[K] } = { ...endpoint.auth };
    if (s.headers !== undefined) endpoint.headerNames = Object.keys(s.headers ?? {});
    if (s.oauth === null) delete shown.oauth;
    else if (s.oauth) shown.oauth = { tokenUrl: s.oauth.tokenUrl, clientId: s.oauth.clientId, scope: s.oauth.scope };
    if (s.mutualTls === null) delete shown.mutualTls;
    else if (s.mutualTls) shown.mutualTls = checkMutualTls(s.mutualTls);
    if (s.serverCa === null) delete shown.serverCa;
    else if (s.serverCa) shown.serverCa = checkServerCa(s.serverCa);
    if (s.login === null) delete shown.user;
    else if (s.login) shown.user = s.login.user;
    endpoint.auth = shown;
    await this.keys.sealAuth(tx, endpoint.id, s, actor);
  }
}

/** Tells of an endpoint, in the transaction of the change. */
export async function tellOfEndpoint(
  tx: Tx,
  type: string,
  e: { id: string; name: string },
  data: Record<string, unknown> = {},
): Promise<void> {
  const id = publicId('ep', e.id);
  await writeEvents(tx, [
    { type, subject: `endpoint/${id}`, origin: 'live', data: { endpoint: id, name: e.name, ...data } },
  ]);
}

function given<T extends object>(change: T): Partial<T> {
  return Object.fromEntries(Object.entries(change).filter(([, v]) => v !== undefined)) as Partial<T>;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] };
function mutable(s: Partial<EndpointSettings>): Partial<Endpoint> {
  return s as Mutable<Partial<EndpointSettings>> as Partial<Endpoint>;
}
