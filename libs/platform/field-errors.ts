import type { FieldError } from './errors.js';
import { type Words, wordsOf } from './words.js';

/** What a schema has to say of one place (Standard Schema; the further fields are zod's). */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

interface ZodIssue extends SchemaIssue {
  readonly code?: string;
  readonly expected?: string;
  readonly origin?: string;
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
  readonly values?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly keys?: readonly string[];
  readonly errors?: readonly (readonly ZodIssue[])[];
}

const TYPES: Record<string, Words> = {
  string: { en: 'a text', zh: '文本' },
  number: { en: 'a number', zh: '数字' },
  int: { en: 'a whole number', zh: '整数' },
  boolean: { en: 'true or false', zh: 'true 或 false' },
  array: { en: 'a list', zh: '列表' },
  object: { en: 'an object', zh: '对象' },
  record: { en: 'an object', zh: '对象' },
};

const FORMATS: Record<string, Words> = {
  url: { en: 'an address such as https://example.com/path', zh: '形如 https://example.com/path 的地址' },
  email: { en: 'an e-mail address', zh: '邮箱地址' },
  uuid: { en: 'a UUID', zh: 'UUID' },
  date: { en: 'a day such as 2026-01-31', zh: '形如 2026-01-31 的日期' },
  datetime: { en: 'a time such as 2026-01-31T09:00:00Z', zh: '形如 2026-01-31T09:00:00Z 的时间' },
};

/** What stands in such a field is not repeated in an answer or a log. */
const SECRET = /password|secret|token|key|link|auth/i;

/**
 * What a schema found wrong with `value`, field by field, in both languages: what was found, and what is needed.
 *
 * @param at JSON Pointer of `value` in what the caller sent.
 */
export function fieldErrors(issues: readonly SchemaIssue[], value: unknown, at = ''): FieldError[] {
  return (issues as readonly ZodIssue[]).flatMap((issue) => {
    const path = (issue.path ?? []).map((p) => String(typeof p === 'object' ? p.key : p));
    const pointer = at + path.map((p) => `/${p.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
    const found = path.reduce<unknown>((v, p) => (v as Record<string, unknown> | null | undefined)?.[p], value);
    if (issue.code === 'unrecognized_keys')
      return (issue.keys ?? []).map((key) => ({
        pointer: `${pointer}/${key}`,
        detail: { en: 'there is no such field', zh: '没有该字段' },
      }));
    const branch = issue.code === 'invalid_union' && closest(issue.errors ?? []);
    if (branch) return fieldErrors(branch, found, pointer);
    return [{ pointer, detail: describe(issue, found, SECRET.test(pointer)) }];
  });
}

/** One line over all fields, for the summary of a problem. */
export function summary(errors: readonly FieldError[]): Words {
  const of = (language: 'en' | 'zh') =>
    errors
      .slice(0, 5)
      .map((e) => {
        const text = typeof e.detail === 'string' ? e.detail : e.detail[language];
        return `${e.pointer.slice(1) || (language === 'en' ? 'the whole' : '整体')}: ${text}`;
      })
      .join('; ') + (errors.length > 5 ? '; …' : '');
  return { en: of('en'), zh: of('zh') };
}

/** The form that what was sent comes closest to. */
function closest(forms: readonly (readonly ZodIssue[])[]): readonly ZodIssue[] | undefined {
  return forms.toSorted((a, b) => a.length - b.length)[0];
}

function describe(issue: ZodIssue, found: unknown, secret: boolean): Words {
  const needed = neededBy(issue);
  if (needed === undefined) return wordsOf(issue.message);
  const what =
    secret && typeof found === 'string' ? { en: 'a text that is not shown', zh: '（不显示）' } : shown(found);
  return { en: `found ${what.en}; needed: ${needed.en}`, zh: `实际为${what.zh}；需要：${needed.zh}` };
}

function neededBy(issue: ZodIssue): Words | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected ?? ''] ?? same(issue.expected ?? '');
    case 'invalid_value':
      return both(issue.values!.length === 1 ? '' : 'one of ', (issue.values ?? []).map(String).join(', '), '其中之一');
    case 'too_small':
      return bound(issue.origin, issue.minimum, 'at least', '至少');
    case 'too_big':
      return bound(issue.origin, issue.maximum, 'at most', '至多');
    case 'invalid_format':
      if (!issue.message.startsWith('Invalid')) return undefined;
      return FORMATS[issue.format ?? ''] ?? (issue.pattern ? same(issue.pattern) : undefined);
    default:
      return undefined;
  }
}

function both(before: string, values: string, after: string): Words {
  return { en: before + values, zh: before === '' ? values : `${values} ${after}` };
}

function bound(origin: string | undefined, n: number | bigint | undefined, en: string, zh: string): Words {
  const units: Record<string, Words> = {
    string: { en: ' characters', zh: ' 个字符' },
    array: { en: ' items', zh: ' 项' },
  };
  const unit = units[origin ?? ''] ?? { en: '', zh: '' };
  return { en: `${en} ${n}${unit.en}`, zh: `${zh} ${n}${unit.zh}` };
}

/** What was found, short enough for a message. */
function shown(found: unknown): Words {
  if (found === undefined) return { en: 'nothing', zh: '空' };
  if (typeof found === 'string') {
    if (found.length > 60) return { en: `${found.length} characters`, zh: ` ${found.length} 个字符` };
    return same(` ${JSON.stringify(found)}`.slice(1));
  }
  if (Array.isArray(found)) return { en: `a list of ${found.length}`, zh: `含 ${found.length} 项的列表` };
  if (typeof found === 'object' && found !== null) return { en: 'an object', zh: '对象' };
  return same(String(found as number | boolean | null));
}

function same(text: string): Words {
  return { en: text, zh: ` ${text} `.trimEnd() };
}
