import { type ClientFieldName, type IdentityKeyType } from '#canonical';
import type { StatedFields } from '#clients';
import type { Envelope, Tx } from '#platform';
import type { Kind, RawProfile, RawValue } from '../profile/kinds.js';
import { SELECT_STATED } from './evidence.sql.js';
import type { StatedKey } from './nodes.js';

/** What the fields of the golden client are to the matcher; a field that is not here says nothing of who somebody is. */
const KIND_OF_FIELD: Partial<Record<ClientFieldName, Kind>> = {
  kind: 'partyKind',
  name: 'fullName',
  nameLatin: 'fullName',
  idDocument: 'idNumber',
  birthDate: 'birthDate',
  gender: 'sex',
  occupation: 'occupation',
  phones: 'phone',
  emails: 'email',
  address: 'street',
};

const KIND_OF_POINT: Partial<Record<IdentityKeyType, Kind>> = {
  one_code: 'oneCode',
  id_document: 'idNumber',
  anonymous_id: 'device',
  email: 'email',
  phone: 'phone',
};

interface StatedRow {
  id: number;
  type: IdentityKeyType;
  key: string;
  rows: { fields: StatedFields; points: StatedKey[] }[];
  points: StatedKey[];
}

/** What everything that is stored says about each identity, documents opened. Ids that do not exist are left out. */
export async function loadStated(tx: Tx, envelope: Envelope, ids: readonly number[]): Promise<Map<number, RawProfile>> {
  if (ids.length === 0) return new Map();
  const found = await tx.query<StatedRow>(SELECT_STATED, [ids]);
  return new Map(found.map((s) => [s.id, { values: valuesOf(s, envelope) }]));
}

function valuesOf(s: StatedRow, envelope: Envelope): RawValue[] {
  const values: RawValue[] = [];
  for (const { fields, points } of s.rows) {
    for (const [name, kind] of Object.entries(KIND_OF_FIELD) as [ClientFieldName, Kind][]) {
      const stated = fields[name];
      if (stated === undefined) continue;
      for (const text of typeof stated === 'string' ? [stated] : stated)
        values.push({
          kind,
          text: name === 'idDocument' ? envelope.open(Buffer.from(text, 'base64'), 'client/id_document') : text,
        });
    }
    values.push(...points.flatMap((p) => pointValue(p, envelope)));
  }
  values.push(...s.points.flatMap((p) => pointValue(p, envelope)));
  // A contact point that owns records knows itself; the number of a document is among its points, sealed.
  if (s.type !== 'id_document') values.push(...pointValue(s, envelope));
  return values;
}

function pointValue(p: { type: IdentityKeyType; key: string; sealed?: string }, envelope: Envelope): RawValue[] {
  const kind = KIND_OF_POINT[p.type];
  if (kind === undefined) return [];
  if (p.type !== 'id_document') return [{ kind, text: p.key }];
  return p.sealed === undefined ? [] : [{ kind, text: openPoint(p.sealed, envelope) }];
}

const PLACE = 'identity/point';

export function sealPoint(number: string, envelope: Envelope): string {
  return envelope.seal(number, PLACE).toString('base64');
}

export function openPoint(sealed: string, envelope: Envelope): string {
  return envelope.open(Buffer.from(sealed, 'base64'), PLACE);
}

/** How identifiers are written into profiles: equal numbers have equal tokens, and nothing else is told. */
export function tokenOf(envelope: Envelope): (clear: string) => string {
  return (clear) => envelope.hash(clear, 'identity/token').toString('base64url').slice(0, 22);
}
