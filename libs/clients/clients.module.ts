import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Client } from './client.entity.js';
import { ClientsService } from './clients.service.js';
import { FactPartitions } from './fact-partitions.js';

@Module({
  imports: [TypeOrmModule.forFeature([Client])],
  providers: [ClientsService, FactPartitions],
  exports: [ClientsService, FactPartitions],
})
export class ClientsModule {}
