import { ratio, type Report, type Sample } from '../report.js';
import type { Site } from '../site.js';
import { bareInsert, filledCounter, registerCounter, rowsIn, untilRead } from './counter.js';

/** With the default of clients about a million rows: of a hundred thousand, the start would be a quarter of the time. */
const TIMES_THE_CLIENTS = 8;

/** A whole counter through the trading connector into the inbox, against a bare insert with dedupe of the same rows. */
export async function backfill(site: Site, o: { rounds: number; clients: number }): Promise<Report[]> {
  const counter = await filledCounter(site, o.clients * TIMES_THE_CLIENTS);
  const rows = await rowsIn(site, counter);
  const product: Sample[] = [];
  const baseline: Sample[] = [];
  for (let i = 0; i < o.rounds; i++) {
    baseline.push(await bareInsert(site, counter, true));
    const database = await site.database();
    const api = await site.hub(database, { ISTHMUS_ROLE: 'api' });
    // Reads and stores, and applies nothing.
    const hub = await site.hub(database, { ISTHMUS_ROLE: 'intake', ISTHMUS_DATA_DIR: api.dataDir });
    const cpu = await hub.program.cpuMicros();
    const started = performance.now();
    await registerCounter(api.api, counter);
    await untilRead(api.api);
    const seconds = (performance.now() - started) / 1000;
    product.push({
      perSecond: rows / seconds,
      cpuMicros: ((await hub.program.cpuMicros()) - cpu) / rows,
      ...(await hub.program.memory()),
    });
    await site.stop(hub.program);
    await site.stop(api.program);
  }
  const a = { name: 'Isthmus: connector → inbox', samples: product };
  const b = { name: 'driver → insert with dedupe, 1,000 a commit', samples: baseline };
  return [
    {
      bench: 'backfill',
      work: `${rows.toLocaleString('en-US')} rows of seven tables of a trading counter on PostgreSQL into the inbox, from registration to the last row.`,
      unit: 'rows',
      machine: await site.machine(),
      sides: [a, b],
      ratios: { 'the baseline’s rate': ratio(a, b, 'perSecond') },
      target: 'rate ≥ 0.5',
      notMeasured: ['more than a million rows', 'MariaDB', 'a counter on another machine'],
    },
  ];
}
