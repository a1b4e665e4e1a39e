export { type AuditPairRow, type AuditPairView, type AuditRow, Audits } from './audit/audits.service.js';
export { type Answer, ANSWERS, type AuditResult } from './audit/result.js';
export { type BlockedChange, type BlockedValue, BlockedValues } from './blocked/blocked-values.service.js';
export { Decisions, type Decided, type DecisionView } from './decide/decisions.service.js';
export { type IdentityCard, IdentityCards } from './decide/identity-card.service.js';
export { type IdentitySide } from './decide/identity-side.js';
export { REVIEW_CAUSES, type ReviewCause, type ReviewRow, Reviews, type ReviewView } from './decide/reviews.service.js';
export { causeWords, comparisonWords, levelWords, limitWords } from './decide/texts.js';
export { findNodes, type Named, type Nodes, type StatedKey } from './evidence/nodes.js';
export { sealPoint } from './evidence/stated.js';
export { identityErrors } from './identity.errors.js';
export { IdentityModule } from './identity.module.js';
export { ActiveModel, SHIPPED } from './models/active-model.js';
export { type ModelPreview, type ModelRow, Models, type Tuning } from './models/models.service.js';
export {
  type Expectation,
  bestPrecision,
  expectationAt,
  linkOfPrecision,
  WeightCounter,
  type WeightCounts,
} from './models/expectations.js';
export { type Surge, Surges } from './surge/surges.service.js';
export { ModelWork } from './models/model-work.service.js';
export type { Evidence, Matcher } from './resolve/matcher.js';
export { matcherOf } from './models/matcher-of.js';
export type { Resolution } from './resolve/cluster-identities.js';
export { recomputeProfiles, resolveProfiles } from './resolve/resolve-profiles.js';
export { Resolver } from './resolve/resolver.js';

// The pure core: no database, no clock, the same answer for the same question.
export { type Blocks } from './block/index-of-blocks.js';
export { blockKeys } from './block/keys.js';
export { Population } from './bulk/population.js';
export { type Resolved, resolveAll, type ResolveOptions, resolvePopulation } from './bulk/resolve-all.js';
export { clusterComponent } from './cluster/cluster.js';
export {
  type Clustering,
  type Component,
  type Decision,
  type Edge,
  type ReviewPair,
  type ReviewReason,
} from './cluster/component.js';
export { Subjects } from './compare/subjects.js';
export { type Subject } from './compare/value.js';
export { type LimitHit } from './cluster/value-limits.js';
export { DEFAULT_MODEL } from './model/default-model.js';
export { LIMITED } from './model/limited.js';
export {
  bitsOf,
  type Calibration,
  type ComparisonModel,
  type Frequencies,
  type Limits,
  type MatchModel,
  probabilityOf,
  type Thresholds,
} from './model/model.js';
export { seededRandom } from './model/random.js';
export { inTurn } from './model/steps.js';
export { type Part, Scorer, weigh } from './model/scorer.js';
export { trainInSteps, trainModel, trainOn, type TrainOptions } from './model/train.js';
export { type Name } from './normalise/name.js';
export { type Fault } from './normalise/text.js';
export {
  isKind,
  type Kind,
  kindOf,
  KINDS,
  PARTIES,
  type Party,
  type RawProfile,
  type RawValue,
  slotOf,
  TELLING,
} from './profile/kinds.js';
export { type Identifier, type Profile, type ProfileFlag, profileOf, type ProfileOptions } from './profile/profile.js';
