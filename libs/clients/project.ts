import type { ClientFieldName } from '#canonical';
import type { Envelope, Tx } from '#platform';
import { type ClientClaims, loadClaims } from './claims.js';
import { golden } from './golden.js';
import { packLineage } from './lineage.js';
import type { SurvivorshipPolicy } from './survivorship/policy.js';
import { UPDATE_CLIENTS } from './write.sql.js';

/**
 * Computes the golden clients anew from everything their sources state, the pins that stand and the policy in force, and
 * stores those that differ. The caller holds the lane.
 *
 * @returns ids of the clients that changed, with their new version.
 */
export async function projectClients(
  tx: Tx,
  envelope: Envelope,
  clientIds: readonly string[],
): Promise<{ id: string; version: number }[]> {
  if (clientIds.length === 0) return [];
  const claims = await loadClaims(tx, clientIds);
  const rows = [...claims.of].map(([id, c]) => projection(id, c, claims.policy, envelope));
  return tx.query<{ id: string; version: number }>(UPDATE_CLIENTS, [JSON.stringify(rows)]);
}

function projection(id: string, { statements, pins }: ClientClaims, policy: SurvivorshipPolicy, envelope: Envelope) {
  const { fields, idDocumentHash, attributes, lineage } = golden(statements, pins, policy);
  const text = (name: ClientFieldName) => (fields[name] as string | undefined) ?? null;
  const row = {
    kind: text('kind'),
    name: text('name'),
    name_latin: text('nameLatin'),
    id_document_type: text('idDocumentType'),
    birth_date: text('birthDate'),
    gender: text('gender'),
    occupation: text('occupation'),
    phones: fields.phones ?? [],
    emails: fields.emails ?? [],
    address: text('address'),
    status: text('status'),
    tier: text('tier'),
    risk_level: text('riskLevel'),
    branch: text('branch'),
    manager: text('manager'),
    opened: text('opened'),
    attributes,
    lineage: packLineage(lineage),
  };
  // The sealed document differs each time it is sealed; its keyed hash stands for it.
  const hash = envelope.hash(JSON.stringify({ ...row, idDocumentHash }), 'client').toString('hex');
  return { id, ...row, id_document: text('idDocument'), hash };
}
