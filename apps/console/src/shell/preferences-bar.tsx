import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Language, useLanguage } from '../preferences/language.js';
import { type Theme, THEMES, useTheme } from '../preferences/theme.js';
import '../styles/shell.css';

const ICONS: Record<Theme, ReactNode> = {
  system: (
    <>
      <rect x="2.5" y="3" width="11" height="8" rx="1.2" />
      <path d="M6 13.5h4M8 11v2.5" />
    </>
  ),
  light: (
    <>
      <circle cx="8" cy="8" r="2.8" />
      <path d="M8 1.5v1.6M8 12.9v1.6M1.5 8h1.6M12.9 8h1.6M3.4 3.4l1.1 1.1M11.5 11.5l1.1 1.1M3.4 12.6l1.1-1.1M11.5 4.5l1.1-1.1" />
    </>
  ),
  dark: <path d="M13.2 9.7A5.7 5.7 0 0 1 6.3 2.8a5.7 5.7 0 1 0 6.9 6.9Z" />,
};

const LABELS: Record<Language, string> = { 'zh-CN': '中文', en: 'EN' };

/** Language and theme, on every page. */
export function PreferencesBar() {
  const { t } = useTranslation();
  const { theme, choose } = useTheme();
  const { language, choose: speak } = useLanguage();
  const other = language === 'zh-CN' ? 'en' : 'zh-CN';
  return (
    <div className="preferences">
      <button
        type="button"
        className="bar-button"
        lang={other}
        title={t('shell.language')}
        aria-label={`${LABELS[other]}: ${t('shell.language')}`}
        onClick={() => speak(other)}
      >
        {LABELS[other]}
      </button>
      <div className="theme-choice" role="group" aria-label={t('shell.theme')}>
        {THEMES.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={theme === name}
            aria-label={t(`shell.theme_${name}`)}
            title={t(`shell.theme_${name}`)}
            onClick={() => choose(name)}
          >
            <svg
              width="16"
              height="16"
              viewBox="0 0 16 16"
              fill="none"
              stroke="currentColor"
              strokeWidth="1.3"
              aria-hidden="true"
            >
              {ICONS[name]}
            </svg>
          </button>
        ))}
      </div>
    </div>
  );
}
