import { defineConnector } from '#connector-kit';
import { checkCounter } from './check.js';
import { CommissionRequests } from './commission.js';
import { DEFAULT_STREAMS } from './default-streams.js';
import { discoverStreams } from './discover.js';
import { MariadbCounter } from './mariadb.js';
import { PostgresCounter } from './postgres.js';
import { TablePull } from './pull.js';
import { settings, type TradingSettings } from './settings.js';

/** Trading counters by SQL: their tables are read as they change, commission plans are written as requests. */
export default defineConnector<TradingSettings>({
  name: 'trading-sql',
  kind: 'trading',
  title: { en: 'Trading counter (SQL)', zh: '交易柜台（SQL）' },
  summary: {
    en: 'Reads clients, accounts, assets, trades and transfers from the counter’s PostgreSQL or MariaDB, and writes commission plans back.',
    zh: '从柜台的 PostgreSQL 或 MariaDB 读取客户、账户、资产、成交与划转，并回写佣金方案。',
  },
  settings,
  // A lost insert is looked for after a while; should it come later still, its key keeps it from being a second one.
  actions: { 'commission.set': { idempotency: 'probe', outcome: 'poll', timeoutMs: 10_000, settleMs: 5000 } },
  open(context) {
    const { settings: s } = context;
    const resolve = (host: string) => context.resolve(host);
    const counter = s.driver === 'postgres' ? new PostgresCounter(s, resolve) : new MariadbCounter(s, resolve);
    const streams = s.streams ?? DEFAULT_STREAMS;
    const requests = new CommissionRequests(counter, s.timeZone, () => context.now());
    return {
      check: (signal) => checkCounter(counter, streams, signal),
      discover: (signal) => discoverStreams(counter, streams, signal),
      pull: new TablePull({
        counter,
        streams,
        zone: s.timeZone,
        pollMs: s.pollMs,
        overlapMs: s.overlapSeconds * 1000,
      }),
      perform: { 'commission.set': (command, signal) => requests.request(command, signal) },
      probe: { 'commission.set': (command, signal) => requests.probe(command, signal) },
      close: () => counter.close(),
    };
  },
});
