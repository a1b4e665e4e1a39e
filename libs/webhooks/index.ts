export { Deliverer } from './deliverer.service.js';
export {
  type AttemptView,
  DELIVERY_STATES,
  type DeliveryFilter,
  DeliveryLog,
  type DeliveryState,
  type DeliveryView,
} from './delivery-log.service.js';
export { Endpoint, ENDPOINT_KINDS, type EndpointKey, type EndpointKind, SASL_MECHANISMS } from './endpoint.entity.js';
export { checkTransform, type EndpointSecrets, type EndpointSettings, REVEALABLE } from './endpoint-settings.js';
export { EndpointsService, type Health } from './endpoints.service.js';
export { asyncApi, type CatalogueEntry, componentOf, eventCatalogue, openApiWebhooks } from './event-documents.js';
export { KeysService, type NewKey } from './keys.service.js';
export { type Profile, PROFILES, type Profiles, renderMessage, type StoredEvent } from './message.js';
export { MOST_ATTEMPTS } from './retry.js';
export { KEY_KINDS, KeyFault, type KeyKind, newKeyPair, newSecret, signedHeaders, signer } from './sign.js';
export { type Sample, SAMPLES } from './samples.js';
export { SentBodies, type SentBody } from './sent-bodies.service.js';
export { TransformFault } from './transform.js';
export { REFUSALS, type Refusal, verifyWebhook, type Verified, type WebhookHeaders } from './verify.js';
export { eventTypeUnknown, webhookErrors } from './webhooks.errors.js';
export { WebhooksModule } from './webhooks.module.js';
