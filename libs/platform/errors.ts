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
  readonly detail: string;
}

export type Details = Readonly<Record<string, string | number | boolean | undefined>>;

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
    super(fill(spec.en, details), { cause: more.cause });
    this.name = 'IsthmusError';
  }

  text(language: 'en' | 'zh'): string {
    return fill(this.spec[language], this.details);
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

function fill(template: string, details: Details): string {
  return template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = details[name];
    return value === undefined ? whole : String(value);
  });
}

/** Errors that any part of the hub may raise. */
export const platformErrors = defineErrors({
  BAD_REQUEST: {
    status: 400,
    en: 'The request is not valid: {reason}. Mend the fields that are named and send it again.',
    zh: '请求无效：{reason}。请修正所列字段后重试。',
  },
  NOT_FOUND: {
    status: 404,
    en: 'There is no {what} "{id}". List what exists, or check the id.',
    zh: '不存在{what} "{id}"。请查看列表或核对编号。',
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
