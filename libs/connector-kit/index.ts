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
export { readCursorPages } from './cursor-pages.js';
export { jsonObject, parseExactJson } from './exact-json.js';
export { HttpSystem, type HttpSystemOptions } from './http-system.js';
export { retryAfterMs, sendFault, type SendFault } from './network-errors.js';
export { addressSettings, secretSettings, settingsSchema } from './settings-form.js';
export { hmacSha256, refused, sameText, type Verdict, verifyTimedHmac, withinWindow } from './signatures.js';
