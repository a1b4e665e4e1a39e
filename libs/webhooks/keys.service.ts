import { Injectable } from '@nestjs/common';
import { Database, Envelope, platformErrors, type Tx, uuidv7 } from '#platform';
import { Endpoint, EndpointKey } from './endpoint.entity.js';
import type { EndpointSecrets } from './endpoint-settings.js';
import { type KeyKind, newKeyPair, newSecret } from './sign.js';
import { webhookErrors } from './webhooks.errors.js';

/** A key as it is shown once: the shared secret of v1, or the public key of v1a (the private one never leaves). */
export interface NewKey {
  readonly id: string;
  readonly kind: KeyKind;
  readonly secret: string | null;
  readonly publicKey: string | null;
}

/** Everything sealed of an endpoint, opened. */
export interface OpenedSecrets {
  readonly keys: readonly string[];
  readonly auth: EndpointSecrets;
}

/** Signing keys, and what else of an endpoint is secret. Everything is sealed; places are `endpoint/<id>/…`. */
@Injectable()
export class KeysService {
  constructor(
    private readonly db: Database,
    private readonly envelope: Envelope,
  ) {}

  /** Never empty: an endpoint keeps its last key. @throws NOT_FOUND. */
  async list(endpointId: string): Promise<EndpointKey[]> {
    const order = { createdAt: 'asc', id: 'asc' } as const;
    const keys = await this.db.manager.find(EndpointKey, { where: { endpointId }, order });
    if (keys.length === 0) throw platformErrors.NOT_FOUND({ what: 'endpoint', id: endpointId });
    return keys;
  }

  async add(tx: Tx, endpointId: string, kind: KeyKind, actor: string): Promise<NewKey> {
    const id = uuidv7();
    const place = `endpoint/${endpointId}/key/${id}`;
    const pair = kind === 'v1a' ? newKeyPair() : undefined;
    const secret = pair?.privateKey ?? newSecret();
    await this.put(tx, place, secret, actor);
    await tx.query(
      `insert into endpoint_key (id, endpoint_id, kind, place, public_key, created_by) values ($1, $2, $3, $4, $5, $6)`,
      [id, endpointId, kind, place, pair?.publicKey ?? null, actor],
    );
    return { id, kind, secret: pair ? null : secret, publicKey: pair?.publicKey ?? null };
  }

  /**
   * A new key signs from the next attempt on; those of its kind sign beside it until the overlap ends, so that a
   * receiver may change over at any time in between.
   */
  async rotate(tx: Tx, endpointId: string, kind: KeyKind, overlapHours: number, actor: string): Promise<NewKey> {
    await this.bump(tx, endpointId);
    await tx.query(
      `update endpoint_key set retires_at = least(coalesce(retires_at, 'infinity'), now() + make_interval(hours => $3))
       where endpoint_id = $1 and kind = $2`,
      [endpointId, kind, overlapHours],
    );
    return this.add(tx, endpointId, kind, actor);
  }

  /** Ends a key at once. @throws LAST_KEY when nothing would sign any more. */
  async remove(tx: Tx, endpointId: string, keyId: string): Promise<void> {
    await this.bump(tx, endpointId);
    const keys = await tx.query<{ id: string; place: string; live: boolean }>(
      `select id, place, retires_at is null or retires_at > now() as live from endpoint_key where endpoint_id = $1`,
      [endpointId],
    );
    const key = keys.find((k) => k.id === keyId);
    if (!key) throw platformErrors.NOT_FOUND({ what: 'key of the endpoint', id: keyId });
    if (!keys.some((k) => k.live && k.id !== keyId)) throw webhookErrors.LAST_KEY();
    await tx.query('delete from endpoint_key where id = $1', [keyId]);
    await tx.query('delete from secret where place = $1', [key.place]);
  }

  /** Keeps what is absent in `s`, replaces what is given, removes what is null. */
  async sealAuth(tx: Tx, endpointId: string, s: EndpointSecrets, actor: string): Promise<void> {
    if (Object.values(s).every((v) => v === undefined)) return;
    const place = authPlace(endpointId);
    const [row] = await tx.query<{ sealed: Buffer }>('select sealed from secret where place = $1', [place]);
    const before = row ? (JSON.parse(this.envelope.open(row.sealed, place)) as EndpointSecrets) : {};
    const after = { ...before, ...Object.fromEntries(Object.entries(s).filter(([, v]) => v !== undefined)) };
    await this.put(tx, place, JSON.stringify(after), actor);
  }

  /** What signs now, and how the hub signs in. */
  async open(endpointIds: readonly string[]): Promise<Map<string, OpenedSecrets>> {
    const keys = await this.db.query<{ id: string; place: string; sealed: Buffer }>(
      `select k.endpoint_id as id, k.place, s.sealed from endpoint_key k join secret s using (place)
       where k.endpoint_id = any($1::uuid[]) and (k.retires_at is null or k.retires_at > now())
       order by k.created_at desc, k.id`,
      [endpointIds],
    );
    const auths = await this.db.query<{ place: string; sealed: Buffer }>(
      'select place, sealed from secret where place = any($1::text[])',
      [endpointIds.map(authPlace)],
    );
    const auth = new Map(
      auths.map((a) => [a.place, JSON.parse(this.envelope.open(a.sealed, a.place)) as EndpointSecrets]),
    );
    return new Map(
      endpointIds.map((id) => [
        id,
        {
          keys: keys.filter((k) => k.id === id).map((k) => this.envelope.open(k.sealed, k.place)),
          auth: auth.get(authPlace(id)) ?? {},
        },
      ]),
    );
  }

  private async bump(tx: Tx, endpointId: string): Promise<void> {
    const { affected } = await tx.manager.increment(Endpoint, { id: endpointId }, 'version', 1);
    if (!affected) throw platformErrors.NOT_FOUND({ what: 'endpoint', id: endpointId });
  }

  private async put(tx: Tx, place: string, plain: string, actor: string): Promise<void> {
    await tx.query(
      `insert into secret (place, sealed, updated_by) values ($1, $2, $3)
       on conflict (place) do update set sealed = excluded.sealed, updated_by = excluded.updated_by, updated_at = now()`,
      [place, this.envelope.seal(plain, place), actor],
    );
  }
}

const authPlace = (endpointId: string) => `endpoint/${endpointId}/auth`;
