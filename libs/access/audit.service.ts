import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, Database, type Tx } from '#platform';

const AUDIT_LOCK = 7_402_401;

export interface AuditEntry {
  readonly seq: number;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly detail: Record<string, unknown>;
}

/**
 * The record of every write by a person: append-only (a trigger refuses anything else) and hash-chained, so that a
 * changed or missing row shows. Details hold ids and settings, never personal data or secrets.
 */
@Injectable()
export class AuditService {
  constructor(
    private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Writes inside the transaction of what it records: both happen, or neither. */
  async write(
    tx: Tx,
    actor: string,
    action: string,
    object: string,
    detail: Record<string, unknown> = {},
  ): Promise<void> {
    await tx.query('select pg_advisory_xact_lock($1)', [AUDIT_LOCK]);
    const [last] = await tx.query<{ seq: number; hash: Buffer }>(
      'select seq, hash from audit order by seq desc limit 1',
    );
    const entry = { seq: (last?.seq ?? 0) + 1, at: this.clock.now(), actor, action, object, detail };
    const previous = last?.hash ?? Buffer.alloc(32);
    await tx.query(
      'insert into audit (seq, at, actor, action, object, detail, previous, hash) values ($1, $2, $3, $4, $5, $6::jsonb, $7, $8)',
      [entry.seq, entry.at, actor, action, object, JSON.stringify(detail), previous, link(previous, entry)],
    );
  }

  /** One page, newest first, before `before`. */
  list(limit: number, before?: number): Promise<AuditEntry[]> {
    return this.db.query(
      `select seq, at, actor, action, object, detail from audit where ($1::bigint is null or seq < $1) order by seq desc limit ${limit}`,
      [before ?? null],
    );
  }

  /** Walks the whole chain. @returns how many rows hold, and the first that does not. */
  async verify(): Promise<{ rows: number; brokenAt: number | undefined }> {
    let previous: Buffer = Buffer.alloc(32);
    let rows = 0;
    for (let after = 0; ;) {
      const page = await this.db.query<AuditEntry & { previous: Buffer; hash: Buffer }>(
        'select seq, at, actor, action, object, detail, previous, hash from audit where seq > $1 order by seq limit 1000',
        [after],
      );
      if (page.length === 0) return { rows, brokenAt: undefined };
      for (const e of page) {
        if (e.seq !== rows + 1 || !e.previous.equals(previous) || !e.hash.equals(link(previous, e)))
          return { rows, brokenAt: e.seq };
        previous = e.hash;
        rows++;
      }
      after = page.at(-1)!.seq;
    }
  }
}

function link(previous: Buffer, e: AuditEntry): Buffer {
  const content = [e.seq, e.at.toISOString(), e.actor, e.action, e.object, sorted(e.detail)];
  return createHash('sha256').update(previous).update(JSON.stringify(content)).digest();
}

/** jsonb does not keep the order of keys. */
function sorted(v: unknown): unknown {
  if (Array.isArray(v)) return v.map(sorted);
  if (typeof v !== 'object' || v === null) return v;
  return Object.fromEntries(
    Object.entries(v)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, x]) => [k, sorted(x)]),
  );
}
