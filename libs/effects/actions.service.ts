import { Injectable } from '@nestjs/common';
import { Database, platformErrors } from '#platform';

/** What an action can be: the same words as in the table's own check. */
export const ACTION_STATES = [
  'held_out',
  'suppressed',
  'ready',
  'claimed',
  'sent',
  'proved',
  'rejected',
  'failed',
  'unknown',
  'expired',
  'cancelled',
] as const;

export interface ActionView {
  readonly id: string;
  readonly campaignId: string;
  readonly campaign: string;
  readonly clientId: string;
  readonly clientName: string | null;
  readonly step: string;
  readonly channel: string;
  readonly name: string;
  readonly system: string;
  readonly state: string;
  readonly reason: string;
  readonly attempts: number;
  readonly outcome: string | null;
  readonly outcomeAt: Date | null;
  readonly externalId: string | null;
  readonly sentAt: Date | null;
  readonly createdAt: Date;
}

export interface ActionFilter {
  readonly campaignId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly step?: string | undefined;
  readonly state?: string | undefined;
  readonly outcome?: string | undefined;
}

/** Reads the effect ledger. */
@Injectable()
export class ActionsService {
  constructor(private readonly db: Database) {}

  /** One page, newest first, before the action `before`. Every figure of the funnel is a count of such rows. */
  list(f: ActionFilter, limit: number, before?: string): Promise<ActionView[]> {
    return this.select(
      `where ($1::uuid is null or a.campaign_id = $1) and ($2::uuid is null or a.client_id = $2) and ($3::text is null or a.step = $3)
         and ($4::text is null or a.state = $4) and ($5::text is null or a.outcome = $5) and ($6::uuid is null or a.id < $6)
       order by a.id desc limit ${limit}`,
      [f.campaignId ?? null, f.clientId ?? null, f.step ?? null, f.state ?? null, f.outcome ?? null, before ?? null],
    );
  }

  /** One action with everything that was tried and everything that came of it: intents, attempts, effects. */
  async get(id: string) {
    const [action] = await this.select('where a.id = $1', [id]);
    if (!action) throw platformErrors.NOT_FOUND({ what: 'action', id });
    const attempts = await this.db.query<{
      n: number;
      kind: string;
      startedAt: Date;
      endedAt: Date;
      status: string;
      detail: string;
    }>(
      `select n, kind, started_at as "startedAt", ended_at as "endedAt", status, detail from action_attempt where action_id = $1 order by fence`,
      [id],
    );
    const outcomes = await this.db.query<{ kind: string; occurredAt: Date; receivedAt: Date; detail: string }>(
      `select kind, occurred_at as "occurredAt", received_at as "receivedAt", detail from outcome where action_id = $1 order by occurred_at, record_id`,
      [id],
    );
    return { ...action, attemptLog: attempts, outcomes };
  }

  private select(tail: string, values: unknown[]): Promise<ActionView[]> {
    return this.db.query<ActionView>(
      `select a.id, a.campaign_id as "campaignId", g.code as campaign, a.client_id as "clientId", c.name as "clientName", a.step, a.channel, a.name,
         s.code as system, a.state, a.reason, a.attempts, a.outcome, a.outcome_at as "outcomeAt", a.external_id as "externalId",
         a.sent_at as "sentAt", a.created_at as "createdAt"
       from action a join campaign g on g.id = a.campaign_id join client c on c.id = a.client_id join system s on s.id = a.system_id ${tail}`,
      values,
    );
  }
}
