export { Client } from './client.entity.js';
export { ClientsModule } from './clients.module.js';
export { ClientsService, type TimelineFact } from './clients.service.js';
export { FactPartitions } from './fact-partitions.js';
export { golden, type Golden, type StatedFields, type Statement } from './golden.js';
export type { FieldLineage } from './lineage.js';
export { projectClients } from './project.js';
export { type Refusal, writeRefusals } from './refusals.js';
export { factMonths, markChanged, type Statements, writeStatements, type WrittenRow } from './write.js';
