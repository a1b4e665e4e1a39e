export {
  type ActionName,
  type ActionParams,
  ACTIONS,
  type Channel,
  IDEMPOTENCY,
  type Idempotency,
  isActionName,
  isOutcomeKind,
  type OutcomeKind,
  OPT_OUTS,
  OUTCOMES,
} from './actions.js';
export {
  CLIENT_FIELD_NAMES,
  CLIENT_FIELDS,
  type ClientField,
  type ClientFieldName,
  type ClientFields,
  CONSENT_CHANNELS,
  CONSENT_STATES,
  type ConsentChannel,
  type ConsentState,
  isClientField,
} from './client-fields.js';
export {
  addDecimals,
  compareDecimals,
  type Decimal,
  multiplyDecimals,
  parseDecimal,
  scaleDecimal,
  subtractDecimals,
} from './decimal.js';
export { type BinaryOperator, EXPRESSION_LIMITS, ExpressionError, type Node, walk } from './expression/ast.js';
export {
  type CallNode,
  DecimalValue,
  describe,
  evaluate,
  type Scope,
  truth,
  type Value,
} from './expression/evaluate.js';
export { parseExpression } from './expression/parse.js';
export { checkCall, TEXT_FUNCTIONS } from './expression/text-functions.js';
export {
  coversType,
  EVENT_TYPES,
  eventMessage,
  eventSchemaName,
  type EventType,
  eventTypeSpec,
  type EventTypeSpec,
  isEventType,
  sampleMessage,
} from './events.js';
export {
  ASSET_PARTS,
  type AssetPart,
  FACT_KINDS,
  type FactKind,
  isFactKind,
  isMeasureKind,
  type MeasureKind,
  MEASURES,
} from './facts.js';
export { type DrainName, DRAINS, type Origin, ORIGINS, QUEUES } from './flow.js';
export {
  clientIdOf,
  founderRank,
  IDENTITY_KEYS,
  type IdentityKey,
  type IdentityKeyType,
  isIdentityKeyType,
} from './identity-keys.js';
export { addDays, type Day, dayOf, daysBetween, FIRM_ZONE, isDay, isZone, parseInstant } from './time.js';
export { isAnnounced, isTradingDay, tradingDaysBefore } from './trading-calendar.js';
