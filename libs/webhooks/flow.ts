import { isAbsent, pauseMs } from './retry.js';
import type { Attempt } from './roads/road.js';

/** What a batch of results says of one endpoint; see FLOW. */
export interface FlowChange {
  readonly id: string;
  readonly alive: boolean;
  readonly bad: number;
  readonly good: boolean;
  readonly failed: boolean;
  readonly pause_ms: number;
}

/**
 * Sums results up by endpoint, in the order they came. Endpoints that were well and only answered well are left out:
 * there is nothing to write about them.
 */
export function flowOf(
  results: readonly { readonly row: { endpointId: string; unwell: boolean }; readonly result: Attempt }[],
): FlowChange[] {
  const out: FlowChange[] = [];
  for (const [id, group] of Map.groupBy(results, ({ row }) => row.endpointId)) {
    let [alive, bad, good, failed, pause] = [false, 0, false, false, 0];
    for (const { result: r } of group) {
      const absent = isAbsent(r);
      const well = !absent && r.status !== undefined && r.status < 300;
      if (absent) bad++;
      else [alive, bad] = [true, 0];
      if (well) [good, failed] = [true, false];
      else failed = true;
      pause = Math.max(pause, pauseMs(r.status, r.retryAfterMs));
    }
    if (failed || bad > 0 || pause > 0 || group.some(({ row }) => row.unwell))
      out.push({ id, alive, bad, good, failed, pause_ms: pause });
  }
  return out;
}
