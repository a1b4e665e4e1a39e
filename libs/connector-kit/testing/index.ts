export { closedPort, eventually, type Opened, open, silentPeer, type Subject } from './bench.js';
export { type ActionCase, conformsInAction } from './conforms-in-action.js';
export { conformsInForm } from './conforms-in-form.js';
export { conformsInPull, type PullCase } from './conforms-in-pull.js';
export { conformsInWebhook, type WebhookCase } from './conforms-in-webhook.js';
