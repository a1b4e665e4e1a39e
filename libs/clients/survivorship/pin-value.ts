import { CLIENT_FIELD_NAMES, CLIENT_FIELDS, type ClientField, isClientField } from '#canonical';
import type { Envelope, Words } from '#platform';
import { MOST_IN_LIST } from './decide-field.js';
import { attributeOf, type StatedFields, type StatedValue } from './statement.js';
import { survivorshipErrors } from './survivorship.errors.js';

const ATTRIBUTE_NAME = /^[a-z][A-Za-z0-9_]{0,39}$/;
const PHONE = /^\+\d{6,15}$/;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const LONGEST = 500;

/** Whether a client can have such a field: `name`, `attributes.hobby`. */
export function isField(field: string): boolean {
  const attribute = attributeOf(field);
  return attribute === undefined ? isClientField(field) : ATTRIBUTE_NAME.test(attribute);
}

/**
 * A value for one field in the form in which statements are stored: a document sealed, with its keyed hash.
 *
 * @throws FIELD_UNKNOWN, PIN_VALUE_INVALID naming what was found and what is needed; a personal value is not repeated.
 */
export function pinnedFields(field: string, given: StatedValue, envelope: Envelope): StatedFields {
  if (!isField(field))
    throw survivorshipErrors.FIELD_UNKNOWN(
      { field },
      {
        errors: [
          {
            pointer: '/field',
            detail: {
              en: `found "${field}"; needed: one of ${CLIENT_FIELD_NAMES.join(', ')}, or attributes.name`,
              zh: `实际为 "${field}"；需要 ${CLIENT_FIELD_NAMES.join('、')} 之一，或 attributes.名称`,
            },
          },
        ],
      },
    );
  const spec: ClientField | undefined = isClientField(field) ? CLIENT_FIELDS[field] : undefined;
  const value = typeof given === 'string' ? given.trim() : given.map((v) => v.trim());
  const needed = neededBy(field, spec, value);
  if (needed !== undefined) throw invalid(field, value, needed, spec === undefined || spec.personal === true);
  const attribute = attributeOf(field);
  if (attribute !== undefined) return { attributes: { [attribute]: value as string } };
  if (field !== 'idDocument') return { [field]: value };
  const document = (value as string).toUpperCase();
  return {
    idDocument: envelope.seal(document, 'client/id_document').toString('base64'),
    idDocumentHash: envelope.hash(document, 'id_document').toString('hex'),
  };
}

/** What is needed instead of a value; undefined when it is right. */
function neededBy(field: string, spec: ClientField | undefined, value: StatedValue): Words | undefined {
  if (spec?.type === 'list') {
    if (typeof value === 'string' || value.length === 0 || value.length > MOST_IN_LIST)
      return { en: `a list of 1 to ${MOST_IN_LIST} entries`, zh: `1 至 ${MOST_IN_LIST} 项的列表` };
    if (field === 'phones' && !value.every((v) => PHONE.test(v)))
      return { en: 'phone numbers such as +8613800000000', zh: '形如 +8613800000000 的电话号码' };
    if (field === 'emails' && !value.every((v) => EMAIL.test(v)))
      return { en: 'e-mail addresses such as name@example.com', zh: '形如 name@example.com 的邮箱地址' };
    return undefined;
  }
  if (typeof value !== 'string' || value === '' || value.length > LONGEST)
    return { en: `a text of 1 to ${LONGEST} characters`, zh: `1 至 ${LONGEST} 个字符的文本` };
  if (spec?.codes && !spec.codes.includes(value))
    return { en: `one of ${spec.codes.join(', ')}`, zh: `${spec.codes.join('、')} 之一` };
  if (spec?.type === 'day' && !isDay(value)) return { en: 'a day such as 2026-01-31', zh: '形如 2026-01-31 的日期' };
  return undefined;
}

function isDay(text: string): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function invalid(field: string, value: StatedValue, needed: Words, personal: boolean) {
  const found = foundIn(value, personal);
  const reason = { en: `found ${found.en}; needed: ${needed.en}`, zh: `实际为${found.zh}；需要${needed.zh}` };
  return survivorshipErrors.PIN_VALUE_INVALID({ field, reason }, { errors: [{ pointer: '/value', detail: reason }] });
}

function foundIn(value: StatedValue, personal: boolean): Words {
  if (typeof value !== 'string') return { en: `a list of ${value.length}`, zh: `含 ${value.length} 项的列表` };
  if (value === '') return { en: 'nothing', zh: '空' };
  if (personal || value.length > 60)
    return { en: `a text of ${value.length} characters`, zh: ` ${value.length} 个字符的文本` };
  return { en: `"${value}"`, zh: ` "${value}"` };
}
