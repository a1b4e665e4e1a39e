import type { TFunction } from 'i18next';

/** The word for a code of the hub. A newer hub may know codes that this page does not: they are shown as "other". */
export function wordFor(t: TFunction, table: 'outcome' | 'suppressed', code: string): string {
  return t(`${table}.${code}`, { defaultValue: t(`${table}.other`) });
}

/** The same for a table without an "other": the code itself is better than nothing. */
export function wordOrCode(t: TFunction, table: 'fact' | 'kind' | 'state', code: string): string {
  return t(`${table}.${code}`, { defaultValue: code });
}
