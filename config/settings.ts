import { setting } from '#platform';
import { z } from 'zod';

const port = z.coerce.number().pipe(z.int().min(0).max(65535));
const days = z.coerce.number().pipe(z.int().min(1).max(36_500));
const flag = z.enum(['true', 'false']).transform((t) => t === 'true');
const url = z.url();
const list = z.string().transform((t) =>
  t
    .split(',')
    .map((s) => s.trim())
    .filter((s) => s !== ''),
);

const masterKeys = z.string().transform((text, c) => {
  const keys = text.split(',').map((k) => Buffer.from(k.trim(), 'base64'));
  if (keys.some((k) => k.length !== 32)) c.addIssue('needed: one or more 32-byte keys in base64, the newest first');
  return keys;
});

/** Every setting of the hub. docs/reference/settings.md is generated from it. */
export const hubSettings = {
  role: setting(
    'ISTHMUS_ROLE',
    z.enum(['all', 'api', 'intake', 'worker']).default('all'),
    'What this process does: `api` serves the console and the API, `intake` receives and reads from systems, `worker` applies, evaluates and sends. `all` is all of it in one process.',
  ),
  dataDir: setting(
    'ISTHMUS_DATA_DIR',
    z.string().default('.data'),
    'Folder of the embedded database and of the generated master key. Keep it, back it up, and keep it to yourself.',
  ),
  host: setting(
    'ISTHMUS_HOST',
    z.string().default('127.0.0.1'),
    'Address to listen on. 127.0.0.1 is this machine only; 0.0.0.0 is every network, and needs a proxy with TLS in front.',
  ),
  port: setting('ISTHMUS_PORT', port.default(8420), 'Port of the console and the API. 0 picks a free one.'),
  metricsPort: setting(
    'ISTHMUS_METRICS_PORT',
    port.optional(),
    'Port of the Prometheus metrics. Unset: no metrics port.',
  ),
  publicUrl: setting(
    'ISTHMUS_PUBLIC_URL',
    url.optional(),
    'Address of the hub as others reach it, for links in mails and for sign-in. Unset: the address it listens on.',
  ),
  databaseUrl: setting(
    'ISTHMUS_DATABASE_URL',
    url.optional(),
    'postgres://user:password@host:port/database. PostgreSQL 15 or newer. Unset: the embedded PostgreSQL in the data folder.',
    { secret: true },
  ),
  databasePool: setting(
    'ISTHMUS_DATABASE_POOL',
    z.coerce.number().pipe(z.int().min(4).max(200)).default(12),
    'Database connections of this process, besides three of its own.',
  ),
  databasePort: setting(
    'ISTHMUS_EMBEDDED_PORT',
    port.default(0),
    'Port of the embedded PostgreSQL on 127.0.0.1. 0 picks a free one between 20000 and 27000.',
  ),
  queueUrl: setting(
    'ISTHMUS_QUEUE_URL',
    url.optional(),
    'redis://host:port of a Redis or Valkey that carries the queue. Unset: the queue lives in the database.',
    { secret: true },
  ),
  queuePrefix: setting(
    'ISTHMUS_QUEUE_PREFIX',
    z.string().default('{isthmus}'),
    'Prefix of the queue keys in Redis. The braces keep them in one slot of a cluster.',
  ),
  brokerUrl: setting(
    'ISTHMUS_BROKER_URL',
    url.optional(),
    'amqp://user:password@host:port of the RabbitMQ that joins agents to the hub. Unset: no agents.',
    { secret: true },
  ),
  brokerPrefix: setting(
    'ISTHMUS_BROKER_PREFIX',
    z.string().default('isthmus'),
    'First part of the names of the queues on the broker.',
  ),
  agentTcpPort: setting(
    'ISTHMUS_AGENT_TCP_PORT',
    port.optional(),
    'Port on 127.0.0.1 where agents of the same machine reach the hub without a broker. Unset: none.',
  ),
  masterKeys: setting(
    'ISTHMUS_MASTER_KEYS',
    masterKeys.optional(),
    'Keys that seal secrets: 32 bytes each in base64, comma separated, the newest first. Unset: a key is made in the data folder.',
    { secret: true },
  ),
  egressAllow: setting(
    'ISTHMUS_EGRESS_ALLOW',
    list.default([]),
    'Internal subnets that may be called (CIDR, comma separated), such as 10.20.0.0/16. Everything that is not public is refused otherwise; metadata addresses always are.',
  ),
  logLevel: setting(
    'ISTHMUS_LOG_LEVEL',
    z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    'Least level of log lines.',
  ),
  secureCookies: setting(
    'ISTHMUS_SECURE_COOKIES',
    flag.optional(),
    'Whether session cookies need TLS. Unset: yes, if the public address is https.',
  ),
  inboxDays: setting(
    'ISTHMUS_INBOX_DAYS',
    days.default(90),
    'Days that raw records are kept in the inbox, with their batches and what was dealt with in quarantine. What stands open in quarantine is kept.',
  ),
  dedupeDays: setting(
    'ISTHMUS_DEDUPE_DAYS',
    days.default(400),
    'Days within which a repeated record is known as a repeat. A fact that a source sends again later than this counts twice; clients and accounts never do. At least as long as the inbox.',
  ),
  eventDays: setting(
    'ISTHMUS_EVENT_DAYS',
    days.default(90),
    'Days that events are kept, and so the time in which a webhook can be looked at and sent again. What is not delivered is kept.',
  ),
  ledgerDays: setting(
    'ISTHMUS_LEDGER_DAYS',
    days.default(400),
    'Days that every attempt and every outcome of an action is kept. The action itself, its last attempt and the outcome it shows are kept for ever.',
  ),
  pinDays: setting(
    'ISTHMUS_PIN_DAYS',
    days.default(7300),
    'Days that a pin is kept after it ended, with the value that a person set and the reason. What stands is kept. The audit keeps who set and ended it for ever, without the value.',
  ),
  factDays: setting(
    'ISTHMUS_FACT_DAYS',
    days.default(7300),
    'Days that facts, daily measures and asset snapshots are kept, by month. The default is the twenty years for which a securities firm keeps records of its clients.',
  ),
};

/** Every setting of an agent. */
export const agentSettings = {
  name: setting(
    'ISTHMUS_AGENT_NAME',
    z.string().regex(/^[a-z][a-z0-9-]{1,39}$/),
    'Name of this agent, as systems name it in the hub.',
  ),
  brokerUrl: setting(
    'ISTHMUS_BROKER_URL',
    url.optional(),
    'amqp://user:password@host:port of the RabbitMQ that joins this agent to the hub.',
    { secret: true },
  ),
  brokerPrefix: setting(
    'ISTHMUS_BROKER_PREFIX',
    z.string().default('isthmus'),
    'First part of the names of the queues on the broker; the same as at the hub.',
  ),
  hubTcpPort: setting(
    'ISTHMUS_AGENT_TCP_PORT',
    port.optional(),
    'Instead of a broker: the port of a hub on the same machine.',
  ),
  egressAllow: setting(
    'ISTHMUS_EGRESS_ALLOW',
    list.default([]),
    'Internal subnets of this zone that may be called (CIDR, comma separated).',
  ),
  logLevel: setting(
    'ISTHMUS_LOG_LEVEL',
    z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    'Least level of log lines.',
  ),
};

/** Every setting of the command line. */
export const cliSettings = {
  url: setting(
    'ISTHMUS_URL',
    url.default('http://127.0.0.1:8420'),
    'Address of the hub that the command line talks to.',
  ),
  apiKey: setting(
    'ISTHMUS_API_KEY',
    z.string().optional(),
    'API key of the command line. Unset: the key that a hub on this machine left in its data folder.',
    { secret: true },
  ),
};

/** Every setting of the simulator. */
export const simulatorSettings = {
  dataDir: setting(
    'ISTHMUS_SIM_DATA_DIR',
    z.string().default('.data/simulator'),
    'Folder of what the pretend firm remembers. A second start on it is the same firm, and goes on.',
  ),
  clients: setting(
    'ISTHMUS_SIM_CLIENTS',
    z.coerce.number().pipe(z.int().min(1).max(1_000_000)).default(50_000),
    'How many clients the firm has.',
  ),
  seed: setting(
    'ISTHMUS_SIM_SEED',
    z.string().min(1).max(100).default('isthmus'),
    'What the firm follows from: the same seed gives the same firm.',
  ),
  dirt: setting(
    'ISTHMUS_SIM_DIRT',
    z.string().max(1000).default('none'),
    'What is wrong in the books: none, usual, or shares of kinds behind either, such as usual,pinyin=0.2 (docs/reference/simulator.md). Fixed at the first start.',
  ),
  controlPort: setting(
    'ISTHMUS_SIM_CONTROL_PORT',
    port.default(0),
    'Port of the remote control on 127.0.0.1. 0 takes the one of the last start, or a free one.',
  ),
  tradingUrl: setting(
    'ISTHMUS_SIM_TRADING_URL',
    url.optional(),
    'postgres://user:password@host:port/database or mysql://…: where the trading counter keeps its tables. The user must be allowed to create users. Unset: a PostgreSQL of its own in the data folder.',
    { secret: true },
  ),
  truth: setting(
    'ISTHMUS_SIM_TRUTH',
    z.string().optional(),
    'File to write what is true of every client, for tests. Unset: none.',
  ),
};

/** Settings of all programs: each knows the names of the others, and refuses what none of them has. */
export const allSettings = [hubSettings, agentSettings, cliSettings, simulatorSettings];
