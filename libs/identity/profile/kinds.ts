/** What a stated value can say about a party. */
export const KINDS = [
  'givenName',
  'surname',
  'fullName',
  'birthDate',
  'phone',
  'email',
  'idNumber',
  'oneCode',
  'device',
  'street',
  'place',
  'postcode',
  'sex',
  'occupation',
  'partyKind',
  'other',
] as const;

export type Kind = (typeof KINDS)[number];

/** Kinds whose values tell people apart, or seem to: what a firm may limit, and block. */
export const TELLING = [
  'phone',
  'email',
  'idNumber',
  'oneCode',
  'device',
  'street',
  'birthDate',
] as const satisfies readonly Kind[];

export type Telling = (typeof TELLING)[number];

export function isKind(text: string): text is Kind {
  return (KINDS as readonly string[]).includes(text);
}

/** A client is a person, an organisation (公司、机构) or a product (产品户: a fund or plan that holds an account). */
export const PARTIES = ['person', 'organisation', 'product'] as const;

export type Party = (typeof PARTIES)[number];

/** One value as a source states it. */
export interface RawValue {
  readonly kind: Kind;
  /**
   * Tells columns of one kind apart (street number and street name, suburb and state), so that each is compared with
   * its like and learns weights of its own. Without a name all values of a kind are one multi-valued attribute.
   */
  readonly name?: string;
  readonly text: string;
}

/** Everything that the records of one node state, in any order, repeats allowed. */
export interface RawProfile {
  readonly values: readonly RawValue[];
}

/** The name of the attribute under which values are compared: `place`, or `place:suburb`. */
export function slotOf(v: { readonly kind: Kind; readonly name?: string }): string {
  return v.name === undefined ? v.kind : `${v.kind}:${v.name}`;
}

export function kindOf(slot: string): Kind {
  const colon = slot.indexOf(':');
  return (colon < 0 ? slot : slot.slice(0, colon)) as Kind;
}

/** A value that was misspelt, and says so in a profile: it may resemble another, equals none, and reaches nobody. */
export const misspelt = (text: string) => `?${text}`;

export function isMisspelt(text: string): boolean {
  return text.startsWith('?');
}
