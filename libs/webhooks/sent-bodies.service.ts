import { Inject, Injectable } from '@nestjs/common';
import { Database, publicId } from '#platform';
import { type Profile, PROFILES, type Profiles, renderMessage, type StoredEvent } from './message.js';
import { type Target, Targets } from './targets.js';
import { TransformFault } from './transform.js';

/** A body that an attempt carried, as far as it can be known afterwards. */
export interface SentBody {
  readonly body: string;
  /** True when the signature of the last attempt is over these bytes; otherwise it is what would be sent now. */
  readonly asSent: boolean;
}

interface Signed {
  readonly at: string;
  readonly signature: string;
}

/**
 * Bodies are not stored: they are made for each attempt, and full ones hold personal data. One is made again from the
 * event, and the signature that was sent tells whether it is the same, byte for byte. Personal fields stay masked here,
 * also those that the endpoint may see: who looks at the log is another than who may have them.
 */
@Injectable()
export class SentBodies {
  constructor(
    private readonly db: Database,
    private readonly targets: Targets,
    @Inject(PROFILES) private readonly profiles: Profiles,
  ) {}

  /** @returns undefined when none can be made: the endpoint's transformation does not take the event. */
  async of(deliveryId: string): Promise<SentBody | undefined> {
    const [d] = await this.db.query<StoredEvent & { endpointId: string; version: number }>(
      `select d.endpoint_id as "endpointId", p.version, e.id as "eventId", e.type, e.at, e.subject,
         e.client_id as "clientId", e.data::text as data
       from (select id, endpoint_id, event_seq, event_day from delivery union all
             select id, endpoint_id, event_seq, event_day from delivery_done) d
         join endpoint p on p.id = d.endpoint_id join event e on e.seq = d.event_seq and e.day = d.event_day
       where d.id = $1`,
      [deliveryId],
    );
    if (!d) return undefined;
    await this.targets.prepare(new Map([[d.endpointId, d.version]]));
    const target = this.targets.get(d.endpointId);
    if (!target) return undefined;
    const body = bodyOf(d, target, await this.profileOf(d, target));
    if (body === undefined) return undefined;
    const [last] = await this.db.query<Signed>(
      `select headers ->> 'webhook-timestamp' as at, headers ->> 'webhook-signature' as signature
       from delivery_attempt where delivery_id = $1 and headers ? 'webhook-signature' order by fence desc limit 1`,
      [deliveryId],
    );
    return { body, asSent: last !== undefined && covers(target, publicId('msg', deliveryId), last, body) };
  }

  private async profileOf(d: StoredEvent, { endpoint }: Target): Promise<Profile | undefined> {
    if (d.clientId === null || endpoint.body !== 'full') return undefined;
    return (await this.profiles.load([d.clientId], [])).get(d.clientId);
  }
}

function bodyOf(event: StoredEvent, { transform }: Target, profile: Profile | undefined): string | undefined {
  const message = renderMessage(event, profile);
  if (!transform) return message;
  try {
    return JSON.stringify(transform(JSON.parse(message)));
  } catch (e) {
    if (e instanceof TransformFault) return undefined;
    throw e;
  }
}

function covers({ signers }: Target, id: string, { at, signature }: Signed, body: string): boolean {
  const sent = signature.split(' ');
  return signers.some((s) => sent.includes(s.sign(id, at, body)));
}
