import type { LoopCampaignFunnelItem } from '../api/generated/hub.schemas.js';

const LOST = ['rejected', 'failed', 'unknown', 'expired', 'cancelled'] as const;
export type Lost = (typeof LOST)[number];

/** One step in figures that add up: came = heldOut + suppressed + open + sent + lost; reached is part of sent. */
export interface StepFigures {
  readonly came: number;
  readonly heldOut: number;
  readonly suppressed: number;
  readonly open: number;
  readonly sent: number;
  readonly reached: number;
  readonly lost: number;
  /** Why actions were not made, the most frequent first. */
  readonly lostAs: readonly (readonly [Lost, number])[];
}

export function figuresOf(step: LoopCampaignFunnelItem): StepFigures {
  const n = (state: string) => step.states[state] ?? 0;
  const lostAs = LOST.map((s) => [s, n(s)] as const).filter(([, count]) => count > 0);
  return {
    came: step.clients,
    heldOut: n('held_out'),
    suppressed: n('suppressed'),
    open: n('ready') + n('claimed'),
    sent: step.sent,
    reached: step.reached,
    lost: lostAs.reduce((sum, [, count]) => sum + count, 0),
    lostAs: lostAs.toSorted((a, b) => b[1] - a[1]),
  };
}
