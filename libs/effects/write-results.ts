import { OPT_OUTS } from '#canonical';
import type { Tx } from '#platform';
import { FINAL_OUTCOMES, tellChanges } from './changes.js';
import { ADOPT_ORPHANS, FLUSH, REFERENCES_LOCK } from './ledger.sql.js';
import { denyOptOuts } from './opt-outs.js';

/** What one attempt at an action came to, as the ledger stores it. */
export interface ResultRow {
  readonly id: string;
  readonly fence: number;
  readonly n: number;
  readonly state: string;
  readonly reason: string;
  readonly in_doubt: boolean;
  readonly delay_ms: number;
  readonly external_id: string | null;
  readonly outcome: string | null;
  readonly outcome_final: boolean | null;
  readonly sent: boolean;
  readonly kind: 'perform' | 'probe';
  readonly status: string;
  readonly detail: string;
  readonly started_at: string;
  readonly ended_at: string;
}

interface Written {
  readonly id: string;
  readonly state: string;
  readonly channel: string;
  readonly campaignId: string;
  readonly clientId: string;
  readonly reason: string;
  readonly seconds: string;
}

/**
 * Writes what attempts came to, with their events, and adopts the outcomes that named a reference which is only now
 * known. An outcome that is being recorded at the same moment is not missed: see REFERENCES_LOCK.
 *
 * @returns the actions that changed; one that another worker has claimed since is not among them.
 */
export async function writeResults(tx: Tx, rows: readonly ResultRow[]): Promise<Written[]> {
  const named = rows.filter((r) => r.external_id !== null).map((r) => r.id);
  // Before any row is locked: whoever records outcomes locks in the same order.
  if (named.length > 0) await tx.query('select pg_advisory_xact_lock_shared($1)', [REFERENCES_LOCK]);
  const written = await tx.query<Written>(FLUSH, [JSON.stringify(rows)]);
  const adopted = named.length > 0 ? await tx.query<{ id: string }>(ADOPT_ORPHANS, [named, FINAL_OUTCOMES]) : [];
  const answered = rows.filter((r) => r.outcome !== null && OPT_OUTS.includes(r.outcome)).map((r) => r.id);
  await denyOptOuts(tx, { actions: [...new Set([...adopted.map((a) => a.id), ...answered])] });
  await tellChanges(tx, written);
  return written;
}
