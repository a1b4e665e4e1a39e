import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApiKey, User } from './access.entity.js';
import { AccessService } from './access.service.js';
import { ApiKeys } from './api-keys.service.js';
import { AuditService } from './audit.service.js';
import { AuditedWrites } from './audited-writes.js';
import { IdempotencyService } from './idempotency.service.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([User, ApiKey])],
  providers: [AccessService, ApiKeys, AuditService, AuditedWrites, IdempotencyService],
  exports: [AccessService, ApiKeys, AuditService, AuditedWrites, IdempotencyService],
})
export class AccessModule {}
