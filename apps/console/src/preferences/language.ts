import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import { en } from '../words/en.js';
import { zh } from '../words/zh.js';
import { store, stored } from './stored.js';

export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const chosen = LANGUAGES.find((l) => l === stored('language'));
const browsers: Language = /^zh/i.test(navigator.language) ? 'zh-CN' : 'en';

/** The words of both languages are part of the program; only what the hub says in words is asked again. */
export async function startLanguage(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: chosen ?? browsers,
    resources: { 'zh-CN': { translation: zh }, en: { translation: en } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  document.documentElement.lang = i18next.language;
}

export function useLanguage(): { language: Language; choose: (l: Language) => void } {
  const { i18n } = useTranslation();
  return {
    language: i18n.language === 'zh-CN' ? 'zh-CN' : 'en',
    choose: (l) => {
      store('language', l);
      document.documentElement.lang = l;
      void i18n.changeLanguage(l);
    },
  };
}
