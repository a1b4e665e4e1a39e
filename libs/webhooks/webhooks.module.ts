import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Endpoint } from './endpoint.entity.js';
import { EndpointsService } from './endpoints.service.js';

/** Endpoints and their log. `Deliverer`, which sends, is provided by the worker role. */
@Module({
  imports: [TypeOrmModule.forFeature([Endpoint])],
  providers: [EndpointsService],
  exports: [EndpointsService],
})
export class WebhooksModule {}
