export { InsightModule } from './insight.module.js';
export { type FeedEvent, type Island, type LoopCampaign, LoopService, type LoopSnapshot } from './loop.service.js';
