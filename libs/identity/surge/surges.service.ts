import { Injectable } from '@nestjs/common';
import { Database, platformErrors, type Tx, uuidv7, writeEvents } from '#platform';
import type { Join } from './joins.js';
import { COUNT_JOINS, FIND_SURGES, OPEN_SURGE } from './surge.sql.js';

/** Fewer joins than this are nobody's alarm. */
const FEWEST_JOINS = 50;
/** Records of a stream that tell what is usual. */
const FEWEST_RECORDS = 2_000;
/** So many times as many joins a record as usual. */
const TIMES = 10;
const SAMPLES = 5;
const KEPT_DAYS = 30;

/** One kind of evidence by which the records of a stream suddenly join many clients. */
export interface Surge {
  readonly id: string;
  readonly system: string;
  readonly stream: string;
  /** `stated` by its rows, or what was compared. */
  readonly evidence: string;
  /** Joins and records of half an hour, at their height. */
  readonly joins: number;
  readonly records: number;
  /** What was usual before. */
  readonly usualJoins: number;
  readonly usualRecords: number;
  readonly samples: readonly { readonly from: string; readonly into: string }[];
  readonly openedAt: Date;
  readonly seenAt: Date;
  readonly closedAt: Date | null;
  readonly closedBy: string | null;
  readonly note: string | null;
}

interface Found {
  readonly systemId: number;
  readonly system: string;
  readonly stream: string;
  readonly evidence: string;
  readonly joins: number;
  readonly records: number;
  readonly usualJoins: number;
  readonly usualRecords: number;
  readonly samples: unknown;
}

const COLUMNS = `j.id, s.code as system, j.stream, j.evidence, j.joins, j.records, j.usual_joins as "usualJoins",
  j.usual_records as "usualRecords", j.samples, j.opened_at as "openedAt", j.seen_at as "seenAt",
  j.closed_at as "closedAt", j.closed_by as "closedBy", j.note`;

/** Counts the joins of a batch by the stream whose records brought them about, in the transaction that makes them. */
export async function countJoins(
  tx: Tx,
  records: readonly { readonly systemId: number; readonly stream: string; readonly clientId: string }[],
  joins: readonly Join[],
): Promise<void> {
  if (records.length === 0) return;
  const rows = new Map<
    string,
    { systemId: number; stream: string; evidence: string; records: number; joins: Join[] }
  >();
  const row = (r: { systemId: number; stream: string }, evidence: string) => {
    const key = JSON.stringify([r.systemId, r.stream, evidence]);
    let of = rows.get(key);
    if (of === undefined)
      rows.set(key, (of = { systemId: r.systemId, stream: r.stream, evidence, records: 0, joins: [] }));
    return of;
  };
  const by = new Map<string, (typeof records)[number]>();
  for (const r of records) {
    row(r, '').records++;
    if (!by.has(r.clientId)) by.set(r.clientId, r);
  }
  // A join that no record of the batch names is a consequence of the first.
  for (const j of joins) row(by.get(j.into) ?? records[0]!, j.evidence).joins.push(j);
  const all = [...rows.values()];
  await tx.query(COUNT_JOINS, [
    all.map((r) => r.systemId),
    all.map((r) => r.stream),
    all.map((r) => r.evidence),
    all.map((r) => r.records),
    all.map((r) => r.joins.length),
    all.map((r) => JSON.stringify(r.joins.slice(0, SAMPLES).map(({ from, into }) => ({ from, into })))),
  ]);
}

/** Streams that suddenly join many: found by the clock, told as an event, closed by a person. */
@Injectable()
export class Surges {
  constructor(private readonly db: Database) {}

  /** Compares the last half hour with what was usual. May run at any time, any number of times. */
  async look(): Promise<void> {
    await this.db.query(`delete from join_count where at < now() - interval '${KEPT_DAYS} days'`);
    const found = await this.db.query<Found>(FIND_SURGES, [FEWEST_JOINS, FEWEST_RECORDS, TIMES]);
    for (const f of found)
      await this.db.tx(async (tx) => {
        const [opened] = await tx.query<{ fresh: boolean }>(OPEN_SURGE, [
          uuidv7(),
          f.systemId,
          f.stream,
          f.evidence,
          f.joins,
          f.records,
          f.usualJoins,
          f.usualRecords,
          JSON.stringify(f.samples),
        ]);
        if (opened?.fresh !== true) return;
        const { system, stream, evidence, joins, records } = f;
        await writeEvents(tx, [
          {
            type: 'identity.surged',
            subject: `system/${system}`,
            origin: 'live',
            data: { system, stream, evidence, joins, records },
          },
        ]);
      });
  }

  /** Open ones first, then the newest. */
  list(o: { open?: boolean | undefined }, limit: number): Promise<Surge[]> {
    return this.db.query<Surge>(
      `select ${COLUMNS} from join_surge j join system s on s.id = j.system_id
       where $1::boolean is null or $1 = (j.closed_at is null)
       order by j.closed_at is not null, j.opened_at desc limit ${limit}`,
      [o.open ?? null],
    );
  }

  /** @throws NOT_FOUND when no such surge is open. */
  async close(tx: Tx, id: string, by: string, note: string): Promise<void> {
    const rows = await tx.query(
      'update join_surge set closed_at = now(), closed_by = $2, note = $3 where id = $1 and closed_at is null returning id',
      [id, by, note],
    );
    if (rows.length === 0) throw platformErrors.NOT_FOUND({ what: 'surge', id });
  }
}
