/** A text in both languages of the product. */
export interface Words {
  readonly en: string;
  readonly zh: string;
}

/** Stands between the two languages where a schema takes one message only; it is in no text of ours. */
const BETWEEN = '\u2028';

/** A message for a schema (zod's `error`) in both languages; `fieldErrors` takes it apart again. */
export function bilingual(en: string, zh: string): string {
  return en + BETWEEN + zh;
}

/** The same, of a text in both languages; what stands between them is taken out of each. */
export function joined({ en, zh }: Words): string {
  return bilingual(en.replaceAll(BETWEEN, ' '), zh.replaceAll(BETWEEN, ' '));
}

/** The two languages of a message; one without a translation is the same in both. */
export function wordsOf(message: string): Words {
  const [en, zh] = message.split(BETWEEN);
  return { en: en!, zh: zh ?? en! };
}
