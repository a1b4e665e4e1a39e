import { useTranslation } from 'react-i18next';
import { useListClientFields } from '../api/generated/hub.js';
import type { ClientFieldList, ClientFieldSpec } from '../api/generated/hub.schemas.js';
import type { Problem } from '../api/problem.js';
import { useFormats } from '../format/formats.js';
import { shortMask } from './masked.js';

const ATTRIBUTE = 'attributes.';

/** Where the words stand for the values of a field that takes codes. */
const VALUES: Readonly<Record<string, string>> = {
  kind: 'partyKind',
  gender: 'gender',
  status: 'clientStatus',
  idDocumentType: 'documentType',
};

/** A field in the reader's language; an attribute has no word but its name. */
export function useFieldLabel(): (field: string) => string {
  const { t } = useTranslation();
  return (field) =>
    field.startsWith(ATTRIBUTE)
      ? t('field.attribute', { name: field.slice(ATTRIBUTE.length) })
      : t(`field.${field}`, { defaultValue: field });
}

/** A value of a field as one text in the reader's language: a word for a code, a day as days are written. */
export function useFieldValue(): (field: string, value: string | readonly string[]) => string {
  const { t } = useTranslation();
  const f = useFormats();
  const one = (field: string, value: string) => {
    const words = VALUES[field];
    if (words !== undefined) return t(`${words}.${value}`, { defaultValue: value });
    return field === 'opened' ? f.day(value) : shortMask(value);
  };
  return (field, value) => (typeof value === 'string' ? one(field, value) : value.map((v) => one(field, v)).join(', '));
}

/** The fields that the hub declares; they change with its version only. */
export function useClientFields() {
  return useListClientFields<ClientFieldList, Problem>({ query: { staleTime: Infinity } });
}

/** What the hub declares of one field; undefined for an attribute, and until it is known. */
export function useFieldSpec(field: string | undefined): ClientFieldSpec | undefined {
  return useClientFields().data?.items.find((f) => f.field === field);
}
