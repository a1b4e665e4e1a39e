/**
 * Parses JSON so that writing it again loses no digit: a number that JavaScript cannot hold exactly is kept as its
 * text, and `JSON.stringify` writes that text. Such a number is not a JavaScript number; read it from the text.
 *
 * @throws SyntaxError
 */
export function parseExactJson(text: string): unknown {
  return JSON.parse(text, ((_key: string, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && context?.source !== undefined && String(value) !== context.source
      ? rawJson(context.source)
      : value) as (key: string, value: unknown) => unknown);
}

/** ES2026, in Node since 21; not yet in the types. */
const rawJson = (JSON as unknown as { rawJSON: (text: string) => unknown }).rawJSON;

/** The value as an object, or undefined when it is none. */
export function jsonObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
