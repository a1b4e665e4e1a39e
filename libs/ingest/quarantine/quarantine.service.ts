import { Injectable } from '@nestjs/common';
import { Database, platformErrors, type Tx } from '#platform';

export interface QuarantineFilter {
  readonly systemId?: number | undefined;
  readonly stream?: string | undefined;
  readonly field?: string | undefined;
  readonly ids?: readonly string[] | undefined;
}

export interface QuarantineEntry {
  readonly id: string;
  readonly system: string;
  readonly stream: string;
  readonly key: string;
  readonly field: string;
  readonly reason: string;
  readonly mappingVersion: number | null;
  readonly state: 'open' | 'replayed' | 'discarded';
  readonly createdAt: Date;
  readonly resolvedAt: Date | null;
  readonly resolvedBy: string | null;
}

/** Records that could not be read: grouped by cause, looked at raw, replayed after a fix, or discarded with a name. */
@Injectable()
export class QuarantineService {
  constructor(private readonly db: Database) {}

  /** Open entries by cause, most first. */
  causes(): Promise<{ system: string; stream: string; field: string; n: number; newest: Date; example: string }[]> {
    return this.db.query(
      `select s.code as system, q.stream, q.field, count(*)::int as n, max(q.created_at) as newest, (array_agg(q.reason order by q.id))[1] as example
       from quarantine q join system s on s.id = q.system_id
       where q.state = 'open' group by 1, 2, 3 order by n desc, 1, 2, 3 limit 200`,
    );
  }

  /** One page, newest first; `before` is the id of the last entry of the page before. */
  list(
    filter: QuarantineFilter & { state?: string | undefined },
    limit: number,
    before?: string,
  ): Promise<QuarantineEntry[]> {
    const { where, values } = condition(filter);
    return this.db.query(
      `select q.id, s.code as system, q.stream, q.key, q.field, q.reason, q.mapping_version as "mappingVersion", q.state,
         q.created_at as "createdAt", q.resolved_at as "resolvedAt", q.resolved_by as "resolvedBy"
       from quarantine q join system s on s.id = q.system_id
       where ${where} and ($${values.length + 1}::text is null or q.state = $${values.length + 1})
         and ($${values.length + 2}::uuid is null or q.id < $${values.length + 2})
       order by q.id desc limit ${limit}`,
      [...values, filter.state ?? null, before ?? null],
    );
  }

  async raw(id: string): Promise<Buffer> {
    const [row] = await this.db.query<{ raw: Buffer }>('select raw from quarantine where id = $1', [id]);
    if (!row) throw platformErrors.NOT_FOUND({ what: 'quarantine entry', id });
    return row.raw;
  }

  /**
   * Applies quarantined records again with today's mappings, as history: a replayed record changes the client like a
   * good one would have, and sends nothing. Those that fail again come back with the new reason. What could not even
   * be stored as a record cannot be replayed, and stays open.
   *
   * @returns how many records were put in line, and how many cannot be replayed.
   */
  async replay(tx: Tx, filter: QuarantineFilter, actor: string): Promise<{ queued: number; impossible: number }> {
    const { where, values } = condition(filter);
    const open = await tx.query<{ id: string; record_id: number | null; received_on: string; system_id: number }>(
      `select id, record_id, received_on, system_id from quarantine q where ${where} and q.state = 'open' order by id for update`,
      values,
    );
    const possible = open.filter((q) => q.record_id !== null);
    for (const systemId of new Set(possible.map((q) => q.system_id)))
      await queue(
        tx,
        systemId,
        possible.filter((q) => q.system_id === systemId),
        actor,
      );
    await resolve(
      tx,
      possible.map((q) => q.id),
      'replayed',
      actor,
    );
    return { queued: possible.length, impossible: open.length - possible.length };
  }

  /** Says that these records are not wanted. Their raw bytes stay. */
  async discard(tx: Tx, filter: QuarantineFilter, actor: string): Promise<{ discarded: number }> {
    const { where, values } = condition(filter);
    const open = await tx.query<{ id: string }>(
      `select id from quarantine q where ${where} and q.state = 'open' for update`,
      values,
    );
    await resolve(
      tx,
      open.map((q) => q.id),
      'discarded',
      actor,
    );
    return { discarded: open.length };
  }
}

function condition(f: QuarantineFilter): { where: string; values: unknown[] } {
  return {
    where: `($1::smallint is null or q.system_id = $1) and ($2::text is null or q.stream = $2)
      and ($3::text is null or q.field = $3) and ($4::uuid[] is null or q.id = any($4))`,
    values: [f.systemId ?? null, f.stream ?? null, f.field ?? null, f.ids ?? null],
  };
}

async function resolve(tx: Tx, ids: readonly string[], state: 'replayed' | 'discarded', actor: string): Promise<void> {
  await tx.query('update quarantine set state = $2, resolved_at = now(), resolved_by = $3 where id = any($1::uuid[])', [
    ids,
    state,
    actor,
  ]);
}

async function queue(
  tx: Tx,
  systemId: number,
  entries: readonly { record_id: number | null; received_on: string }[],
  actor: string,
): Promise<void> {
  const PER_BATCH = 2000;
  for (let i = 0; i < entries.length; i += PER_BATCH) {
    const part = entries.slice(i, i + PER_BATCH);
    await tx.query(
      `with b as (
         insert into inbox_batch (id, system_id, origin, actor, received_on, read)
         select nextval('inbox_batch_block'), $1, 'replay', $2, (now() at time zone 'UTC')::date, $3 returning id
       )
       insert into inbox_replay (batch_id, record_id, received_on)
       select b.id, t.record_id, t.received_on from b, unnest($4::bigint[], $5::date[]) as t(record_id, received_on)`,
      [systemId, actor, part.length, part.map((p) => p.record_id), part.map((p) => p.received_on)],
    );
  }
}
