import { Injectable } from '@nestjs/common';
import { Database, platformErrors, type Tx } from '#platform';
import { SHIPPED_POLICY, SHIPPED_POLICY_VERSION, type SurvivorshipPolicy } from './policy.js';
import { Recomputes } from './recomputes.service.js';

export interface PolicyRow {
  readonly version: number;
  readonly state: 'active' | 'retired';
  readonly rules: SurvivorshipPolicy;
  /** Null for the shipped policy. */
  readonly createdBy: string | null;
  readonly createdAt: Date | null;
}

const COLUMNS = 'version, state, rules, created_by as "createdBy", created_at as "createdAt"';

/** Versions of the firm's policy of which value a client shows. One is in force; without one, the shipped policy. */
@Injectable()
export class Policies {
  constructor(
    private readonly db: Database,
    private readonly recomputes: Recomputes,
  ) {}

  /** The version in force. */
  async active(db: Pick<Tx, 'query'> = this.db): Promise<PolicyRow> {
    const [row] = await db.query<PolicyRow>(`select ${COLUMNS} from survivorship_policy where state = 'active'`);
    return row ?? shipped('active');
  }

  /** All versions, newest first; the shipped one is the last. */
  async list(): Promise<PolicyRow[]> {
    const rows = await this.db.query<PolicyRow>(`select ${COLUMNS} from survivorship_policy order by version desc`);
    return [...rows, shipped(rows.length === 0 ? 'active' : 'retired')];
  }

  /**
   * Puts a policy in force, as a new version. Records decide by it from the commit on; clients that no record touches
   * are computed anew in the background.
   *
   * @param version the version in force that the person saw. @throws VERSION_MISMATCH.
   */
  async put(tx: Tx, version: number, rules: SurvivorshipPolicy, by: string): Promise<PolicyRow> {
    await tx.query('lock table survivorship_policy in share row exclusive mode');
    const before = await this.active(tx);
    if (before.version !== version)
      throw platformErrors.VERSION_MISMATCH({ what: 'survivorship policy', sent: version, current: before.version });
    await tx.query(`update survivorship_policy set state = 'retired' where state = 'active'`);
    const [row] = await tx.query<PolicyRow>(
      `insert into survivorship_policy (version, state, rules, created_by) values ($1, 'active', $2, $3)
       returning ${COLUMNS}`,
      [version + 1, JSON.stringify(rules), by],
    );
    await this.recomputes.ask(tx, 'policy', by);
    return row!;
  }
}

function shipped(state: PolicyRow['state']): PolicyRow {
  return { version: SHIPPED_POLICY_VERSION, state, rules: SHIPPED_POLICY, createdBy: null, createdAt: null };
}
