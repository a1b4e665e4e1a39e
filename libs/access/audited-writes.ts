import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '#platform';
import type { Actor } from './access.entity.js';
import { AuditService } from './audit.service.js';

/** What a write did, for its audit entry: ids and settings, never personal data. */
export interface Written<T> {
  readonly object: string;
  readonly detail?: Record<string, unknown>;
  readonly result: T;
}

/** The one way a person's write reaches the database: in a transaction, with its audit entry, or not at all. */
@Injectable()
export class AuditedWrites {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditService,
  ) {}

  run<T>(actor: Pick<Actor, 'login'>, action: string, work: (tx: Tx) => Promise<Written<T>>): Promise<T> {
    return this.db.tx(async (tx) => {
      const { object, detail, result } = await work(tx);
      await this.audit.write(tx, actor.login, action, object, detail);
      return result;
    });
  }
}
