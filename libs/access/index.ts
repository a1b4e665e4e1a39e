export { type Actor, ApiKey, type Role, ROLES, type Scope, SCOPES, User } from './access.entity.js';
export { accessErrors } from './access.errors.js';
export { AccessModule } from './access.module.js';
export { AccessService } from './access.service.js';
export { type AuditEntry, AuditService } from './audit.service.js';
export { AuditedWrites, type Written } from './audited-writes.js';
export { IdempotencyService } from './idempotency.service.js';
export { mask } from './mask.js';
export { isApiKey, newApiKey, sameToken } from './tokens.js';
