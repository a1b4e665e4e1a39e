import type { Database } from '#platform';

/** What is held of one stream, to be laid beside what the source says it has. */
export interface StreamCount {
  readonly stream: string;
  /** Distinct records: versions of rows, and events. */
  readonly records: number;
  /** Distinct keys: rows. */
  readonly keys: number;
  readonly openInQuarantine: number;
}

/** What became of everything received from a system: read is the sum of the other four, and of what waits. */
export interface Totals {
  readonly read: number;
  readonly applied: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly quarantined: number;
  readonly waiting: number;
}

/**
 * Counts the inbox of a system row by row. It reads every record that is kept: for the nightly comparison with the
 * source's own counts, and for audits, not for screens.
 */
export async function reconcile(db: Database, systemId: number): Promise<{ streams: StreamCount[]; totals: Totals }> {
  const streams = await db.query<StreamCount>(
    `select r.stream, count(*)::int as records, count(distinct r.key)::int as keys,
       (select count(*)::int from quarantine q where q.system_id = $1 and q.stream = r.stream and q.state = 'open') as "openInQuarantine"
     from inbox_batch b join inbox_record r on r.id >> 16 = b.id
     where b.system_id = $1 and b.origin <> 'replay'
     group by r.stream order by r.stream`,
    [systemId],
  );
  const [totals] = await db.query<Totals>(
    `select coalesce(sum(read), 0)::int as read, coalesce(sum(applied), 0)::int as applied, coalesce(sum(unchanged), 0)::int as unchanged,
       coalesce(sum(skipped), 0)::int as skipped, coalesce(sum(quarantined), 0)::int as quarantined,
       coalesce(sum(read) filter (where done_at is null), 0)::int as waiting
     from inbox_batch where system_id = $1`,
    [systemId],
  );
  return { streams, totals: totals! };
}
