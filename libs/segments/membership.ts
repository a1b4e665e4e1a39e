import type { Day, Origin } from '#canonical';
import { type NewEvent, publicId, type Tx, writeEvents } from '#platform';
import { loadFields, loadProfiles } from './rule/profiles.js';
import { matches } from './rule/rule-live.js';
import { ruleToSql } from './rule/rule-sql.js';
import { Values } from './rule/term-sql.js';
import type { Rule } from './rule/rule.js';

export interface ActiveSegment {
  readonly id: string;
  readonly code: string;
  readonly version: number;
  readonly rule: Rule;
}

/** Everything that changes membership holds this lock, so that the two evaluators never cross. */
export const MEMBERSHIP_LANE = 7_402_301;

/**
 * The membership of an id that leads to another client lies dormant: it counts nowhere, and is there again when the id
 * comes back.
 */
export const LIVE = 'not exists (select from client c where c.id = m.client_id and c.merged_into is not null)';

type Change = { client_id: string; entered: boolean };

/** Evaluates everybody: one statement decides, and the difference to the present members is written. */
export async function refreshAll(
  tx: Tx,
  segment: ActiveSegment,
  asOf: Day,
  originOf: (clientId: string) => Origin,
): Promise<{ entered: number; left: number }> {
  const values = new Values();
  const id = values.add(segment.id, 'uuid');
  const version = values.add(segment.version, 'integer');
  const select = ruleToSql(segment.rule, asOf, values);
  const changes = await tx.query<Change>(
    `with matching as materialized (${select.text}),
     gone as (
       delete from segment_member m where m.segment_id = ${id} and not exists (select from matching where id = m.client_id)
         and ${LIVE}
       returning m.client_id
     ), came as (
       insert into segment_member (segment_id, client_id, version)
       select ${id}, id, ${version} from matching on conflict do nothing
       returning client_id
     )
     select client_id, false as entered from gone union all select client_id, true from came`,
    select.values,
  );
  await tx.query('update segment set evaluated_at = now(), evaluated_day = $2 where id = $1', [segment.id, asOf]);
  await tell(tx, segment, changes, originOf);
  return { entered: changes.filter((c) => c.entered).length, left: changes.filter((c) => !c.entered).length };
}

/** Evaluates some clients live, in every segment. */
export async function refreshClients(
  tx: Tx,
  segments: readonly ActiveSegment[],
  origins: ReadonlyMap<string, Origin>,
  asOf: Day,
): Promise<void> {
  const rows = await loadFields(tx, [...origins.keys()]);
  const ids = rows.map((r) => r.id);
  for (const segment of segments) {
    const profiles = await loadProfiles(tx, segment.rule, rows, asOf);
    const matching = [...profiles].filter(([, p]) => matches(segment.rule, p, asOf)).map(([id]) => id);
    const changes = await tx.query<Change>(
      {
        name: 'segments.refresh_clients',
        text: `
          with gone as (
            delete from segment_member where segment_id = $1 and client_id = any($3::uuid[]) and not client_id = any($4::uuid[])
            returning client_id
          ), came as (
            insert into segment_member (segment_id, client_id, version)
            select $1, id, $2 from unnest($4::uuid[]) as t(id) on conflict do nothing
            returning client_id
          )
          select client_id, false as entered from gone union all select client_id, true from came`,
      },
      [segment.id, segment.version, ids, matching],
    );
    await tell(tx, segment, changes, (id) => origins.get(id) ?? 'live');
  }
}

/** Events for all; live entries also stand in line for the campaigns that listen. */
async function tell(
  tx: Tx,
  segment: ActiveSegment,
  changes: readonly Change[],
  originOf: (clientId: string) => Origin,
): Promise<void> {
  if (changes.length === 0) return;
  await writeEvents(
    tx,
    changes.map((c): NewEvent => ({
      type: c.entered ? 'segment.entered' : 'segment.left',
      clientId: c.client_id,
      subject: `segment/${publicId('seg', segment.id)}`,
      origin: originOf(c.client_id),
      data: { segment: segment.code, version: segment.version },
    })),
  );
  const live = changes.filter((c) => c.entered && originOf(c.client_id) === 'live').map((c) => c.client_id);
  if (live.length > 0)
    await tx.query('insert into segment_entry (segment_id, client_id) select $1, id from unnest($2::uuid[]) as t(id)', [
      segment.id,
      live,
    ]);
}
