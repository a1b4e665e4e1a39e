import type { Tx } from '#platform';
import { SHIPPED_POLICY, SHIPPED_POLICY_VERSION, type SurvivorshipPolicy } from './survivorship/policy.js';
import type { Pin, StatedFields, Statement } from './survivorship/statement.js';
import { SELECT_STATEMENTS } from './write.sql.js';

/** What is said about one client: by its sources, and by people. */
export interface ClientClaims {
  readonly statements: Statement[];
  readonly pins: Pin[];
}

/** Everything that the fields of some clients follow from, as it stood at one moment. */
export interface Claims {
  readonly policy: SurvivorshipPolicy;
  readonly policyVersion: number;
  readonly of: ReadonlyMap<string, ClientClaims>;
}

type Row =
  | (StatementRow & { client_id: string; system_id: number })
  | { client_id: string; system_id: null; stream: string; key: string; version: Date; fields: StatedFields }
  | { client_id: null; mapping_version: number; fields: SurvivorshipPolicy };

interface StatementRow {
  priority: number;
  verified: string[] | null;
  stream: string;
  key: string;
  version: Date;
  record_id: number;
  mapping_version: number;
  fields: StatedFields;
}

const NOTHING: readonly string[] = [];

/** Reads it in one statement, however many clients. */
export async function loadClaims(db: Pick<Tx, 'query'>, clientIds: readonly string[]): Promise<Claims> {
  const of = new Map<string, ClientClaims>(clientIds.map((id) => [id, { statements: [], pins: [] }]));
  let policy: { rules: SurvivorshipPolicy; version: number } = {
    rules: SHIPPED_POLICY,
    version: SHIPPED_POLICY_VERSION,
  };
  for (const r of await db.query<Row>(SELECT_STATEMENTS, [clientIds]))
    if (r.client_id === null) policy = { rules: r.fields, version: r.mapping_version };
    else if (r.system_id === null)
      of.get(r.client_id)!.pins.push({ id: r.key, field: r.stream, pinnedAt: r.version, fields: r.fields });
    else
      of.get(r.client_id)!.statements.push({
        system: r.system_id,
        priority: r.priority,
        verified: r.verified ?? NOTHING,
        stream: r.stream,
        key: r.key,
        version: r.version,
        record: r.record_id,
        mapping: r.mapping_version,
        fields: r.fields,
      });
  return { policy: policy.rules, policyVersion: policy.version, of };
}
