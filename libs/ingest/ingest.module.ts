import { type DynamicModule, Module } from '@nestjs/common';
import { ClientsModule } from '#clients';
import type { PostgresConnection } from '#platform';
import { InboxService, WRITER_CONNECTION } from './accept/inbox.service.js';
import { MappingsService } from './mapping/mappings.service.js';
import { QuarantineService } from './quarantine/quarantine.service.js';

@Module({})
export class IngestModule {
  /** @param connection for the one connection that group commit writes on. */
  static with(connection: PostgresConnection): DynamicModule {
    return {
      module: IngestModule,
      global: true,
      imports: [ClientsModule],
      providers: [
        { provide: WRITER_CONNECTION, useValue: connection },
        InboxService,
        MappingsService,
        QuarantineService,
      ],
      exports: [InboxService, MappingsService, QuarantineService],
    };
  }
}
