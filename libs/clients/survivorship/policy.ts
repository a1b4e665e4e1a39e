/** What may decide between records that state the same field. A pin stands above them all. */
export const SURVIVORSHIP_RULES = ['verified', 'priority', 'recency', 'completeness', 'frequency'] as const;
export type SurvivorshipRule = (typeof SURVIVORSHIP_RULES)[number];

/**
 * By which rules fields are decided, and in which order; what they leave equal is decided by the spelling of the
 * source's key, so that there is always exactly one answer.
 */
export interface SurvivorshipPolicy {
  readonly order: readonly SurvivorshipRule[];
  /** Fields that are decided in another order: `phones`, `attributes.hobby`. */
  readonly fields: Readonly<Record<string, readonly SurvivorshipRule[]>>;
}

/** The policy that the product ships; its version is 0. */
export const SHIPPED_POLICY: SurvivorshipPolicy = { order: SURVIVORSHIP_RULES, fields: {} };
export const SHIPPED_POLICY_VERSION = 0;

export function orderOf(policy: SurvivorshipPolicy, field: string): readonly SurvivorshipRule[] {
  return policy.fields[field] ?? policy.order;
}
