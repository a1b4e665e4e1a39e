export { InsightModule } from './insight.module.js';
export {
  type FeedEvent,
  type Island,
  type LoopCampaign,
  LoopService,
  type LoopSnapshot,
  type LoopStep,
} from './loop.service.js';
