import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Client } from './client.entity.js';
import { ClientsService } from './clients.service.js';
import { FactPartitions } from './fact-partitions.js';
import { Lineages } from './survivorship/lineages.service.js';
import { Pins } from './survivorship/pins.service.js';
import { Policies } from './survivorship/policies.service.js';
import { Recomputes } from './survivorship/recomputes.service.js';

const services = [ClientsService, FactPartitions, Lineages, Pins, Policies, Recomputes];

@Module({ imports: [TypeOrmModule.forFeature([Client])], providers: services, exports: services })
export class ClientsModule {}
