export { Client } from './client.entity.js';
export { ClientsModule } from './clients.module.js';
export { ClientsService, type TimelineFact } from './clients.service.js';
export { FactPartitions } from './fact-partitions.js';
export { golden, type Golden } from './golden.js';
export { enterLane, stepInLane, tryLane } from './lane.js';
export type { FieldLineage } from './lineage.js';
export { projectClients } from './project.js';
export { type Refusal, writeRefusals } from './refusals.js';
export { statedBy } from './stated-by.js';
export { type AccountOfField, type Loser } from './survivorship/account-of-field.js';
export { WINNING_RULES, type WinningRule } from './survivorship/decide-field.js';
export { Lineages } from './survivorship/lineages.service.js';
export { isField } from './survivorship/pin-value.js';
export { type EndedPin, type PinRow, Pins } from './survivorship/pins.service.js';
export { Policies, type PolicyRow } from './survivorship/policies.service.js';
export { SURVIVORSHIP_RULES, type SurvivorshipPolicy, type SurvivorshipRule } from './survivorship/policy.js';
export { type RecomputeRow, Recomputes } from './survivorship/recomputes.service.js';
export {
  type Pin,
  type StatedFields,
  type Statement,
  statedValue,
  type StatedValue,
} from './survivorship/statement.js';
export { survivorshipErrors } from './survivorship/survivorship.errors.js';
export { factMonths, markChanged, type Statements, writeStatements, type WrittenRow } from './write.js';
