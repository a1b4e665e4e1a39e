import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, Envelope } from '#platform';
import { accessErrors } from './access.errors.js';

/**
 * Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07): the first request with a key runs, and its answer is
 * given again to every repeat for at least 24 hours. A crash between the effect and its note leaves the key in flight;
 * after a minute the request may be tried again. Answers are sealed: some show a secret that nothing else keeps.
 */
@Injectable()
export class IdempotencyService {
  constructor(
    private readonly db: Database,
    private readonly envelope: Envelope,
  ) {}

  /** @returns the stored answer of an earlier request, or undefined when this one shall run. */
  async begin(actor: string, key: string, request: string): Promise<{ status: number; body: string } | undefined> {
    const hash = createHash('sha256').update(request).digest();
    const taken = await this.db.query(
      `insert into idempotency_key (actor, key, request_hash) values ($1, $2, $3)
       on conflict (actor, key) do update set created_at = now(), request_hash = excluded.request_hash
         where idempotency_key.status is null and idempotency_key.created_at < now() - interval '1 minute'
       returning key`,
      [actor, key, hash],
    );
    if (taken.length > 0) return undefined;
    const [row] = await this.db.query<{ request_hash: Buffer; status: number | null; body: string | null }>(
      'select request_hash, status, body from idempotency_key where actor = $1 and key = $2',
      [actor, key],
    );
    if (!row) return this.begin(actor, key, request);
    if (!row.request_hash.equals(hash)) throw accessErrors.IDEMPOTENCY_KEY_REUSED();
    if (row.status === null) throw accessErrors.IDEMPOTENCY_IN_FLIGHT();
    const body = row.body === null ? '' : this.envelope.open(Buffer.from(row.body, 'base64'), place(actor, key));
    return { status: row.status, body };
  }

  async finish(actor: string, key: string, status: number, body: string): Promise<void> {
    await this.db.query('update idempotency_key set status = $3, body = $4 where actor = $1 and key = $2', [
      actor,
      key,
      status,
      this.envelope.seal(body, place(actor, key)).toString('base64'),
    ]);
  }

  /** The request failed in a way that may be tried again with the same key. */
  async forget(actor: string, key: string): Promise<void> {
    await this.db.query('delete from idempotency_key where actor = $1 and key = $2 and status is null', [actor, key]);
  }
}

const place = (actor: string, key: string) => `idempotency/${actor}/${key}`;
