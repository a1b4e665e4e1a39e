export { type Clock, CLOCK, systemClock } from './clock.js';
export { type PostgresConnection, parsePostgresUrl, typeParsers } from './database/connection.js';
export { Database, isDatabaseUnavailable, isDataFault, type Statement, type Tx } from './database/database.js';
export { DatabaseModule, type DatabaseOptions, dataSourceOptions, migrate } from './database/database.module.js';
export { EmbeddedPostgres, type EmbeddedPostgresOptions } from './database/embedded-postgres.js';
export { AddressPolicy } from './egress/address-policy.js';
export { faultWords, type Spoken } from './egress/fault-words.js';
export { Egress, type EgressOptions, EgressRefused } from './egress/egress.js';
export {
  type ClientTls,
  Exchange,
  type ExchangeAnswer,
  ExchangeFailed,
  type ExchangeRequest,
} from './egress/exchange.js';
export {
  defineErrors,
  type Details,
  errorCatalogue,
  type ErrorSpec,
  type FieldError,
  IsthmusError,
  platformErrors,
} from './errors.js';
export { fieldErrors, type SchemaIssue, summary } from './field-errors.js';
export { freePort } from './free-port.js';
export { parsePublicId, publicId, uuidv7 } from './ids.js';
export { createLogger, LOGGER, type Logger, maskCredentials, nestLogger, safeError } from './log.js';
export { Metrics } from './metrics.js';
export { type NewEvent, writeEvents } from './outbox/outbox.js';
export { endProcess } from './process-end.js';
export { PlatformModule, type PlatformOptions } from './platform.module.js';
export { ClaimEngine, type ClaimEngineOptions } from './queue/claim-engine.js';
export { Drain, type DrainOptions } from './queue/drain.js';
export { DEAD_AFTER, Pulse } from './queue/pulse.js';
export { QueueConnection, QueueModule, type QueueOptions } from './queue/queue.module.js';
export { WAKE_QUEUE, type Wakeable, Wakes } from './queue/wakes.js';
export { Envelope } from './secrets/envelope.js';
export { readSettings, redactSettings, type Setting, setting, type Settings, SettingsError } from './settings.js';
export { bilingual, joined, type Words, wordsOf } from './words.js';
