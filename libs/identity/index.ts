export { type Resolution, resolveClients } from './resolve.js';

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
export { DEFAULT_MODEL } from './model/default-model.js';
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
export { type Part, Scorer, weigh } from './model/scorer.js';
export { trainModel, trainOn, type TrainOptions } from './model/train.js';
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
} from './profile/kinds.js';
export { type Identifier, type Profile, type ProfileFlag, profileOf, type ProfileOptions } from './profile/profile.js';
