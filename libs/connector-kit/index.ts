export {
  type ActionResult,
  type ActionSpec,
  type CheckResult,
  type Command,
  type Connector,
  type ConnectorContext,
  type ConnectorInstance,
  defineConnector,
  type ProbeResult,
  type Pull,
  type Session,
  type StreamDescription,
  type Webhook,
  type WebhookParsed,
  type WebhookReply,
  type WebhookRequest,
} from './connector.js';
export { ConfigError, RejectedError, SourceDataError, TransientError } from './errors.js';
export type {
  Message,
  OutcomeMessage,
  QuarantineMessage,
  RecordMessage,
  SchemaMessage,
  SourceField,
  StateMessage,
} from './messages.js';
export { retryAfterMs, sendFault, type SendFault } from './network-errors.js';
export { secretSettings, settingsSchema } from './settings-form.js';
export { hmacSha256, sameText } from './signatures.js';
