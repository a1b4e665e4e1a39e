import { publicId } from './ids.js';
import type { Words } from './words.js';

/**
 * The error catalogue. A lib lists its codes with `defineErrors`; the API's problem documents, the CLI, and
 * docs/reference/errors.md all come from that one list. A code is never reused for another meaning.
 */
export interface ErrorSpec {
  /** HTTP status. 5xx bodies never carry the cause. */
  readonly status: number;
  /** What was found, what is needed, what to do next; `{name}` is filled from the error's details. */
  readonly en: string;
  readonly zh: string;
  /** True when the same request may succeed later without a change. */
  readonly retryable?: boolean;
}

export interface FieldError {
  /** JSON Pointer (RFC 6901) into what the caller sent. */
  readonly pointer: string;
  readonly detail: string | Words;
}

/** Values for the places of an error's text; one that is itself a text may be given in both languages. */
export type Details = Readonly<Record<string, string | number | boolean | undefined | Words>>;

/** An error whose text may be shown to the person who caused it. The cause is for the log only. */
export class IsthmusError extends Error {
  constructor(
    readonly code: string,
    readonly spec: ErrorSpec,
    readonly details: Details = {},
    readonly more: {
      readonly errors?: readonly FieldError[];
      readonly cause?: unknown;
      readonly retryAfterMs?: number;
    } = {},
  ) {
    super(fill(spec.en, details, 'en'), { cause: more.cause });
    this.name = 'IsthmusError';
  }

  text(language: 'en' | 'zh'): string {
    return fill(this.spec[language], this.details, language);
  }
}

export type ErrorFactory<Code extends string> = {
  readonly [K in Code]: (details?: Details, more?: ConstructorParameters<typeof IsthmusError>[3]) => IsthmusError;
};

const catalogue = new Map<string, ErrorSpec>();

/** Declares error codes; a code declared twice stops the program at load. */
export function defineErrors<Code extends string>(specs: Record<Code, ErrorSpec>): ErrorFactory<Code> {
  const factory: Partial<Record<Code, ErrorFactory<Code>[Code]>> = {};
  for (const [code, spec] of Object.entries(specs) as [Code, ErrorSpec][]) {
    if (catalogue.has(code)) throw new Error(`error code ${code} is declared twice`);
    catalogue.set(code, spec);
    factory[code] = (details, more) => new IsthmusError(code, spec, details, more);
  }
  return factory as ErrorFactory<Code>;
}

/** Every declared code, sorted. */
export function errorCatalogue(): [code: string, spec: ErrorSpec][] {
  return [...catalogue].sort(([a], [b]) => (a < b ? -1 : 1));
}

function fill(template: string, details: Details, language: 'en' | 'zh'): string {
  return template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = details[name];
    if (value === undefined) return whole;
    if (typeof value === 'object') return value[language];
    const text = String(value);
    if (name === 'id') return asGiven(details['what'], text);
    return language === 'zh' && name === 'what' ? (NOUNS[text]?.zh ?? text) : text;
  });
}

/** What `{what}` may be, in Chinese, and the prefix of its public ids. */
const NOUNS: Readonly<Record<string, { zh: string; prefix?: string }>> = {
  system: { zh: '系统' },
  stream: { zh: '数据流' },
  mapping: { zh: '映射' },
  client: { zh: '客户', prefix: 'cli' },
  segment: { zh: '分群', prefix: 'seg' },
  campaign: { zh: '活动', prefix: 'cmp' },
  action: { zh: '动作', prefix: 'act' },
  endpoint: { zh: '订阅端点', prefix: 'ep' },
  user: { zh: '用户' },
  'API key': { zh: 'API 密钥', prefix: 'key' },
  pin: { zh: '固定值', prefix: 'pin' },
  record: { zh: '记录' },
  'raw record': { zh: '原始记录' },
  'survivorship policy': { zh: '取值策略' },
  'quarantine entry': { zh: '隔离记录', prefix: 'qrn' },
  'intake of the system': { zh: '接收入口所属的系统' },
  delivery: { zh: '投递', prefix: 'msg' },
  'event type': { zh: '事件类型' },
  'key of the endpoint': { zh: '端点密钥', prefix: 'key' },
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** An id as its reader knows it. */
function asGiven(what: Details[string], id: string): string {
  const prefix = typeof what === 'string' ? NOUNS[what]?.prefix : undefined;
  return prefix !== undefined && UUID.test(id) ? publicId(prefix, id) : id;
}

/** Errors that any part of the hub may raise. */
export const platformErrors = defineErrors({
  CURSOR_WRONG: {
    status: 400,
    en: 'The cursor "{cursor}" was not made here. Send back what the last page gave, or none to begin.',
    zh: '游标 "{cursor}" 无效。请使用上一页返回的游标，或留空从头开始。',
  },
  BAD_REQUEST: {
    status: 400,
    en: 'The request is not valid: {reason}. Mend the fields that are named and send it again.',
    zh: '请求无效：{reason}。请修正所列字段后重试。',
  },
  BODY_NOT_JSON: {
    status: 400,
    en: 'The body is not valid JSON: {reason}. Send one JSON value, in UTF-8.',
    zh: '请求正文不是有效的 JSON：{reason}。请以 UTF-8 编码发送一个 JSON 值。',
  },
  BODY_TOO_LARGE: {
    status: 413,
    en: 'The body is larger than the {limit} bytes that are taken. Send less at once.',
    zh: '请求正文超过上限 {limit} 字节。请减少单次发送的内容。',
  },
  BODY_TYPE: {
    status: 415,
    en: 'The content type "{found}" is not understood. Send application/json.',
    zh: '不支持内容类型 "{found}"。请使用 application/json。',
  },
  PAGE_NOT_FOUND: {
    status: 404,
    en: 'There is nothing at {method} {path}. The API is described at /api/openapi.json.',
    zh: '{method} {path} 不存在。接口说明见 /api/openapi.json。',
  },
  NOT_FOUND: {
    status: 404,
    en: 'There is no {what} "{id}". List what exists, or check the id.',
    zh: '不存在{what}“{id}”。请查看列表或核对编号。',
  },
  CONFLICT: {
    status: 409,
    en: '{reason}. Read the present state and try again.',
    zh: '{reason}。请读取最新状态后重试。',
  },
  VERSION_MISMATCH: {
    status: 412,
    en: 'The {what} was changed by someone else: you sent version {sent}, it is now {current}. Read it again.',
    zh: '{what}已被他人修改：提交的版本为 {sent}，当前版本为 {current}。请重新读取。',
  },
  DATABASE_UNAVAILABLE: {
    status: 503,
    en: 'The database does not answer. Nothing was accepted; send the same request again after a short wait.',
    zh: '数据库暂不可用，本次请求未被接受。请稍后原样重试。',
    retryable: true,
  },
  INTERNAL: {
    status: 500,
    en: 'Something failed on our side. Give the trace id to the operator.',
    zh: '系统内部错误。请将 traceId 提供给运维人员。',
    retryable: true,
  },
  SHUTTING_DOWN: {
    status: 503,
    en: 'This process is stopping. Send the same request again.',
    zh: '服务正在停止，请重试。',
    retryable: true,
  },
});
