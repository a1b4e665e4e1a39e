import { useLanguage } from '../preferences/language.js';

/** Picks the reader's language from words that the hub gives in both. */
export function useSaid(): (words: { readonly en: string; readonly zh: string }) => string {
  const { language } = useLanguage();
  return (words) => (language === 'zh-CN' ? words.zh : words.en);
}
