import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { migrate, parsePostgresUrl, type Statement } from '#platform';
import { migrations } from '#migrations';
import * as clients from '../../libs/clients/write.sql.js';
import * as pins from '../../libs/clients/survivorship/pins.sql.js';
import * as recomputes from '../../libs/clients/survivorship/recomputes.sql.js';
import * as effects from '../../libs/effects/ledger.sql.js';
import * as evidence from '../../libs/identity/evidence/evidence.sql.js';
import * as models from '../../libs/identity/models/models.sql.js';
import * as matching from '../../libs/identity/resolve/matching.sql.js';
import * as membership from '../../libs/identity/resolve/membership.sql.js';
import * as openPairs from '../../libs/identity/resolve/open-pairs.sql.js';
import * as inbox from '../../libs/ingest/accept/inbox.sql.js';
import * as process from '../../libs/ingest/process/process.sql.js';
import * as webhooks from '../../libs/webhooks/delivery.sql.js';
import { connectionUrl, testDatabase } from '../support/servers.js';

/** Tables that grow with the firm and with time. */
const GROWING = [
  'account',
  'action',
  'action_attempt',
  'asset_day',
  'block_key',
  'client',
  'client_changed',
  'consent',
  'delivery',
  'delivery_attempt',
  'delivery_done',
  'event',
  'fact',
  'field_pin',
  'identity_decision',
  'identity_decision_side',
  'identity_edge',
  'identity_history',
  'identity_point',
  'inbox_batch',
  'inbox_record',
  'inbox_seen',
  'match_edge',
  'match_profile',
  'measure_day',
  'outcome',
  'review_item',
  'source_identity',
  'source_record',
];

const STATEMENTS = Object.entries({
  clients,
  effects,
  evidence,
  inbox,
  matching,
  membership,
  models,
  openPairs,
  pins,
  process,
  recomputes,
  webhooks,
}).flatMap(([lib, all]) =>
  Object.entries<Statement | number>(all).flatMap(([name, statement]): [string, Statement][] =>
    typeof statement === 'object' ? [[`${lib}: ${name}`, statement]] : [],
  ),
);

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

describe('a statement of a hot path', () => {
  let db: pg.Client;

  beforeAll(async () => {
    const url = connectionUrl(await testDatabase());
    await migrate({ connection: parsePostgresUrl(url), poolSize: 2, migrations, applicationName: 'plans' });
    db = new pg.Client(url);
    await db.connect();
    // Only what no index can answer is then still read from end to end, however small the tables are.
    await db.query('set enable_seqscan = off');
  });
  afterAll(() => db.end());

  it.each(STATEMENTS)('reads no growing table from end to end (%s)', async (_, statement) => {
    const { rows } = await db.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `explain (generic_plan, format json) ${statement.text}`,
    );
    const scanned = readFromEndToEnd(rows[0]!['QUERY PLAN'][0].Plan);
    expect(scanned.filter((table) => GROWING.includes(table))).toEqual([]);
  });
});

function readFromEndToEnd(node: PlanNode): string[] {
  // A partition is named after its table.
  const table = node['Relation Name']?.replace(/_default$|(_\d+)+$/, '');
  return [
    ...(node['Node Type'] === 'Seq Scan' && table !== undefined ? [table] : []),
    ...(node.Plans ?? []).flatMap(readFromEndToEnd),
  ];
}
