export { AdvanceService } from './advance.service.js';
export { armOf } from './arms.js';
export { campaignSpec, type CampaignSource, type CampaignSpec } from './campaign-spec.js';
export { Approval, Campaign, CAMPAIGN_STATES, type CampaignState, type PlanSummary } from './campaign.entity.js';
export { campaignErrors } from './campaigns.errors.js';
export { CampaignsModule } from './campaigns.module.js';
export { CampaignsService, type Person } from './campaigns.service.js';
export { type ArmResult, type CampaignResults, ResultsService, type StepFunnel } from './results.service.js';
export { difference, type Interval, type Proportion, wilson } from './statistics.js';
