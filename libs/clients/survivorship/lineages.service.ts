import { Injectable } from '@nestjs/common';
import { Database, Envelope, platformErrors } from '#platform';
import { loadClaims } from '../claims.js';
import { type AccountOfField, accountOfFields } from './account-of-field.js';

/**
 * Why the fields of a client have their values. It is computed when asked, by the same function and from the same rows
 * as the client itself, so it needs no storage and cannot drift; while a change of policy is being carried out, it may
 * be ahead of the stored client.
 */
@Injectable()
export class Lineages {
  constructor(
    private readonly db: Database,
    private readonly envelope: Envelope,
  ) {}

  async get(clientId: string): Promise<{ policyVersion: number; fields: AccountOfField[] }> {
    const { policy, policyVersion, of } = await loadClaims(this.db, [clientId]);
    return { policyVersion, fields: accountOfFields(of.get(clientId)!, policy) };
  }

  /** The identity document that a statement or a pin holds sealed. */
  openDocument(sealed: string): string {
    return this.envelope.open(Buffer.from(sealed, 'base64'), 'client/id_document');
  }

  /**
   * That a record is among those that say something of a client: its fields, or what happened.
   *
   * @throws NOT_FOUND.
   */
  async expectRecord(clientId: string, record: number): Promise<void> {
    const found = await this.db.query(
      `select 1 from source_identity i join source_record r on r.identity_id = i.id
       where i.client_id = $1 and r.record_id = $2
       union all
       select 1 from source_identity i join fact f on f.identity_id = i.id where i.client_id = $1 and f.id = $2
       limit 1`,
      [clientId, record],
    );
    if (found.length === 0) throw platformErrors.NOT_FOUND({ what: 'record', id: record });
  }
}
