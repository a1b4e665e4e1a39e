import { parseArgs } from 'node:util';
import { apply } from './benches/apply.js';
import { backfill } from './benches/backfill.js';
import { delivery } from './benches/delivery.js';
import { fresh } from './benches/fresh.js';
import { identity, identityOf, identityTable } from './benches/identity.js';
import { BenchRefusal } from './benches/identity-records.js';
import { onlineRoad } from './benches/identity-online.js';
import { intake } from './benches/intake.js';
import { loop } from './benches/loop.js';
import { type Report, table } from './report.js';
import { Site } from './site.js';

interface Options {
  readonly rounds: number;
  readonly seconds: number;
  readonly clients: number;
  readonly stored: number;
}

const BENCHES: Record<string, (site: Site, o: Options) => Promise<Report[]>> = {
  intake,
  backfill,
  apply,
  fresh,
  loop,
  identity,
  delivery,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '6' },
    clients: { type: 'string', default: '20000' },
    stored: { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
    records: { type: 'string' },
    truth: { type: 'string' },
    config: { type: 'string' },
    online: { type: 'boolean', default: false },
    batch: { type: 'string', default: '1' },
  },
});
const names = positionals.length > 0 ? positionals : Object.keys(BENCHES);
const unknown = names.find((n) => !(n in BENCHES));
const number = (name: keyof Options, least = 1) => {
  const n = Number(values[name]);
  if (!Number.isInteger(n) || n < least)
    throw new Error(`--${name} is "${values[name]}"; a whole number from ${least} on is needed`);
  return n;
};

let site: Site | undefined;

/** One bench in a cluster of its own: what one leaves behind does not slow the next. */
async function run(name: string, o: Options): Promise<Report[]> {
  site = await Site.open();
  try {
    return await BENCHES[name]!(site, o);
  } finally {
    await site.close();
    site = undefined;
  }
}

// Stopped by hand, it leaves no server and no folder behind.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void Promise.resolve(site?.close()).finally(() => process.exit(130)));

if (unknown !== undefined) {
  console.error(`There is no bench "${unknown}"; there are ${Object.keys(BENCHES).join(', ')}.`);
  process.exitCode = 2;
} else if (names.length === 1 && names[0] === 'identity' && values.records !== undefined) {
  try {
    if (values.truth === undefined)
      throw new BenchRefusal('--records needs --truth COLUMN, or --truth "COLUMN:/regex(group)/".');
    const { records, truth, config, online } = values;
    const batch = Number(values.batch);
    if (!Number.isInteger(batch) || batch < 1)
      throw new BenchRefusal(`--batch is "${values.batch}"; a whole number from 1 on is needed.`);
    const result = await identityOf({ records, truth, config, online, batch }, onlineRoad);
    console.log(values.json ? JSON.stringify(result, null, 2) : identityTable(result));
  } catch (e) {
    if (!(e instanceof BenchRefusal)) throw e;
    console.error(e.message);
    process.exitCode = 2;
  }
} else {
  const o = {
    rounds: number('rounds'),
    seconds: number('seconds'),
    clients: number('clients'),
    stored: number('stored', 0),
  };
  const reports: Report[] = [];
  const failed: { bench: string; reason: string }[] = [];
  for (const name of names) {
    console.error(`${new Date().toISOString().slice(11, 19)} ${name} …`);
    try {
      reports.push(...(await run(name, o)));
    } catch (e) {
      // What the others measured is told all the same.
      console.error(`${name} failed:`, e);
      failed.push({ bench: name, reason: e instanceof Error ? e.message : String(e) });
      process.exitCode = 1;
    }
  }
  if (values.json) console.log(JSON.stringify({ reports, failed }, null, 2));
  else console.log([...reports.map(table), ...failed.map((f) => `## ${f.bench}\n\nFailed: ${f.reason}\n`)].join('\n'));
}
