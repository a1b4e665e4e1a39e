/**
 * Every queue of the product, and every drain that a wake-up can name. One handler each: a missing or doubled one
 * stops the hub at start. Jobs hold no truth; losing all of them delays work by one poll.
 */
export const QUEUES = {
  /** Wake-ups for drains in other processes. */
  wake: 'wake',
  /** What comes by the clock: partitions, retention, sweeps, day roll. */
  upkeep: 'upkeep',
  /** Training, previews and full passes of the identity resolver. */
  identity: 'identity',
  /** Computing clients anew after a change of what decides their fields. */
  survivorship: 'survivorship',
} as const;

export const DRAINS = {
  /** Inbox batches → clients. */
  apply: 'apply',
  /** Changed clients → segment membership. */
  segments: 'segments',
  /** Entered segments, outcomes and timeouts → the next actions. */
  campaigns: 'campaigns',
  /** Actions → the target systems. */
  act: 'act',
  /** Events → deliveries. */
  route: 'route',
  /** Deliveries → downstream endpoints. */
  deliver: 'deliver',
} as const;

export type DrainName = (typeof DRAINS)[keyof typeof DRAINS];

/** Where a record comes from. History (backfill, replay) never enters a journey and never sends a message. */
export const ORIGINS = ['live', 'backfill', 'replay'] as const;
export type Origin = (typeof ORIGINS)[number];
