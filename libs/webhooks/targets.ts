import { Injectable } from '@nestjs/common';
import type { ClientTls } from '#platform';
import { Database } from '#platform';
import { Endpoint } from './endpoint.entity.js';
import type { EndpointSecrets } from './endpoint-settings.js';
import { kafkaUrls } from './kafka-address.js';
import { KeysService } from './keys.service.js';
import { scheduleOf } from './retry.js';
import { type Signer, signer } from './sign.js';
import { compileTransform } from './transform.js';

/** Everything that is needed to send to an endpoint, opened and parsed once per version of its settings. */
export interface Target {
  readonly endpoint: Endpoint;
  /** Of Kafka the first broker. */
  readonly url: URL;
  readonly signers: readonly Signer[];
  readonly auth: EndpointSecrets;
  readonly tls: ClientTls | undefined;
  /** What its token address is checked against, when it is not the public authorities. */
  readonly trusted: ClientTls | undefined;
  readonly schedule: readonly number[];
  readonly transform: ReturnType<typeof compileTransform> | undefined;
}

/** After this a target is read again although nothing changed: keys retire by the clock. */
const FRESH_MS = 30_000;

/** The targets of this process, kept so that a delivery costs no query of its own. */
@Injectable()
export class Targets {
  private readonly known = new Map<string, { version: number; at: number; target: Target }>();

  constructor(
    private readonly db: Database,
    private readonly keys: KeysService,
  ) {}

  /** Makes sure that `get` knows these; one query for all that are missing or have changed. */
  async prepare(wanted: ReadonlyMap<string, number>): Promise<void> {
    const now = performance.now();
    const stale = [...wanted].filter(([id, version]) => {
      const k = this.known.get(id);
      return !k || k.version !== version || now - k.at > FRESH_MS;
    });
    if (stale.length === 0) return;
    const ids = stale.map(([id]) => id);
    const endpoints = await this.db.manager
      .createQueryBuilder(Endpoint, 'e')
      .where('e.id = any(:ids)', { ids })
      .getMany();
    const secrets = await this.keys.open(ids);
    for (const endpoint of endpoints) {
      const { keys, auth } = secrets.get(endpoint.id)!;
      this.known.set(endpoint.id, {
        version: endpoint.version,
        at: now,
        target: {
          endpoint,
          url: new URL(endpoint.kind === 'kafka' ? kafkaUrls(endpoint.url)[0]! : endpoint.url),
          signers: keys.map(signer),
          auth,
          tls: tlsOf(auth),
          trusted: auth.serverCa ? { ca: auth.serverCa } : undefined,
          schedule: scheduleOf(endpoint.retrySeconds),
          transform: endpoint.transform === null ? undefined : compileTransform(endpoint.transform),
        },
      });
    }
  }

  /** The target as it was prepared last; undefined when the endpoint has gone meanwhile. */
  get(endpointId: string): Target | undefined {
    return this.known.get(endpointId)?.target;
  }

  forget(endpointId: string): void {
    this.known.delete(endpointId);
  }
}

function tlsOf({ mutualTls, serverCa }: EndpointSecrets): ClientTls | undefined {
  return mutualTls || serverCa ? { ...mutualTls, ...(serverCa ? { ca: serverCa } : {}) } : undefined;
}
