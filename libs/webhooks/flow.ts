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
  const tried = results.filter(({ result }) => result.withheldMs === undefined);
  for (const [id, group] of Map.groupBy(tried, ({ row }) => row.endpointId)) {
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

/** Failures in a row after which nothing more is begun; the breaker in the database opens at the same number. */
const MANY = 5;
/** Until the results are written, and the breaker decides. */
const REST_MS = 1000;

/**
 * What this process has just seen of its endpoints, so that rows it has claimed already are not sent to one that asks
 * to be left alone, or where nobody is. The lasting word is the breaker's, in the database.
 */
export class Rests {
  private readonly seen = new Map<string, { failures: number; until: number }>();

  /** How long to hold back; undefined when it may be sent. */
  restMs(endpointId: string): number | undefined {
    const s = this.seen.get(endpointId);
    const rest = s === undefined ? 0 : s.until - performance.now();
    return rest > 0 ? Math.ceil(rest) : undefined;
  }

  note(endpointId: string, r: Attempt): void {
    if (!isAbsent(r)) {
      if (this.seen.size > 0) this.seen.delete(endpointId);
      return;
    }
    const s = this.seen.get(endpointId) ?? { failures: 0, until: 0 };
    s.failures++;
    const pause = Math.max(pauseMs(r.status, r.retryAfterMs), s.failures >= MANY ? REST_MS : 0);
    s.until = Math.max(s.until, performance.now() + pause);
    this.seen.set(endpointId, s);
  }
}
