export { loadFields, loadProfiles } from './rule/profiles.js';
export { matches, type Profile } from './rule/rule-live.js';
export { ruleToSql } from './rule/rule-sql.js';
export { parseRule, type Rule, RULE_VOCABULARY } from './rule/rule.js';
export { Segment } from './segment.entity.js';
export { SegmentsModule } from './segments.module.js';
export { segmentErrors, SegmentsService, type SegmentView } from './segments.service.js';
