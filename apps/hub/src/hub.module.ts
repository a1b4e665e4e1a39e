import { type DynamicModule, Global, Module, type Provider, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { AccessModule } from '#access';
import { CampaignsModule } from '#campaigns';
import { QUEUES } from '#canonical';
import { ClientsModule } from '#clients';
import { EffectsModule, OutcomesService, Performer } from '#effects';
import { IdentityModule } from '#identity';
import { ApplyService, IngestModule, OUTCOME_SINK } from '#ingest';
import { InsightModule } from '#insight';
import {
  DatabaseModule,
  type DatabaseOptions,
  PlatformModule,
  type PlatformOptions,
  Pulse,
  QueueModule,
  type QueueOptions,
  WAKE_QUEUE,
  Wakes,
} from '#platform';
import { SegmentsModule } from '#segments';
import { AGENT_LINK, ConnectorCatalogue, SystemsModule } from '#systems';
import { Deliverer, PROFILES, SentBodies, WebhooksModule } from '#webhooks';
import { ClientProfiles } from './client-profiles.js';
import { AccessController } from './http/access.controller.js';
import { ActionsController } from './http/actions.controller.js';
import { ApiKeysController } from './http/api-keys.controller.js';
import { AuditsController } from './http/audits.controller.js';
import { AuthGuard } from './http/auth.guard.js';
import { BlockedValuesController } from './http/blocked-values.controller.js';
import { CampaignsController } from './http/campaigns.controller.js';
import { ClientFieldsController } from './http/client-fields.controller.js';
import { ClientsController } from './http/clients.controller.js';
import { DeliveriesController } from './http/deliveries.controller.js';
import { EndpointsController } from './http/endpoints.controller.js';
import { IdentityController } from './http/identity.controller.js';
import { EventTypesController } from './http/event-types.controller.js';
import { IdempotencyInterceptor } from './http/idempotency.interceptor.js';
import { ModelsController } from './http/models.controller.js';
import { LoopFeed } from './http/loop-feed.js';
import { LoopController } from './http/loop.controller.js';
import { LineageController } from './http/lineage.controller.js';
import { PinsController } from './http/pins.controller.js';
import { PolicyController } from './http/policy.controller.js';
import { ProblemFilter } from './http/problem.filter.js';
import { ValidationPipe } from './http/validation.pipe.js';
import { QuarantineController } from './http/quarantine.controller.js';
import { ReviewsController } from './http/reviews.controller.js';
import { SegmentsController } from './http/segments.controller.js';
import { SessionController } from './http/session.controller.js';
import { SurgesController } from './http/surges.controller.js';
import { SystemsController } from './http/systems.controller.js';
import { HUB_OPTIONS, type HubOptions } from './hub-options.js';
import { IdentityProcessor } from './jobs/identity.processor.js';
import { SurvivorshipProcessor } from './jobs/survivorship.processor.js';
import { UpkeepProcessor } from './jobs/upkeep.processor.js';
import { WakeProcessor } from './jobs/wake.processor.js';
import { AgentDirectory } from './transports/agent-directory.js';
import { AgentsController } from './transports/agents.controller.js';
import { Worker } from './worker.js';

export interface HubModuleOptions {
  readonly hub: HubOptions;
  readonly platform: PlatformOptions;
  readonly database: DatabaseOptions;
  readonly queue:
    | Omit<Extract<QueueOptions, { driver: 'postgres' }>, 'queues'>
    | Omit<Extract<QueueOptions, { driver: 'redis' }>, 'queues'>;
  readonly connectors: ConnectorCatalogue;
  /** The broker that joins agents to the hub; without it, agents of this machine come by TCP. */
  readonly broker?: { readonly url: string; readonly prefix: string };
}

const CONTROLLERS: Type[] = [
  SessionController,
  AccessController,
  ApiKeysController,
  SystemsController,
  QuarantineController,
  // Before the clients: `clients/merge` is not an id.
  IdentityController,
  ReviewsController,
  SurgesController,
  BlockedValuesController,
  ModelsController,
  AuditsController,
  ClientFieldsController,
  ClientsController,
  LineageController,
  PinsController,
  PolicyController,
  SegmentsController,
  CampaignsController,
  ActionsController,
  EndpointsController,
  DeliveriesController,
  EventTypesController,
  LoopController,
];

const http: Provider[] = [
  LoopFeed,
  SentBodies,
  { provide: PROFILES, useClass: ClientProfiles },
  { provide: APP_FILTER, useClass: ProblemFilter },
  { provide: APP_GUARD, useClass: AuthGuard },
  { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
  { provide: APP_PIPE, useClass: ValidationPipe },
];

const worker: Provider[] = [
  ApplyService,
  Performer,
  Deliverer,
  Pulse,
  Worker,
  WakeProcessor,
  UpkeepProcessor,
  IdentityProcessor,
  SurvivorshipProcessor,
  { provide: OUTCOME_SINK, useExisting: OutcomesService },
];

@Global()
@Module({})
class HubGlobals {
  static with({ hub, broker }: HubModuleOptions): DynamicModule {
    const providers: Provider[] = [
      { provide: HUB_OPTIONS, useValue: hub },
      Wakes,
      { provide: AgentDirectory, useFactory: () => new AgentDirectory(broker) },
      { provide: AGENT_LINK, useExisting: AgentDirectory },
    ];
    return { module: HubGlobals, providers, exports: [HUB_OPTIONS, Wakes, AgentDirectory, AGENT_LINK] };
  }
}

/** The hub, in the role it was started with. */
@Module({})
export class HubModule {
  static with(o: HubModuleOptions): DynamicModule {
    const { role } = o.hub;
    const queues = [WAKE_QUEUE, QUEUES.upkeep, QUEUES.identity, QUEUES.survivorship];
    return {
      module: HubModule,
      imports: [
        PlatformModule.with(o.platform),
        DatabaseModule.with(o.database),
        QueueModule.with({ ...o.queue, queues }),
        HubGlobals.with(o),
        AccessModule,
        SystemsModule.with({ connectors: o.connectors, publicUrl: o.hub.publicUrl }),
        ClientsModule,
        IdentityModule,
        IngestModule.with(o.hub.connection),
        SegmentsModule,
        EffectsModule,
        CampaignsModule,
        WebhooksModule,
        InsightModule,
      ],
      controllers: [
        ...(role === 'all' || role === 'api' ? CONTROLLERS : []),
        ...(role === 'all' || role === 'intake' ? [AgentsController] : []),
      ],
      providers: [...http, ...(role === 'all' || role === 'worker' ? worker : [])],
    };
  }
}
