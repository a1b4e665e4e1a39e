import type { ClientFields } from '#canonical';

/** What one source record states about a client, as stored: the identity document sealed, with its keyed hash. */
export interface StatedFields extends ClientFields {
  readonly idDocumentHash?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

export interface Statement {
  readonly system: number;
  /** Survivorship priority of the system; the smallest is believed first. */
  readonly priority: number;
  /** Fields that the system has verified, such as a document seen at the counter. */
  readonly verified: readonly string[];
  readonly stream: string;
  readonly key: string;
  readonly version: Date;
  readonly record: number;
  readonly mapping: number;
  readonly fields: StatedFields;
}

/** A value that a person set. It says one field. */
export interface Pin {
  readonly id: string;
  readonly field: string;
  readonly pinnedAt: Date;
  readonly fields: StatedFields;
}

export type StatedValue = string | readonly string[];

const ATTRIBUTE = 'attributes.';

export function attributeField(name: string): string {
  return ATTRIBUTE + name;
}

/** The name of the attribute that a field is; undefined when it is a field of every client. */
export function attributeOf(field: string): string | undefined {
  return field.startsWith(ATTRIBUTE) ? field.slice(ATTRIBUTE.length) : undefined;
}

/** The value of a field, `name` or `attributes.hobby`. An empty one is none. */
export function statedValue(fields: StatedFields, field: string): StatedValue | undefined {
  const value = fields[field as keyof ClientFields] ?? attributeValue(fields, field);
  return value === undefined || value.length === 0 ? undefined : value;
}

function attributeValue(fields: StatedFields, field: string): string | undefined {
  const attribute = fields.attributes && attributeOf(field);
  return attribute === undefined ? undefined : fields.attributes![attribute];
}

/** Equal for equal values. A sealed document differs each time it is sealed; its keyed hash stands for it. */
export function valueMark(fields: StatedFields, field: string): string {
  if (field === 'idDocument') return fields.idDocumentHash ?? '';
  const value = statedValue(fields, field);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
