export { cloudEvent, Deliverer } from './deliverer.service.js';
export { Endpoint } from './endpoint.entity.js';
export { type DeliveryView, EndpointsService, type NewEndpoint, webhookErrors } from './endpoints.service.js';
export { MOST_ATTEMPTS, retryDelayMs, verdict } from './retry.js';
export { newSecret, signature, signedHeaders } from './sign.js';
export { WebhooksModule } from './webhooks.module.js';
