import type { PostgresConnection } from '#platform';
import pg from 'pg';

/**
 * Rows of a counter into one table, 1,000 a commit, with dedupe by a key, and nothing else: no mapping, no state, no
 * totals. `rows` are read beforehand and not timed, unless `read` asks for it.
 */
interface Job {
  readonly source: PostgresConnection;
  readonly target: PostgresConnection;
  readonly tables: readonly string[];
  /** Time the reading too. */
  readonly read: boolean;
}

const PER_COMMIT = 1000;
const job = JSON.parse(process.argv[2]!) as Job;
const [source, target] = [new pg.Client(job.source), new pg.Client(job.target)];
await Promise.all([source.connect(), target.connect()]);
await target.query('create table bare (dedupe_id text primary key, source text, data text)');

let seconds = 0;
let rows = 0;
for (const table of job.tables) {
  const started = performance.now();
  const { rows: read } = await source.query<{ k: string; d: string }>(
    `select md5(t::text) as k, row_to_json(t)::text as d from ${table} t`,
  );
  if (job.read) seconds += (performance.now() - started) / 1000;
  const begin = performance.now();
  for (let i = 0; i < read.length; i += PER_COMMIT)
    await target.query({
      name: 'bare.insert',
      text: `insert into bare select t.k, $2, t.d from jsonb_to_recordset($1::jsonb) as t(k text, d text) on conflict do nothing`,
      values: [JSON.stringify(read.slice(i, i + PER_COMMIT)), table],
    });
  seconds += (performance.now() - begin) / 1000;
  rows += read.length;
}
const cpu = process.cpuUsage();
await Promise.all([source.end(), target.end()]);
console.log(JSON.stringify({ rows, seconds, cpuMicros: (cpu.user + cpu.system) / rows }));
