import { Injectable } from '@nestjs/common';
import { DRAINS, isOutcomeKind, OPT_OUTS, type Origin, OUTCOMES } from '#canonical';
import { type Tx, uuidv7, Wakes } from '#platform';
import { tellChanges } from './changes.js';
import { RECORD_OUTCOMES, REFERENCES_LOCK } from './ledger.sql.js';
import { denyOptOuts } from './opt-outs.js';

interface Reported {
  readonly commandId?: string;
  readonly externalId?: string;
  readonly kind?: string;
  readonly occurredAt?: string;
  readonly detail?: string;
}

/** Ids of actions; a target may also report on commands of others, whose ids look as they like. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

type Moved = { id: string; channel: string; clientId: string; campaignId: string; outcome: string; state: string };

/** Takes outcomes out of the inbox into the ledger. */
@Injectable()
export class OutcomesService {
  constructor(private readonly wakes: Wakes) {}

  /**
   * Runs in the transaction that applies the inbox batch; idempotent by record id. An outcome that no action matches
   * is kept, and adopted when an action learns the reference it names. An opt-out also denies the channel, even when
   * the action itself has a later outcome.
   */
  async record(
    tx: Tx,
    outcomes: readonly { recordId: number; systemId: number; data: unknown; origin: Origin }[],
  ): Promise<void> {
    const rows = outcomes.flatMap(({ recordId, systemId, data }) => {
      const o = data as Reported;
      if (o.kind === undefined || !isOutcomeKind(o.kind) || o.occurredAt === undefined) return [];
      return [
        {
          id: uuidv7(),
          record_id: recordId,
          system_id: systemId,
          command_id: o.commandId ?? null,
          named_id: o.commandId !== undefined && UUID.test(o.commandId) ? o.commandId : null,
          external_id: o.externalId ?? null,
          kind: o.kind,
          final: OUTCOMES[o.kind].final,
          occurred_at: o.occurredAt,
          detail: (o.detail ?? '').slice(0, 1000),
        },
      ];
    });
    if (rows.length === 0) return;
    // A worker may be about to write the reference that such an outcome names: its commit is awaited, or it sees ours.
    if (rows.some((r) => r.named_id === null && r.external_id !== null))
      await tx.query('select pg_advisory_xact_lock($1)', [REFERENCES_LOCK]);
    tx.afterCommit(() => this.wakes.wake(DRAINS.campaigns));
    await tellChanges(tx, await tx.query<Moved>(RECORD_OUTCOMES, [JSON.stringify(rows)]));
    const optOuts = new Set(rows.filter((r) => OPT_OUTS.includes(r.kind)).map((r) => r.record_id));
    await denyOptOuts(tx, {
      records: new Map(outcomes.filter((o) => optOuts.has(o.recordId)).map((o) => [o.recordId, o.origin])),
    });
  }
}
