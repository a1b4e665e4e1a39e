import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresConnection } from '#platform';
import type { CallerJob, CallerResult } from '../callers.js';
import { runToEnd } from '../../support/program.js';
import type { Report, Sample } from '../report.js';
import { type Site, until } from '../site.js';
import { percentile, round } from '../statistics.js';
import { filledCounter, registerCounter, untilRead } from './counter.js';

const RATE = 500;
const KEY = 'write-key-of-the-bench';

/** From the commit (or the sending) at the source to the commit of the segment membership that it causes. */
export async function fresh(site: Site, o: { rounds: number; seconds: number; clients: number }): Promise<Report[]> {
  const counter = await filledCounter(site, o.clients);
  const database = await site.database();
  const hub = await site.hub(database);
  await hub.api.call('POST', '/systems', {
    code: 'web',
    name: 'Web',
    connector: 'web-segment',
    settings: { writeKey: KEY },
  });
  await registerCounter(hub.api, counter, { pollMs: 250 });
  await untilRead(hub.api);
  await site.withDatabase(database, (db) =>
    until('everything applied', async () => {
      const { rows } = await db.query('select from inbox_batch where done_at is null limit 1');
      return rows.length === 0;
    }),
  );
  await hub.api.call('POST', '/segments', { code: 'web-user', name: 'Web', rule: 'count(web.login, 1d) >= 1' });
  await hub.api.call('POST', '/segments', { code: 'trader', name: 'Trader', rule: 'count(trade, 1d) >= 1' });

  const web: Sample[] = [];
  const trade: Sample[] = [];
  for (let i = 0; i < o.rounds; i++) {
    const prefix = `fresh${i}`;
    const job: CallerJob = {
      url: hub.url,
      path: '/v1/track',
      writeKey: KEY,
      callers: 64,
      warmupSeconds: 0,
      seconds: o.seconds,
      batch: 1,
      rate: RATE,
      prefix,
      users: 1000,
      alarmEvery: 2,
    };
    await runToEnd<CallerResult>(join(import.meta.dirname, '../callers.js'), job);
    web.push(await latencies(site, database, WEB, [prefix, 'web-user']));
    const from = i * RATE * o.seconds;
    await tradeFor(site, counter, o.seconds, from);
    trade.push(await tradeLatencies(site, database, counter, from));
  }
  return [
    {
      bench: 'fresh',
      work: `From the source to the segment entered, at ${RATE} facts a second: sent by a web SDK (from the sending), and committed as a trade at the counter, which is read every 250 ms (from the commit there).`,
      unit: 'facts',
      machine: await site.machine(),
      sides: [
        { name: 'web event → segment entered', samples: web },
        { name: 'trade at the counter → segment entered', samples: trade },
      ],
      ratios: {},
      target: 'p99 ≤ 1 s',
      notMeasured: ['a baseline: there is none for this figure'],
    },
  ];
}

/** Milliseconds from the sending of a login to the commit of its user's membership. $1 prefix, $2 segment. */
const WEB = `
  select 1000 * extract(epoch from pg_xact_commit_timestamp(m.xmin) - (r.data::jsonb ->> 'timestamp')::timestamptz)::float8 as ms
  from inbox_record r
    join source_identity i on i.type = 'user_id' and i.key = r.data::jsonb ->> 'userId'
    left join segment s on s.code = $2
    left join segment_member m on m.segment_id = s.id and m.client_id = i.client_id
  where r.key like $1 || '-%' and r.data::jsonb ->> 'event' = 'Logged In'`;

async function latencies(site: Site, database: PostgresConnection, text: string, values: unknown[]): Promise<Sample> {
  return site.withDatabase(database, async (db) => {
    let ms: (number | null)[] = [];
    await until('every client in its segment', async () => {
      ms = (await db.query<{ ms: number | null }>(text, values)).rows.map((r) => r.ms);
      return ms.length > 0 && ms.every((x) => x !== null);
    });
    return summary(ms as number[]);
  });
}

/** One transaction per trade, `RATE` a second, each of a fund account of its own. */
async function tradeFor(site: Site, counter: PostgresConnection, seconds: number, from: number): Promise<void> {
  await site.withDatabase(counter, async (db) => {
    const { rows } = await db.query<{ account: string }>(
      'select fund_account as account from fund_account order by fund_account offset $1 limit $2',
      [from, RATE * seconds],
    );
    const started = performance.now();
    for (const [n, { account }] of rows.entries()) {
      const due = started + (1000 * n) / RATE;
      if (due > performance.now()) await sleep(due - performance.now());
      await db.query({
        name: 'trade',
        text: `insert into trade (fund_account, stock_account, stock_code, side, quantity, price, amount, commission, channel, trade_time)
          values ($1, '', '600000', 'B', 100, 10, 1000, 1, 'app', now() at time zone 'Asia/Shanghai')`,
        values: [account],
      });
    }
  });
}

/** From the commit of a trade at the counter to the commit of its client's membership. */
async function tradeLatencies(
  site: Site,
  database: PostgresConnection,
  counter: PostgresConnection,
  from: number,
): Promise<Sample> {
  const committed = await site.withDatabase(counter, async (db) => {
    const { rows } = await db.query<{ account: string; at: Date }>(
      `select fund_account as account, pg_xact_commit_timestamp(xmin) as at from trade
       where stock_account = '' order by trade_id offset $1`,
      [from],
    );
    return rows;
  });
  return latencies(
    site,
    database,
    `select case when pg_xact_commit_timestamp(m.xmin) < t.at then 0
       else 1000 * extract(epoch from pg_xact_commit_timestamp(m.xmin) - t.at)::float8 end as ms
     from unnest($1::text[], $2::timestamptz[]) as t(account, at)
       join source_identity i on i.type = 'fund_account' and i.key = t.account
       left join segment s on s.code = 'trader'
       left join segment_member m on m.segment_id = s.id and m.client_id = i.client_id`,
    [committed.map((c) => c.account), committed.map((c) => c.at)],
  );
}

function summary(ms: readonly number[]): Sample {
  // 0: a member before its trade.
  const entered = ms.filter((x) => x > 0);
  return { p50Ms: round(percentile(entered, 50)), p99Ms: round(percentile(entered, 99)) };
}
