import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ConnectorCatalogue } from './connector-catalogue.js';
import { Gateway } from './runtime/gateway.js';
import { OpenSystems, PUBLIC_URL } from './runtime/open-systems.js';
import { Supervisor } from './runtime/supervisor.js';
import { Stream, System } from './system.entity.js';
import { SystemsService } from './systems.service.js';

export interface SystemsOptions {
  readonly connectors: ConnectorCatalogue;
  /** The hub's address as others reach it, known once it listens. */
  readonly publicUrl: () => string;
}

@Module({})
export class SystemsModule {
  static with(o: SystemsOptions): DynamicModule {
    return {
      module: SystemsModule,
      global: true,
      imports: [TypeOrmModule.forFeature([System, Stream])],
      providers: [
        { provide: ConnectorCatalogue, useValue: o.connectors },
        { provide: PUBLIC_URL, useValue: o.publicUrl },
        SystemsService,
        OpenSystems,
        Gateway,
        Supervisor,
      ],
      exports: [ConnectorCatalogue, SystemsService, OpenSystems, Gateway, Supervisor],
    };
  }
}
