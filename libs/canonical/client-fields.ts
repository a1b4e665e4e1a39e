/**
 * The fields of the golden client. `type` says what a mapping must give and what a segment rule may do with it;
 * `personal` fields are masked wherever they are shown, and never logged.
 */
export interface ClientField {
  readonly type: 'text' | 'code' | 'day' | 'list';
  readonly personal?: boolean;
  /** The allowed codes, best first. */
  readonly codes?: readonly string[];
  readonly en: string;
  readonly zh: string;
}

export const CLIENT_FIELDS = {
  kind: { type: 'code', codes: ['person', 'organisation', 'product'], en: 'kind', zh: '客户类型' },
  name: { type: 'text', personal: true, en: 'name', zh: '姓名' },
  nameLatin: { type: 'text', personal: true, en: 'name in Latin letters', zh: '拉丁姓名' },
  idDocumentType: { type: 'text', en: 'identity document type', zh: '证件类型' },
  idDocument: { type: 'text', personal: true, en: 'identity document', zh: '证件号码' },
  birthDate: { type: 'day', personal: true, en: 'birth date', zh: '出生日期' },
  gender: { type: 'code', codes: ['female', 'male', 'other'], en: 'gender', zh: '性别' },
  occupation: { type: 'text', en: 'occupation', zh: '职业' },
  phones: { type: 'list', personal: true, en: 'phone numbers', zh: '电话' },
  emails: { type: 'list', personal: true, en: 'e-mail addresses', zh: '邮箱' },
  address: { type: 'text', personal: true, en: 'address', zh: '地址' },
  status: {
    type: 'code',
    codes: ['active', 'dormant', 'leaving', 'closed', 'prospect'],
    en: 'status',
    zh: '状态',
  },
  tier: { type: 'text', en: 'value tier', zh: '价值等级' },
  riskLevel: { type: 'text', en: 'suitability level', zh: '风险等级' },
  branch: { type: 'text', en: 'branch', zh: '营业部' },
  manager: { type: 'text', en: 'client manager', zh: '客户经理' },
  opened: { type: 'day', en: 'opened', zh: '开户日期' },
} as const satisfies Record<string, ClientField>;

export type ClientFieldName = keyof typeof CLIENT_FIELDS;

export const CLIENT_FIELD_NAMES = Object.keys(CLIENT_FIELDS) as ClientFieldName[];

export function isClientField(name: string): name is ClientFieldName {
  return Object.hasOwn(CLIENT_FIELDS, name);
}

/** Fields as one source states them, or as the golden client holds them. A list holds at most ten entries. */
export type ClientFields = {
  [K in ClientFieldName]?: (typeof CLIENT_FIELDS)[K]['type'] extends 'list' ? string[] : string;
};

export const CONSENT_CHANNELS = ['call', 'email', 'web', 'sms'] as const;
export type ConsentChannel = (typeof CONSENT_CHANNELS)[number];
export const CONSENT_STATES = ['granted', 'denied'] as const;
export type ConsentState = (typeof CONSENT_STATES)[number];
