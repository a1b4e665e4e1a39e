import { defineErrors } from '#platform';

export const survivorshipErrors = defineErrors({
  FIELD_UNKNOWN: {
    status: 400,
    en: 'Clients have no field "{field}". Name one of the fields of a client, or an attribute as "attributes.name".',
    zh: '客户没有字段 "{field}"。请填写客户字段之一，或以 "attributes.名称" 填写属性。',
  },
  PIN_VALUE_INVALID: {
    status: 400,
    en: 'The value cannot be pinned to "{field}": {reason}.',
    zh: '该值不能固定到字段 "{field}"：{reason}。',
  },
  PIN_EXPIRY_PAST: {
    status: 400,
    en: 'The pin would expire at {found}, which has passed. Give a time after {needed}, or none.',
    zh: '固定值的到期时间 {found} 已过。请填写晚于 {needed} 的时间，或不填。',
  },
  PIN_ENDED: {
    status: 409,
    en: 'This pin has ended ({cause}, {at}). Nothing is left to remove; read the pins of the client again.',
    zh: '该固定值已结束（{cause}，{at}），无需再移除。请重新读取该客户的固定值。',
  },
});
