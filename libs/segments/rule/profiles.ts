import { CLIENT_FIELD_NAMES, type Day } from '#canonical';
import type { Tx } from '#platform';
import type { Profile } from './rule-live.js';
import type { Rule } from './rule.js';
import { columnOf } from './rule-sql.js';
import { termQuery, Values } from './term-sql.js';

const COLUMNS = CLIENT_FIELD_NAMES.filter((f) => f !== 'idDocument')
  .map((f) => `c.${columnOf(f)} as "${f}"`)
  .join(', ');

const SELECT_FIELDS = {
  name: 'segments.profile_fields',
  text: `select c.id, c.attributes, ${COLUMNS} from client c where c.id = any($1::uuid[]) and c.merged_into is null`,
};

type FieldRow = { id: string; attributes: Record<string, string> } & Profile['fields'];

/** The fields of some clients; merged ones are left out. */
export async function loadFields(tx: Tx, clientIds: readonly string[]): Promise<FieldRow[]> {
  return tx.query<FieldRow>(SELECT_FIELDS, [clientIds]);
}

/** The profiles of some clients, as far as one rule needs them. */
export async function loadProfiles(
  tx: Tx,
  rule: Rule,
  rows: readonly FieldRow[],
  asOf: Day,
): Promise<Map<string, Profile>> {
  const ids = rows.map((r) => r.id);
  const terms: Map<string, string>[] = [];
  for (const term of rule.terms) {
    const values = new Values();
    const scope = `and i.client_id = any(${values.add(ids, 'uuid[]')})`;
    const found = await tx.query<{ client_id: string; v: string | null }>(
      termQuery(term, asOf, values, scope),
      values.list,
    );
    terms.push(new Map(found.flatMap((f) => (f.v === null ? [] : [[f.client_id, f.v]]))));
  }
  return new Map(
    rows.map(({ id, attributes, ...fields }) => [id, { fields, attributes, terms: terms.map((t) => t.get(id)) }]),
  );
}
