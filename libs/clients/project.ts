import type { ClientFieldName } from '#canonical';
import type { Envelope, Tx } from '#platform';
import { golden, type Statement } from './golden.js';
import { packLineage } from './lineage.js';
import { SELECT_STATEMENTS, UPDATE_CLIENTS } from './write.sql.js';

interface StatementRow {
  client_id: string;
  system_id: number;
  priority: number;
  stream: string;
  key: string;
  version: Date;
  record_id: number;
  mapping_version: number;
  fields: Statement['fields'];
}

/**
 * Computes the golden clients anew from everything their sources state and stores those that differ.
 *
 * @returns ids of the clients that changed, with their new version.
 */
export async function projectClients(
  tx: Tx,
  envelope: Envelope,
  clientIds: readonly string[],
): Promise<{ id: string; version: number }[]> {
  if (clientIds.length === 0) return [];
  const statements = new Map<string, Statement[]>(clientIds.map((id) => [id, []]));
  for (const r of await tx.query<StatementRow>(SELECT_STATEMENTS, [clientIds]))
    statements.get(r.client_id)?.push({
      system: r.system_id,
      priority: r.priority,
      stream: r.stream,
      key: r.key,
      version: r.version,
      record: r.record_id,
      mapping: r.mapping_version,
      fields: r.fields,
    });
  const rows = [...statements].map(([id, s]) => projection(id, s, envelope));
  return tx.query<{ id: string; version: number }>(UPDATE_CLIENTS, [JSON.stringify(rows)]);
}

function projection(id: string, statements: readonly Statement[], envelope: Envelope) {
  const { fields, idDocumentHash, attributes, lineage } = golden(statements);
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
