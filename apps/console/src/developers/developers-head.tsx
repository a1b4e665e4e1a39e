import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';

const SECTIONS = [
  { path: '/developers', word: 'endpoints' },
  { path: '/developers/events', word: 'events' },
  { path: '/developers/signatures', word: 'signatures' },
] as const;

/** The head of the three pages for developers of receivers, and the way between them. */
export function DevelopersHead({ children }: { children?: ReactNode }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  return (
    <>
      <div className="page-head">
        <h1>{t('place.developers')}</h1>
        {children}
      </div>
      <nav className="tabs" aria-label={t('developers.sections')}>
        {SECTIONS.map(({ path, word }) => (
          <Link key={path} to={path} aria-current={pathname === path ? 'page' : undefined}>
            {t(`developers.${word}`)}
          </Link>
        ))}
      </nav>
    </>
  );
}
