export { actionKey } from './action-key.js';
export { ACTION_STATES, type ActionFilter, ActionsService, type ActionView } from './actions.service.js';
export { EffectsModule } from './effects.module.js';
export { type Guards } from './gate.js';
export { OutcomesService } from './outcomes.service.js';
export { Performer } from './performer.service.js';
export { type ClientFacts, previewActions, reserveActions, type ReserveRequest } from './reserve.js';
export { type Target, TargetsService } from './targets.service.js';
