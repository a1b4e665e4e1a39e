import { join } from 'node:path';
import { type DynamicModule, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientTCP, type MicroserviceOptions, Transport } from '@nestjs/microservices';
import type { agentSettings } from '#config';
import { createLogger, freePort, type Logger, nestLogger, PlatformModule, type Settings } from '#platform';
import { agentQueue, BrokerClient, BrokerServer, ConnectorCatalogue, hubQueue, type Peer } from '#systems';
import { AGENT_OPTIONS, HUB_CLIENT } from './agent-options.js';
import { CommandsController } from './commands.controller.js';
import { HostedSystems } from './hosted-systems.js';

export type AgentSettings = Settings<typeof agentSettings>;

/**
 * Starts an agent: a process inside a source system's network zone that hosts connectors and reaches the hub only
 * through the broker (or, on one machine, through a TCP port). It has no database and opens no port to its zone.
 */
export async function startAgent(
  settings: AgentSettings,
  log = createLogger({ level: settings.logLevel, service: 'isthmus-agent', version: '' }),
): Promise<{ stop(): Promise<void> }> {
  const way = await wayToHub(settings);
  const catalogue = await ConnectorCatalogue.scan(join(import.meta.dirname, '../../../libs/connectors'));
  const app: INestMicroservice = await NestFactory.createMicroservice<MicroserviceOptions>(
    AgentModule.with(settings, way, catalogue, log),
    {
      ...way.server,
      logger: nestLogger(log),
    },
  );
  // Without the broker there is nothing to do but wait for it; connecting goes on in the background.
  void app.listen().catch((e: unknown) => log.error({ err: e }, 'the agent cannot take commands'));
  app.get(HostedSystems).start();
  log.info({ agent: settings.name, road: settings.brokerUrl ? 'broker' : 'tcp' }, 'the agent is up');
  return {
    stop: async () => {
      await app.close();
      await Promise.resolve(way.client.close()).catch(() => {});
    },
  };
}

interface WayToHub {
  readonly client: Peer;
  readonly server: MicroserviceOptions;
  readonly tcpPort?: () => number;
}

async function wayToHub(s: AgentSettings): Promise<WayToHub> {
  if (s.brokerUrl) {
    const queue = agentQueue(s.brokerPrefix, s.name);
    return {
      client: new BrokerClient(s.brokerUrl, hubQueue(s.brokerPrefix)),
      // Taken off the queue before it is performed: a command that killed its agent must not come again by itself.
      server: { strategy: new BrokerServer({ url: s.brokerUrl, queue, noAck: true, prefetch: 32 }) },
    };
  }
  if (s.hubTcpPort === undefined)
    throw new Error('an agent needs ISTHMUS_BROKER_URL, or ISTHMUS_AGENT_TCP_PORT on the hub’s machine');
  const port = await freePort();
  return {
    client: new ClientTCP({ host: '127.0.0.1', port: s.hubTcpPort }),
    server: { transport: Transport.TCP, options: { host: '127.0.0.1', port } },
    tcpPort: () => port,
  };
}

@Module({})
class AgentModule {
  static with(settings: AgentSettings, way: WayToHub, catalogue: ConnectorCatalogue, log: Logger): DynamicModule {
    return {
      module: AgentModule,
      // An agent seals nothing: secrets are read from its own environment.
      imports: [
        PlatformModule.with({
          log,
          version: '',
          egress: { allow: settings.egressAllow },
          masterKeys: [Buffer.alloc(32)],
        }),
      ],
      controllers: [CommandsController],
      providers: [
        { provide: HUB_CLIENT, useValue: way.client },
        { provide: AGENT_OPTIONS, useValue: { name: settings.name, ...(way.tcpPort ? { tcpPort: way.tcpPort } : {}) } },
        { provide: ConnectorCatalogue, useValue: catalogue },
        HostedSystems,
      ],
    };
  }
}
