import { ratio, type Report, type Sample } from '../report.js';
import { type Site, until } from '../site.js';
import { bareInsert, filledCounter, registerCounter, rowsIn, untilRead } from './counter.js';

/** Waiting records become clients, accounts, facts, measures and events; against a bare insert of the same rows. */
export async function apply(site: Site, o: { rounds: number; clients: number }): Promise<Report[]> {
  const counter = await filledCounter(site, o.clients);
  const rows = await rowsIn(site, counter);
  const product: Sample[] = [];
  const baseline: Sample[] = [];
  for (let i = 0; i < o.rounds; i++) {
    baseline.push(await bareInsert(site, counter, false));
    const database = await site.database();
    const api = await site.hub(database, { ISTHMUS_ROLE: 'api' });
    const reader = await site.hub(database, { ISTHMUS_ROLE: 'intake', ISTHMUS_DATA_DIR: api.dataDir });
    await registerCounter(api.api, counter);
    await untilRead(api.api);
    await site.stop(reader.program);
    const worker = await site.hub(database, { ISTHMUS_ROLE: 'worker', ISTHMUS_DATA_DIR: api.dataDir });
    const cpu = await worker.program.cpuMicros();
    product.push(
      await site.withDatabase(database, async (db) => {
        const waiting = async () =>
          Number(
            (await db.query<{ n: string }>('select coalesce(sum(read), 0) as n from inbox_batch where done_at is null'))
              .rows[0]!.n,
          );
        const atStart = await waiting();
        const started = performance.now();
        await until('everything applied', async () => (await waiting()) === 0, 20);
        return {
          perSecond: atStart / ((performance.now() - started) / 1000),
          cpuMicros: ((await worker.program.cpuMicros()) - cpu) / atStart,
          ...(await worker.program.memory()),
        };
      }),
    );
    await site.stop(worker.program);
    await site.stop(api.program);
  }
  const a = { name: 'Isthmus: inbox → client', samples: product };
  const b = { name: 'bare insert of the same rows, 1,000 a commit', samples: baseline };
  return [
    {
      bench: 'apply',
      work: `${rows.toLocaleString('en-US')} waiting records of a trading counter: mapped, resolved to clients, written as accounts, facts, daily measures and events.`,
      unit: 'records',
      machine: await site.machine(),
      sides: [a, b],
      ratios: { 'the baseline’s rate': ratio(a, b, 'perSecond') },
      target: '≥ 5,000 records/s',
      notMeasured: ['more than one worker (one applies at a time)', 'tables with a million clients'],
    },
  ];
}
