import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DeliveryLog } from './delivery-log.service.js';
import { Endpoint, EndpointKey } from './endpoint.entity.js';
import { EndpointWatch } from './endpoint-watch.js';
import { EndpointsService } from './endpoints.service.js';
import { KeysService } from './keys.service.js';
import { Targets } from './targets.js';

/** Endpoints and their log. `Deliverer`, which sends, is provided by the worker role. */
@Module({
  imports: [TypeOrmModule.forFeature([Endpoint, EndpointKey])],
  providers: [EndpointsService, KeysService, DeliveryLog, EndpointWatch, Targets],
  exports: [EndpointsService, KeysService, DeliveryLog, EndpointWatch, Targets],
})
export class WebhooksModule {}
