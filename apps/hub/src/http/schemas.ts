import { isField } from '#clients';
import { bilingual, parsePublicId, publicId } from '#platform';
import { z } from 'zod';

/** The public id of a thing; inside it is a UUID. */
export function idParam(prefix: string) {
  return z.string().transform((text, c) => {
    const uuid = parsePublicId(prefix, text);
    const example = publicId(prefix, '01890000-0000-7000-8000-000000000000');
    if (uuid === undefined)
      c.addIssue(
        bilingual(
          `found "${text.slice(0, 60)}"; needed: an id such as ${example}`,
          `实际为 "${text.slice(0, 60)}"；需要形如 ${example} 的编号`,
        ),
      );
    return uuid ?? '';
  });
}

/** A public id, or the thing's code. */
export function idOrCode(prefix: string) {
  return z
    .string()
    .max(80)
    .transform((text) => parsePublicId(prefix, text) ?? text);
}

/** A code, as people write it. */
export function codeOf(most: number) {
  return z
    .string()
    .regex(
      new RegExp(`^[a-z][a-z0-9-]{1,${most - 1}}$`),
      bilingual(
        `needed: 2 to ${most} of a–z, 0–9 and -, starting with a letter`,
        `需要 2 至 ${most} 个字符：a–z、0–9、-，以字母开头`,
      ),
    );
}

/** A field of a client: `name`, `attributes.hobby`. */
export const fieldName = z
  .string()
  .refine(isField, {
    error: ({ input }) =>
      bilingual(
        `found ${JSON.stringify(input)}; needed: a field of a client such as name or phones, or attributes.name`,
        `实际为 ${JSON.stringify(input)}；需要客户字段（如 name、phones）或 attributes.名称`,
      ),
  })
  .meta({ description: 'A field of a client (name, phones …), or an attribute as attributes.name' });

export const NOT_A_CURSOR = bilingual(
  'needed: the nextCursor of the page before, unchanged',
  '需要原样传入上一页返回的 nextCursor',
);

export const cursorQuery = {
  limit: z.coerce.number().pipe(z.int().min(1).max(500)).default(50),
  cursor: z.guid(NOT_A_CURSOR).optional(),
};

/** One page of a list. `nextCursor` is null on the last page. */
export function pageOf<T extends z.ZodType>(item: T, name: string) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() }).meta({ id: `${name}Page` });
}

/** Takes `limit + 1` rows and makes a page of them. */
export function page<T>(
  rows: readonly T[],
  limit: number,
  cursorOf: (last: T) => string,
): { items: T[]; nextCursor: string | null } {
  const items = rows.slice(0, limit);
  return { items, nextCursor: rows.length > limit ? cursorOf(items.at(-1)!) : null };
}

export const timestamp = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });
export const count = z.int().min(0);

/** Dates as JSON shows them. */
export function iso(d: Date): string;
export function iso(d: Date | null): string | null;
export function iso(d: Date | null): string | null {
  return d === null ? null : d.toISOString();
}
