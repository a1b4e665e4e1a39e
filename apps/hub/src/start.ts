import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { randomBytes } from 'node:crypto';
import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import { NestFactory } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { hubSettings } from '#config';
import { InboxService } from '#ingest';
import { migrations } from '#migrations';
import {
  createLogger,
  Database,
  EmbeddedPostgres,
  freePort,
  LOGGER,
  type Logger,
  Metrics,
  migrate,
  nestLogger,
  parsePostgresUrl,
  type PostgresConnection,
  QueueConnection,
  type Settings,
} from '#platform';
import { BrokerServer, ConnectorCatalogue, hubQueue, OpenSystems, Supervisor, SystemsService } from '#systems';
import { bootstrapAccess, type FirstAccess } from './first-access.js';
import { HubModule } from './hub.module.js';
import { consoleRoutes } from './http/console.routes.js';
import { healthRoutes } from './http/health.routes.js';
import { readJsonBodies } from './http/json-body.js';
import { API_PREFIX, openApi } from './http/openapi.js';
import { intakeRoutes } from './http/intake.routes.js';
import { ensurePartitions } from './jobs/partitions.js';
import { projectRoot, version } from './project.js';

export type HubSettings = Settings<typeof hubSettings>;

export interface RunningHub {
  readonly app: NestFastifyApplication;
  readonly url: string;
  readonly publicUrl: string;
  readonly metricsUrl: string | undefined;
  readonly access: FirstAccess;
  readonly log: Logger;
  /** Stops taking work, lets what is under way end, and stops the embedded database last. */
  stop(): Promise<void>;
}

/** Starts the hub in its role: database, migrations, first users, HTTP, and what the role runs. */
export async function startHub(
  settings: HubSettings,
  log = createLogger({ level: settings.logLevel, service: 'isthmus-hub', version }),
): Promise<RunningHub> {
  const dataDir = resolve(settings.dataDir);
  const embedded = settings.databaseUrl ? undefined : await startEmbedded(settings, dataDir, log);
  try {
    const connection = settings.databaseUrl ? parsePostgresUrl(settings.databaseUrl) : embedded!.connection('isthmus');
    return await startWith(settings, dataDir, connection, embedded, log);
  } catch (e) {
    await embedded?.stop();
    throw e;
  }
}

async function startEmbedded(settings: HubSettings, dataDir: string, log: Logger): Promise<EmbeddedPostgres> {
  await mkdir(dataDir, { recursive: true });
  const embedded = await EmbeddedPostgres.start({
    dataDir: join(dataDir, 'postgres'),
    port: settings.databasePort || (await freePort()),
  });
  await embedded.createDatabase('isthmus');
  embedded.watch((error) =>
    error
      ? log.error({ err: error }, 'the embedded database is down and does not start')
      : log.warn('the embedded database was down and was started again'),
  );
  return embedded;
}

async function startWith(
  settings: HubSettings,
  dataDir: string,
  connection: PostgresConnection,
  embedded: EmbeddedPostgres | undefined,
  log: Logger,
): Promise<RunningHub> {
  const database = {
    connection,
    poolSize: settings.databasePool,
    migrations,
    applicationName: `isthmus-${settings.role}`,
  };
  await migrate(database);
  const masterKeys = settings.masterKeys ?? [await localMasterKey(dataDir)];
  const connectors = await ConnectorCatalogue.scan(join(import.meta.dirname, '../../../libs/connectors'));
  const address = { url: '' };
  const publicUrl = () => settings.publicUrl ?? address.url;

  const adapter = new FastifyAdapter({
    genReqId: requestIds(),
    requestIdHeader: 'x-request-id',
    bodyLimit: 2 * 1024 * 1024,
    forceCloseConnections: true,
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    HubModule.with({
      hub: {
        role: settings.role,
        connection,
        publicUrl,
        secureCookies: () => settings.secureCookies ?? publicUrl().startsWith('https:'),
        keep: {
          inbox: settings.inboxDays,
          dedupe: settings.dedupeDays,
          events: settings.eventDays,
          ledger: settings.ledgerDays,
          pins: settings.pinDays,
          facts: settings.factDays,
        },
        version,
      },
      platform: { log, version, egress: { allow: settings.egressAllow }, masterKeys },
      database,
      queue: settings.queueUrl
        ? { driver: 'redis', url: settings.queueUrl, prefix: settings.queuePrefix }
        : { driver: 'postgres', connection, prefix: 'isthmus' },
      connectors,
      ...(settings.brokerUrl ? { broker: { url: settings.brokerUrl, prefix: settings.brokerPrefix } } : {}),
    }),
    adapter,
    { logger: nestLogger(log), abortOnError: false, bodyParser: false },
  );
  // Every role writes into them; the upkeep makes those of later days.
  await ensurePartitions(app.get(Database));
  const state = { ready: false };
  await routes(app, settings, log, () => state.ready);
  listenToAgents(app, settings, log);
  await app.listen(settings.port, settings.host);
  address.url = localUrl(app, settings.host);
  if (settings.role === 'all' || settings.role === 'intake') app.get(Supervisor).start(app.get(InboxService));
  const metrics =
    settings.metricsPort === undefined
      ? undefined
      : await serveMetrics(app.get(Metrics), settings.host, settings.metricsPort);
  const access = await bootstrapAccess(app, dataDir);
  state.ready = true;
  log.info(
    {
      role: settings.role,
      url: address.url,
      database: embedded ? 'embedded' : 'server',
      queue: settings.queueUrl ? 'redis' : 'postgres',
      connectors: connectors.names(),
    },
    'the hub is ready',
  );

  return {
    app,
    url: address.url,
    publicUrl: publicUrl(),
    metricsUrl: metrics && `http://${settings.host}:${(metrics.address() as AddressInfo).port}/metrics`,
    access,
    log,
    stop: async () => {
      state.ready = false;
      metrics?.close();
      const queue = app.get(QueueConnection, { strict: false });
      await app.close();
      await queue.end().catch(() => {});
      await embedded?.stop();
    },
  };
}

async function routes(
  app: NestFastifyApplication,
  settings: HubSettings,
  log: Logger,
  ready: () => boolean,
): Promise<void> {
  app.setGlobalPrefix(API_PREFIX);
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        upgradeInsecureRequests: null,
      },
    },
    strictTransportSecurity: (settings.publicUrl ?? '').startsWith('https:'),
  });
  await app.register(cookie);
  await app.register(compress, {
    global: true,
    threshold: 1024,
    encodings: ['br', 'gzip'],
    customTypes: /^application\/(problem\+)?json|^text\/(?!event-stream)/,
  });
  const fastify = app.getHttpAdapter().getInstance();
  readJsonBodies(fastify);
  await fastify.register(healthRoutes(app.get(Database), version, ready));
  const serves = (role: 'api' | 'intake') => settings.role === 'all' || settings.role === role;
  if (serves('intake'))
    await fastify.register(
      intakeRoutes({
        inbox: app.get(InboxService),
        systems: app.get(SystemsService),
        open: app.get(OpenSystems),
        catalogue: app.get(ConnectorCatalogue),
        log: app.get<Logger>(LOGGER),
      }),
    );
  if (serves('api')) {
    let document: OpenAPIObject | undefined;
    fastify.get('/api/openapi.json', () => (document ??= openApi(app, version)));
  }
  if (serves('api')) await fastify.register(consoleRoutes(join(projectRoot, 'dist/apps/console')));
  const metrics = app.get(Metrics);
  fastify.addHook('onResponse', async (request, reply) => {
    metrics.httpSeconds.observe(
      { method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode },
      reply.elapsedTime / 1000,
    );
  });
  fastify.addHook('onSend', async (request, reply) => {
    void reply.header('x-request-id', request.id);
  });
}

/** Ids that tell requests of this process, and of other processes, apart. */
function requestIds(): () => string {
  const process = randomBytes(5).toString('hex');
  let n = 0;
  return () => `${process}-${(++n).toString(36)}`;
}

/**
 * Opens the hub's queue on the broker, and its TCP port for agents of this machine. A broker that is away holds up
 * nothing: connecting goes on in the background.
 */
function listenToAgents(app: NestFastifyApplication, settings: HubSettings, log: Logger): void {
  if (settings.role !== 'all' && settings.role !== 'intake') return;
  const { brokerUrl, brokerPrefix, agentTcpPort } = settings;
  if (brokerUrl)
    app.connectMicroservice<MicroserviceOptions>({
      // Acknowledged after the commit; the prefetch is the backpressure: at most this many batches are under way.
      strategy: new BrokerServer({ url: brokerUrl, queue: hubQueue(brokerPrefix), noAck: false, prefetch: 8 }),
    });
  if (agentTcpPort !== undefined)
    app.connectMicroservice<MicroserviceOptions>({
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port: agentTcpPort },
    });
  if (brokerUrl || agentTcpPort !== undefined)
    void app
      .startAllMicroservices()
      .catch((e: unknown) => log.error({ err: e }, 'the hub cannot be reached by agents'));
}

/** Metrics have a port of their own, so that a proxy in front of the API cannot show them by accident. */
async function serveMetrics(metrics: Metrics, host: string, port: number): Promise<Server> {
  const server = createServer((_request, response) => {
    metrics.registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': metrics.registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((ok) => server.listen(port, host, ok));
  return server;
}

function localUrl(app: NestFastifyApplication, host: string): string {
  const { port } = app.getHttpServer().address() as AddressInfo;
  return `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
}

/** The key that seals secrets when none is given: made once, readable by this account only. */
async function localMasterKey(dataDir: string): Promise<Buffer> {
  await mkdir(dataDir, { recursive: true });
  const file = join(dataDir, 'master.key');
  await writeFile(file, randomBytes(32).toString('base64'), { mode: 0o600, flag: 'wx' }).catch(
    (e: NodeJS.ErrnoException) => {
      if (e.code !== 'EEXIST') throw e;
    },
  );
  return Buffer.from(await readFile(file, 'utf8'), 'base64');
}
